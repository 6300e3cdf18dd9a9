package dev.skerry.bindings.abi;

import java.nio.charset.StandardCharsets;

/** The UTF-8 decoder of the Encoding standard (§8.1.1) without byte order mark handling. */
public final class Utf8 {

  /** A byte that no UTF-8 contains. */
  private static final byte INVALID = (byte) 0xff;

  private Utf8() {
  }

  /** Decodes; each maximal malformed part becomes one U+FFFD. The array may be changed. */
  public static String decode(byte[] bytes) {
    for (int i = 0; i + 1 < bytes.length; i++) {
      // Java takes an encoded surrogate as one malformed part, the standard takes each of its bytes as one.
      if (bytes[i] == (byte) 0xed && (bytes[i + 1] & 0xe0) == 0xa0) {
        bytes[i] = INVALID;
      }
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
