package dev.skerry.fetch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Percent-decoding (URL §1.3): a {@code %} that no two hex digits follow stays as it is. */
final class PercentDecoder {

  private PercentDecoder() {
  }

  /** Decodes the UTF-8 encoding of a string. */
  static byte[] decode(String input) {
    byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      int value = bytes[i];
      if (value == '%' && i + 2 < bytes.length) {
        int high = Character.digit(bytes[i + 1], 16);
        int low = Character.digit(bytes[i + 2], 16);
        if (high >= 0 && low >= 0) {
          value = high << 4 | low;
          i += 2;
        }
      }
      bytes[length++] = (byte) value;
    }
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}
