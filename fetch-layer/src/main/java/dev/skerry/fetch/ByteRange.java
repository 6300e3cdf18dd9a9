package dev.skerry.fetch;

import java.util.Optional;

/**
 * A single range header value (Fetch §2.2.2): {@code bytes=start-end}.
 *
 * @param start -1 where the range is of the last {@code end} bytes
 * @param end of the last byte, inclusive; -1 for up to the last
 */
record ByteRange(long start, long end) {

  private static final int MAX_DIGITS = 18;

  /** Parses a single range header value; empty for failure. White space counts as failure unless it is allowed. */
  static Optional<ByteRange> parse(String value, boolean allowWhitespace) {
    String text = allowWhitespace ? value.replaceAll("[\t ]+(?=[=-])|(?<=[=-])[\t ]+", "") : value;
    int dash = text.indexOf('-');
    if (!text.startsWith("bytes=") || dash < 0) {
      return Optional.empty();
    }
    String first = text.substring("bytes=".length(), dash);
    String last = text.substring(dash + 1);
    if (!isNumber(first) || !isNumber(last) || first.isEmpty() && last.isEmpty()) {
      return Optional.empty();
    }
    long start = first.isEmpty() ? -1 : Long.parseLong(first);
    long end = last.isEmpty() ? -1 : Long.parseLong(last);
    return start >= 0 && end >= 0 && start > end ? Optional.empty() : Optional.of(new ByteRange(start, end));
  }

  private static boolean isNumber(String digits) {
    return digits.length() <= MAX_DIGITS && digits.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
