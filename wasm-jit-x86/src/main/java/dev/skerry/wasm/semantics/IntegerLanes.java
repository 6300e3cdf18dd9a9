package dev.skerry.wasm.semantics;

/**
 * Operators on the integer lanes of one half of a v128 (WASM core 4.3.2, lane by lane), all lanes at a time. The last
 * parameter, {@code signs}, is the shape: a mask of the lanes' sign bits, one of {@link #I8}, {@link #I16},
 * {@link #I32} and {@link #I64}. No carry or borrow crosses a lane. Comparisons answer lanes of all ones or zeros.
 */
public final class IntegerLanes {

  public static final long I8 = 0x8080_8080_8080_8080L;
  public static final long I16 = 0x8000_8000_8000_8000L;
  public static final long I32 = 0x8000_0000_8000_0000L;
  public static final long I64 = Long.MIN_VALUE;

  private static final long LOW = 0xffff_ffffL;

  private IntegerLanes() {
  }

  /** Bits of a lane. */
  static int width(long signs) {
    return Long.numberOfTrailingZeros(signs) + 1;
  }

  /** The lowest bits of a long, as many as a lane has. */
  static long laneMask(int width) {
    return -1L >>> 64 - width;
  }

  /** All bits of the lanes whose sign bit is set in {@code flags}, which has no other bits. */
  private static long spread(long flags, long signs) {
    return (flags << 1) - (flags >>> Long.numberOfTrailingZeros(signs));
  }

  /** Lanes of 1. */
  private static long ones(long signs) {
    return signs >>> Long.numberOfTrailingZeros(signs);
  }

  static long add(long a, long b, long signs) {
    return (a & ~signs) + (b & ~signs) ^ (a ^ b) & signs;
  }

  static long sub(long a, long b, long signs) {
    return (a | signs) - (b & ~signs) ^ (a ^ ~b) & signs;
  }

  static long mul(long a, long b, long signs) {
    if (signs == I64) {
      return a * b;
    }
    if (signs == I32) {
      return (a & LOW) * (b & LOW) & LOW | (a >>> 32) * (b >>> 32) << 32;
    }
    int width = width(signs);
    long product = 0;
    for (int at = 0; at < 64; at += width) {
      product |= ((a >>> at) * (b >>> at) & laneMask(width)) << at;
    }
    return product;
  }

  static long neg(long a, long signs) {
    return sub(0, a, signs);
  }

  /** The absolute value; the least number stays as it is. */
  static long abs(long a, long signs) {
    long negative = spread(a & signs, signs);
    return sub(a ^ negative, negative, signs);
  }

  static long eq(long a, long b, long signs) {
    long x = a ^ b;
    long different = ((x & ~signs) + ~signs | x) & signs;
    return spread(different ^ signs, signs);
  }

  static long ltU(long a, long b, long signs) {
    return spread(borrows(a, b, signs), signs);
  }

  /** The sign bits of the lanes in which a - b borrows. */
  private static long borrows(long a, long b, long signs) {
    return (~a & b | ~(a ^ b) & sub(a, b, signs)) & signs;
  }

  static long ltS(long a, long b, long signs) {
    return ltU(a ^ signs, b ^ signs, signs);
  }

  static long minS(long a, long b, long signs) {
    return select(a, b, ltS(a, b, signs));
  }

  static long minU(long a, long b, long signs) {
    return select(a, b, ltU(a, b, signs));
  }

  static long maxS(long a, long b, long signs) {
    return select(b, a, ltS(a, b, signs));
  }

  static long maxU(long a, long b, long signs) {
    return select(b, a, ltU(a, b, signs));
  }

  /** The bits of a where the mask has ones, those of b elsewhere. */
  static long select(long a, long b, long mask) {
    return a & mask | b & ~mask;
  }

  static long addSatU(long a, long b, long signs) {
    long sum = add(a, b, signs);
    return sum | spread((a & b | (a | b) & ~sum) & signs, signs);
  }

  static long addSatS(long a, long b, long signs) {
    long sum = add(a, b, signs);
    return select(extreme(a, signs), sum, spread(~(a ^ b) & (a ^ sum) & signs, signs));
  }

  static long subSatU(long a, long b, long signs) {
    return sub(a, b, signs) & ~ltU(a, b, signs);
  }

  static long subSatS(long a, long b, long signs) {
    long difference = sub(a, b, signs);
    return select(extreme(a, signs), difference, spread((a ^ b) & (a ^ difference) & signs, signs));
  }

  /** The greatest number where the lane of a is not negative, the least one elsewhere. */
  private static long extreme(long a, long signs) {
    return ~signs ^ spread(a & signs, signs);
  }

  /** The average, rounded up. */
  static long avgrU(long a, long b, long signs) {
    return (a | b) - ((a ^ b) >>> 1 & ~signs);
  }

  /** Ones in each of 8 bytes. */
  static long popcnt(long a) {
    long pairs = a - (a >>> 1 & 0x5555_5555_5555_5555L);
    long nibbles = (pairs & 0x3333_3333_3333_3333L) + (pairs >>> 2 & 0x3333_3333_3333_3333L);
    return nibbles + (nibbles >>> 4) & 0x0f0f_0f0f_0f0f_0f0fL;
  }

  /** Shifts by a count that wraps at the lane's width. */
  static long shl(long a, int count, long signs) {
    int n = count & width(signs) - 1;
    long lost = (ones(signs) << n) - ones(signs);
    return a << n & ~lost;
  }

  static long shrU(long a, int count, long signs) {
    int n = count & width(signs) - 1;
    return a >>> n & ~vacant(n, signs);
  }

  static long shrS(long a, int count, long signs) {
    int n = count & width(signs) - 1;
    return a >>> n & ~vacant(n, signs) | spread(a & signs, signs) & vacant(n, signs);
  }

  /** The bits at the top of each lane that a shift to the right by n leaves empty. */
  private static long vacant(int n, long signs) {
    return (ones(signs) << n) - ones(signs) << width(signs) - n;
  }

  static boolean allTrue(long a, long signs) {
    return eq(a, 0, signs) == 0;
  }

  /** The sign bits of the lanes, the first lane's the lowest. */
  static int bitmask(long a, long signs) {
    int bits = 0;
    int lane = 0;
    for (long left = signs; left != 0; left &= left - 1) {
      bits |= ((a & left & -left) != 0 ? 1 : 0) << lane++;
    }
    return bits;
  }
}
