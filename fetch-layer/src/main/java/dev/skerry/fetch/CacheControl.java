package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The directives of {@code Cache-Control} (RFC 9111 §5.2), names in lower case, arguments without quotes. Of a
 * directive that stands there twice with two arguments, or whose argument is no number where one belongs, the strictest
 * reading counts.
 */
final class CacheControl {

  /** Longer than any cache lives: what a number that does not fit means (RFC 9111 §1.2.2). */
  private static final long FOREVER_SECONDS = Integer.MAX_VALUE;

  private final Map<String, String> directives = new HashMap<>();

  private CacheControl() {
  }

  static CacheControl of(List<Header> headers) {
    CacheControl control = new CacheControl();
    HeaderList.get(headers, "cache-control").map(HeaderList::split).orElse(List.of()).forEach(control::add);
    return control;
  }

  private void add(String directive) {
    int equals = directive.indexOf('=');
    String name = (equals < 0 ? directive : directive.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
    String argument = equals < 0 ? "" : directive.substring(equals + 1).strip();
    if (argument.length() >= 2 && argument.startsWith("\"") && argument.endsWith("\"")) {
      argument = argument.substring(1, argument.length() - 1);
    }
    String earlier = directives.putIfAbsent(name, argument);
    if (earlier != null && !earlier.equals(argument)) {
      directives.put(name, "");
    }
  }

  boolean has(String name) {
    return directives.containsKey(name);
  }

  /** The directive's seconds; empty where it is absent. An argument that is no number is zero seconds. */
  OptionalLong seconds(String name) {
    String argument = directives.get(name);
    return argument == null ? OptionalLong.empty() : OptionalLong.of(deltaSeconds(argument, 0));
  }

  /** As {@link #seconds}, but a directive without an argument means for ever. */
  OptionalLong secondsOrForever(String name) {
    return "".equals(directives.get(name)) ? OptionalLong.of(FOREVER_SECONDS) : seconds(name);
  }

  /** Delta-seconds (RFC 9111 §1.2.2). */
  static long deltaSeconds(String text, long otherwise) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return otherwise;
    }
    return text.length() > 10 ? FOREVER_SECONDS : Math.min(FOREVER_SECONDS, Long.parseLong(text));
  }
}
