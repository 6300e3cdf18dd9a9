package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A header list (Fetch §2.2.2): names in lower case, in order of arrival; several headers may share a name. */
final class HeaderList {

  private final List<Header> headers = new ArrayList<>();

  /** Appends a header; leading and trailing HTTP white space of the value is dropped. */
  HeaderList append(String name, String value) {
    headers.add(new Header(name.toLowerCase(Locale.ROOT), value.strip()));
    return this;
  }

  /** Appends a header unless there is one of that lower-case name. */
  HeaderList appendIfAbsent(String name, String value) {
    return contains(name) ? this : append(name, value);
  }

  /** Whether there is a header of that lower-case name. */
  boolean contains(String name) {
    return headers.stream().anyMatch(header -> header.name().equals(name));
  }

  List<Header> headers() {
    return headers;
  }

  /** Get (Fetch §2.2.2): all values of that lower-case name, joined by a comma and a space. */
  static Optional<String> get(List<Header> headers, String name) {
    String value = null;
    for (Header header : headers) {
      if (header.name().equals(name)) {
        value = value == null ? header.value() : value + ", " + header.value();
      }
    }
    return Optional.ofNullable(value);
  }

  /** The same headers, with names in lower case; the same list where they are. */
  static List<Header> inLowerCase(List<Header> headers) {
    return headers.stream().allMatch(header -> isInLowerCase(header.name())) ? headers : headers.stream()
        .map(header -> new Header(header.name().toLowerCase(Locale.ROOT), header.value())).toList();
  }

  private static boolean isInLowerCase(String name) {
    return name.chars().noneMatch(c -> c >= 'A' && c <= 'Z');
  }

  /** Whether the text is a token (RFC 9110 §5.6.2), as header names and methods are. */
  static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'A' && c <= 'Z'
        || c >= 'a' && c <= 'z' || c > ' ' && "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
  }

  /** Get, decode, and split (Fetch §2.2.2): values split at commas outside quoted strings. */
  static List<String> split(String value) {
    List<String> values = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        values.add(value.substring(start, i).strip());
        start = i + 1;
      }
    }
    values.add(value.substring(start).strip());
    return values;
  }
}
