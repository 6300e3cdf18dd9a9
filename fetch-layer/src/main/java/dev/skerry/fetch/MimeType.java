package dev.skerry.fetch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A MIME type (MIME Sniffing §4).
 *
 * @param essence type and subtype in lower case, such as {@code text/html}
 * @param parameters in order; names in lower case
 */
record MimeType(String essence, Map<String, String> parameters) {

  static final MimeType TEXT_PLAIN = new MimeType("text/plain", Map.of("charset", "US-ASCII"));

  /** JavaScript MIME type essences (MIME Sniffing §4.6). */
  private static final Set<String> JAVASCRIPT = Set.of("application/ecmascript", "application/javascript",
      "application/x-ecmascript", "application/x-javascript", "text/ecmascript", "text/javascript",
      "text/javascript1.0", "text/javascript1.1", "text/javascript1.2", "text/javascript1.3", "text/javascript1.4",
      "text/javascript1.5", "text/jscript", "text/livescript", "text/x-ecmascript", "text/x-javascript");
  private static final String TOKEN_PUNCTUATION = "!#$%&'*+-.^_`|~";

  /** Parses a MIME type (MIME Sniffing §4.4); empty for failure. */
  static Optional<MimeType> parse(String text) {
    String input = strip(text);
    int slash = input.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    int semicolon = input.indexOf(';', slash);
    int end = semicolon < 0 ? input.length() : semicolon;
    String type = input.substring(0, slash);
    String subtype = strip(input.substring(slash + 1, end));
    if (!isToken(type) || !isToken(subtype)) {
      return Optional.empty();
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    parseParameters(input, end, parameters);
    return Optional.of(new MimeType((type + "/" + subtype).toLowerCase(Locale.ROOT), parameters));
  }

  private static void parseParameters(String input, int semicolon, Map<String, String> parameters) {
    int position = semicolon + 1;
    while (position < input.length()) {
      while (position < input.length() && isWhitespace(input.charAt(position))) {
        position++;
      }
      int nameEnd = indexOf(input, position, ";=");
      String name = input.substring(position, nameEnd).toLowerCase(Locale.ROOT);
      position = nameEnd;
      if (position == input.length()) {
        return;
      }
      if (input.charAt(position++) == ';') {
        continue;
      }
      String value;
      if (position < input.length() && input.charAt(position) == '"') {
        StringBuilder quoted = new StringBuilder();
        position = quotedString(input, position + 1, quoted);
        value = quoted.toString();
        position = indexOf(input, position, ";") + 1;
      } else {
        int valueEnd = indexOf(input, position, ";");
        value = stripTrailing(input.substring(position, valueEnd));
        position = valueEnd + 1;
        if (value.isEmpty()) {
          continue;
        }
      }
      if (isToken(name) && isQuotedStringToken(value)) {
        parameters.putIfAbsent(name, value);
      }
    }
  }

  /** Collects an HTTP quoted string (Fetch §2.2) after its opening mark; returns the position after its end. */
  private static int quotedString(String input, int from, StringBuilder value) {
    int position = from;
    while (position < input.length()) {
      char c = input.charAt(position++);
      if (c == '"') {
        return position;
      }
      if (c == '\\' && position < input.length()) {
        c = input.charAt(position++);
      }
      value.append(c);
    }
    return position;
  }

  /** Extracts a MIME type (Fetch §2.2.2) from the Content-Type headers; empty for failure. */
  static Optional<MimeType> extract(List<FetchResponse.Header> headers) {
    Optional<String> contentType = HeaderList.get(headers, "content-type");
    MimeType mimeType = null;
    String charset = null;
    for (String value : contentType.map(HeaderList::split).orElse(List.of())) {
      MimeType temporary = parse(value).orElse(null);
      if (temporary == null || temporary.essence.equals("*/*")) {
        continue;
      }
      String own = temporary.parameters.get("charset");
      if (mimeType == null || !temporary.essence.equals(mimeType.essence)) {
        charset = own;
      } else if (own == null && charset != null) {
        temporary.parameters.put("charset", charset);
      }
      mimeType = temporary;
    }
    return Optional.ofNullable(mimeType);
  }

  /** A JavaScript MIME type (§4.6). */
  boolean isJavaScript() {
    return JAVASCRIPT.contains(essence);
  }

  /** A JSON MIME type (§4.6). */
  boolean isJson() {
    return essence.endsWith("+json") || essence.equals("application/json") || essence.equals("text/json");
  }

  /** An XML MIME type (§4.6). */
  boolean isXml() {
    return essence.endsWith("+xml") || essence.equals("text/xml") || essence.equals("application/xml");
  }

  Optional<String> charset() {
    return Optional.ofNullable(parameters.get("charset"));
  }

  /** Serialises a MIME type (MIME Sniffing §4.5). */
  @Override
  public String toString() {
    StringBuilder output = new StringBuilder(essence);
    parameters.forEach((name, value) -> {
      output.append(';').append(name).append('=');
      if (isToken(value)) {
        output.append(value);
      } else {
        output.append('"').append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
      }
    });
    return output.toString();
  }

  private static int indexOf(String input, int from, String ends) {
    int position = from;
    while (position < input.length() && ends.indexOf(input.charAt(position)) < 0) {
      position++;
    }
    return position;
  }

  private static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z' || TOKEN_PUNCTUATION.indexOf(c) >= 0);
  }

  private static boolean isQuotedStringToken(String text) {
    return text.chars().allMatch(c -> c == '\t' || c >= ' ' && c <= '~' || c >= 0x80 && c <= 0xFF);
  }

  private static boolean isWhitespace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  private static String strip(String text) {
    int start = 0;
    while (start < text.length() && isWhitespace(text.charAt(start))) {
      start++;
    }
    return stripTrailing(text.substring(start));
  }

  private static String stripTrailing(String text) {
    int end = text.length();
    while (end > 0 && isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }
}
