package dev.skerry.fetch;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A row of a table of byte patterns (MIME Sniffing §5): the beginning of a resource, and what that makes it.
 *
 * @param mask of each byte, the bits that count
 * @param skipsWhitespace whether white space may stand before it
 * @param endsTag whether a tag-terminating byte, a space or {@code >}, must follow
 */
record BytePattern(byte[] pattern, byte[] mask, boolean skipsWhitespace, boolean endsTag, String type) {

  private static final byte ANY_CASE = (byte) 0xDF;

  /** Bytes in hexadecimal; {@code ..} stands for any byte. */
  static BytePattern hex(String bytes, String type) {
    String digits = bytes.replace(" ", "");
    byte[] mask = HexFormat.of().parseHex(digits.replaceAll("[0-9A-F]{2}", "FF").replace("..", "00"));
    return new BytePattern(HexFormat.of().parseHex(digits.replace("..", "00")), mask, false, false, type);
  }

  /** Text in ASCII, exactly. */
  static BytePattern text(String text, String type) {
    return hex(HexFormat.of().withUpperCase().formatHex(text.getBytes(StandardCharsets.US_ASCII)), type);
  }

  /** The beginning of a tag, in capitals here and in any case there. */
  static BytePattern tag(String name) {
    byte[] bytes = ("<" + name).getBytes(StandardCharsets.US_ASCII);
    byte[] mask = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      mask[i] = bytes[i] >= 'A' && bytes[i] <= 'Z' ? ANY_CASE : (byte) 0xFF;
    }
    return new BytePattern(bytes, mask, true, true, "text/html");
  }

  /** The type of the first row that matches. */
  static Optional<String> match(List<BytePattern> table, byte[] input) {
    return table.stream().filter(row -> row.matches(input)).map(BytePattern::type).findFirst();
  }

  /** The pattern matching algorithm (MIME Sniffing §5). */
  boolean matches(byte[] input) {
    int start = 0;
    while (skipsWhitespace && start < input.length && isWhitespace(input[start])) {
      start++;
    }
    int end = start + pattern.length;
    if (end + (endsTag ? 1 : 0) > input.length) {
      return false;
    }
    for (int i = 0; i < pattern.length; i++) {
      if ((byte) (input[start + i] & mask[i]) != pattern[i]) {
        return false;
      }
    }
    return !endsTag || input[end] == ' ' || input[end] == '>';
  }

  private static boolean isWhitespace(byte value) {
    return value == '\t' || value == '\n' || value == '\f' || value == '\r' || value == ' ';
  }
}
