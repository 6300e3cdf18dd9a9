package dev.skerry.wasm.semantics;

/**
 * Operators whose lanes come out wider or narrower than they went in (WASM core 4.3.6 and 4.4.3), on the halves of a
 * v128. {@code signs} is the shape of the result, as in {@link IntegerLanes}.
 */
final class LaneWidths {

  private static final int Q15 = 15;

  private LaneWidths() {
  }

  /** The lanes of 32 bits, each twice as wide, sign-extended. */
  static long extendS(int lanes, long signs) {
    int width = IntegerLanes.width(signs) / 2;
    long wide = 0;
    for (int at = 0; at < 32; at += width) {
      wide |= (lane(lanes, at, width) & IntegerLanes.laneMask(2 * width)) << 2 * at;
    }
    return wide;
  }

  /** The lanes of 32 bits, each twice as wide, zero-extended. */
  static long extendU(int lanes, long signs) {
    int width = IntegerLanes.width(signs) / 2;
    long wide = 0;
    for (int at = 0; at < 32; at += width) {
      wide |= (lanes >>> at & IntegerLanes.laneMask(width)) << 2 * at;
    }
    return wide;
  }

  static long extmulS(int a, int b, long signs) {
    return IntegerLanes.mul(extendS(a, signs), extendS(b, signs), signs);
  }

  static long extmulU(int a, int b, long signs) {
    return IntegerLanes.mul(extendU(a, signs), extendU(b, signs), signs);
  }

  /** The sums of neighbouring lanes of half the width, signed. */
  static long extaddPairwiseS(long a, long signs) {
    int width = IntegerLanes.width(signs) / 2;
    long even = IntegerLanes.shrS(IntegerLanes.shl(a, width, signs), width, signs);
    return IntegerLanes.add(even, IntegerLanes.shrS(a, width, signs), signs);
  }

  /** The sums of neighbouring lanes of half the width, unsigned. */
  static long extaddPairwiseU(long a, long signs) {
    int width = IntegerLanes.width(signs) / 2;
    long even = IntegerLanes.shrU(IntegerLanes.shl(a, width, signs), width, signs);
    return IntegerLanes.add(even, IntegerLanes.shrU(a, width, signs), signs);
  }

  /** The lanes of two longs, each half as wide, saturated to the signed range. */
  static long narrowS(long low, long high, long signs) {
    long limit = IntegerLanes.laneMask(IntegerLanes.width(signs) - 1);
    return narrow(low, signs, ~limit, limit) | narrow(high, signs, ~limit, limit) << 32;
  }

  /** The lanes of two longs, read as signed, each half as wide, saturated to the unsigned range. */
  static long narrowU(long low, long high, long signs) {
    long limit = IntegerLanes.laneMask(IntegerLanes.width(signs));
    return narrow(low, signs, 0, limit) | narrow(high, signs, 0, limit) << 32;
  }

  private static long narrow(long lanes, long signs, long least, long most) {
    int width = IntegerLanes.width(signs);
    long narrow = 0;
    for (int at = 0; at < 32; at += width) {
      long value = Math.max(least, Math.min(most, lane(lanes, 2 * at, 2 * width)));
      narrow |= (value & IntegerLanes.laneMask(width)) << at;
    }
    return narrow;
  }

  /** For each i32 lane the sum of the products of its two signed i16 lanes. */
  static long dotI16x8(long a, long b) {
    int low = (short) a * (short) b + (short) (a >>> 16) * (short) (b >>> 16);
    int high = (short) (a >>> 32) * (short) (b >>> 32) + (short) (a >>> 48) * (short) (b >>> 48);
    return low & 0xffff_ffffL | (long) high << 32;
  }

  /** For each i16 lane the sum, modulo 2^16, of the products of its two signed i8 lanes. */
  static long dotI8x16(long a, long b) {
    long sums = 0;
    for (int at = 0; at < 64; at += 16) {
      int sum = (byte) (a >>> at) * (byte) (b >>> at) + (byte) (a >>> at + 8) * (byte) (b >>> at + 8);
      sums |= (sum & 0xffffL) << at;
    }
    return sums;
  }

  /** Products of i16 lanes as fixed-point numbers with 15 fractional bits, rounded and saturated. */
  static long q15mulrSatS(long a, long b) {
    long products = 0;
    for (int at = 0; at < 64; at += 16) {
      int product = (short) (a >>> at) * (short) (b >>> at) + (1 << Q15 - 1) >> Q15;
      products |= (Math.min(product, Short.MAX_VALUE) & 0xffffL) << at;
    }
    return products;
  }

  /** A lane, sign-extended. */
  private static long lane(long lanes, int at, int width) {
    return lanes << 64 - width - at >> 64 - width;
  }
}
