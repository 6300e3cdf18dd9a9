package dev.skerry.fetch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Structured fields (RFC 8941) in the two shapes that policies need: an item of a token, a dictionary of strings. */
final class StructuredHeader {

  private static final String KEY = "[a-z*][a-z0-9_.*-]*";
  private static final String STRING = "\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*+)\"";
  private static final String TOKEN = "[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*";
  private static final String BARE = "(?:" + STRING + "|" + TOKEN
      + "|-?[0-9]{1,15}(?:\\.[0-9]{1,3})?|\\?[01]|:[A-Za-z0-9+/=]*:)";
  private static final String PARAMETERS = "(?:; *" + KEY + "(?:=" + BARE + ")?)*+";
  private static final Pattern TOKEN_ITEM = Pattern.compile(" *(" + TOKEN + ")(" + PARAMETERS + ") *");
  private static final Pattern PARAMETER = Pattern.compile("; *(" + KEY + ")(?:=(" + BARE + "))?");
  private static final Pattern MEMBER =
      Pattern.compile("[ \t]*(" + KEY + ")(=(" + BARE + "))?" + PARAMETERS + "[ \t]*(,|$)");
  private static final Pattern WHOLE_STRING = Pattern.compile(STRING);

  private StructuredHeader() {
  }

  /**
   * An item that is a token (RFC 8941 §3.3.4).
   *
   * @param strings those of its parameters that are strings
   */
  record TokenItem(String token, Map<String, String> strings) {
  }

  /** The item; empty where the value is no item of a token. */
  static Optional<TokenItem> tokenItem(String value) {
    Matcher matcher = TOKEN_ITEM.matcher(value);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Map<String, String> strings = new LinkedHashMap<>();
    Matcher parameter = PARAMETER.matcher(matcher.group(2));
    while (parameter.find()) {
      put(strings, parameter.group(1), parameter.group(2));
    }
    return Optional.of(new TokenItem(matcher.group(1), strings));
  }

  /** The last member of a name counts, also where it is no string. */
  private static void put(Map<String, String> strings, String key, String bareItem) {
    Matcher string = WHOLE_STRING.matcher(bareItem == null ? "" : bareItem);
    if (string.matches()) {
      strings.put(key, string.group(1).replaceAll("\\\\(.)", "$1"));
    } else {
      strings.remove(key);
    }
  }

  /** The string members of a dictionary (RFC 8941 §3.2); empty where the value is no dictionary. */
  static Map<String, String> strings(String value) {
    Map<String, String> members = new LinkedHashMap<>();
    Matcher matcher = MEMBER.matcher(value);
    int position = 0;
    while (position < value.length()) {
      if (!matcher.find(position) || matcher.start() != position || matcher.end() == position) {
        return Map.of();
      }
      position = matcher.end();
      put(members, matcher.group(1), matcher.group(3));
      if (matcher.group(matcher.groupCount()).equals(",") && position == value.length()) {
        return Map.of();
      }
    }
    return members;
  }
}
