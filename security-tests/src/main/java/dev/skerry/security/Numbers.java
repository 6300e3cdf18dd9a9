package dev.skerry.security;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Variants of the guest that answers with a number: the same program to the byte, but for that number. */
final class Numbers {

  /** The constant 0x11223344 in signed LEB128, which takes five bytes, as do all that fit the same shape. */
  private static final byte[] PLACE = leb(0x1122_3344);

  private Numbers() {
  }

  /** The guest with another number, between 2^28 and 2^30. */
  static byte[] guest(int number) {
    byte[] bytes = Guests.bytes("number");
    int at = placeIn(bytes);
    System.arraycopy(leb(number), 0, bytes, at, PLACE.length);
    return bytes;
  }

  /** The k-th of the numbers that guests may answer with. */
  static int number(int k) {
    return (1 << 28) + 7_919 * k;
  }

  private static int placeIn(byte[] bytes) {
    for (int at = 0; at + PLACE.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + PLACE.length, PLACE, 0, PLACE.length)) {
        return at;
      }
    }
    throw new IllegalStateException("the guest has no number");
  }

  private static byte[] leb(int value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < 4; i++) {
      bytes.write(value >> 7 * i & 0x7f | 0x80);
    }
    bytes.write(value >> 28 & 0x7f);
    return bytes.toByteArray();
  }
}
