package dev.skerry.fetch;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses cookie dates (RFC 6265bis §5.1.1), which servers write in many ways. */
final class CookieDate {

  private static final Pattern DELIMITERS = Pattern.compile("[\\x09\\x20-\\x2F\\x3B-\\x40\\x5B-\\x60\\x7B-\\x7E]+");
  private static final Pattern TIME = Pattern.compile("(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:\\D.*)?", Pattern.DOTALL);
  private static final Pattern DAY = Pattern.compile("(\\d{1,2})(?:\\D.*)?", Pattern.DOTALL);
  private static final Pattern YEAR = Pattern.compile("(\\d{2,4})(?:\\D.*)?", Pattern.DOTALL);
  private static final List<String> MONTHS = List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
      "oct", "nov", "dec");
  private static final int FIRST_YEAR = 1601;

  private CookieDate() {
  }

  /** The instant that a date names; empty where it names none. */
  static Optional<Instant> parse(String date) {
    Matcher time = null;
    int day = -1;
    int month = 0;
    int year = -1;
    for (String token : DELIMITERS.split(date)) {
      Matcher matcher;
      if (time == null && (matcher = TIME.matcher(token)).matches()) {
        time = matcher;
      } else if (day < 0 && (matcher = DAY.matcher(token)).matches()) {
        day = Integer.parseInt(matcher.group(1));
      } else if (month == 0 && monthOf(token) > 0) {
        month = monthOf(token);
      } else if (year < 0 && (matcher = YEAR.matcher(token)).matches()) {
        year = Integer.parseInt(matcher.group(1));
      }
    }
    if (time == null || day < 0 || month == 0 || year < 0) {
      return Optional.empty();
    }
    year += year >= 70 && year <= 99 ? 1900 : year <= 69 ? 2000 : 0;
    try {
      LocalDateTime named = LocalDateTime.of(year, month, day, Integer.parseInt(time.group(1)),
          Integer.parseInt(time.group(2)), Integer.parseInt(time.group(3)));
      return year < FIRST_YEAR ? Optional.empty() : Optional.of(named.toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** 1 to 12 by the token's first three letters, or 0. */
  private static int monthOf(String token) {
    return token.length() < 3 ? 0 : 1 + MONTHS.indexOf(token.substring(0, 3).toLowerCase(Locale.ROOT));
  }
}
