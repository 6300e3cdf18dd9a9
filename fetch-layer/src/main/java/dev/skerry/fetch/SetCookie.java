package dev.skerry.fetch;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What a {@code Set-Cookie} header says (RFC 6265bis §5.6), before anyone has asked whether it may.
 *
 * @param expiry when the cookie ends; null for the end of the session
 * @param domain the last Domain attribute without its leading dot; empty for none
 * @param path the last Path attribute; null where the default path holds
 */
record SetCookie(String name, String value, Instant expiry, String domain, String path, boolean secure,
                 boolean httpOnly, SameSite sameSite, boolean partitioned) {

  /** The same-site enforcement of a cookie; DEFAULT is Lax where the server did not say. */
  enum SameSite { STRICT, LAX, NONE, DEFAULT }

  private static final int MAX_NAME_AND_VALUE = 4096;
  private static final int MAX_ATTRIBUTE_VALUE = 1024;
  /** The cookie lifetime limit (§5.5). */
  private static final Duration MAX_LIFETIME = Duration.ofDays(400);

  /** Parses a header's value; empty where it is to be ignored entirely. */
  static Optional<SetCookie> parse(String header, Instant now) {
    if (header.chars().anyMatch(c -> c < 0x20 && c != '\t' || c == 0x7F)) {
      return Optional.empty();
    }
    String[] parts = header.split(";", -1);
    int equals = parts[0].indexOf('=');
    String name = equals < 0 ? "" : strip(parts[0].substring(0, equals));
    String value = strip(parts[0].substring(equals + 1));
    if (name.length() + value.length() > MAX_NAME_AND_VALUE || name.isEmpty() && value.isEmpty()) {
      return Optional.empty();
    }
    Attributes attributes = new Attributes(now);
    for (int i = 1; i < parts.length; i++) {
      int separator = parts[i].indexOf('=');
      String attribute = strip(separator < 0 ? parts[i] : parts[i].substring(0, separator));
      attributes.set(attribute.toLowerCase(Locale.ROOT), separator < 0 ? "" : strip(parts[i].substring(separator + 1)));
    }
    Instant expiry = attributes.maxAgeExpiry != null ? attributes.maxAgeExpiry : attributes.expiry;
    return Optional.of(new SetCookie(name, value, expiry, attributes.domain, attributes.path, attributes.secure,
        attributes.httpOnly, attributes.sameSite, attributes.partitioned));
  }

  /** The attributes, of which the last of a name counts. */
  private static final class Attributes {
    private final Instant now;
    private Instant expiry;
    private Instant maxAgeExpiry;
    private String domain = "";
    private String path;
    private boolean secure;
    private boolean httpOnly;
    private SameSite sameSite = SameSite.DEFAULT;
    private boolean partitioned;

    Attributes(Instant now) {
      this.now = now;
    }

    void set(String attribute, String value) {
      if (value.length() > MAX_ATTRIBUTE_VALUE) {
        return;
      }
      switch (attribute) {
        case "expires" -> expiry = CookieDate.parse(value).map(this::limit).orElse(expiry);
        case "max-age" -> maxAgeExpiry = maxAge(value).orElse(maxAgeExpiry);
        case "domain" -> domain = (value.startsWith(".") ? value.substring(1) : value).toLowerCase(Locale.ROOT);
        case "path" -> path = value.startsWith("/") ? value : null;
        case "secure" -> secure = true;
        case "httponly" -> httpOnly = true;
        case "samesite" -> sameSite = switch (value.toLowerCase(Locale.ROOT)) {
          case "strict" -> SameSite.STRICT;
          case "lax" -> SameSite.LAX;
          case "none" -> SameSite.NONE;
          default -> SameSite.DEFAULT;
        };
        case "partitioned" -> partitioned = true;
        default -> { }
      }
    }

    private Instant limit(Instant wanted) {
      Instant latest = now.plus(MAX_LIFETIME);
      return wanted.isAfter(latest) ? latest : wanted;
    }

    private Optional<Instant> maxAge(String value) {
      if (!value.matches("-?[0-9]+")) {
        return Optional.empty();
      }
      if (value.startsWith("-") || value.matches("0+")) {
        return Optional.of(Instant.MIN);
      }
      boolean endless = value.length() > 10;
      return Optional.of(endless ? now.plus(MAX_LIFETIME) : limit(now.plusSeconds(Long.parseLong(value))));
    }
  }

  /** Removes spaces and tabs at both ends. */
  private static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isWhitespace(text.charAt(start))) {
      start++;
    }
    while (end > start && isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static boolean isWhitespace(char c) {
    return c == ' ' || c == '\t';
  }
}
