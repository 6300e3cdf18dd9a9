package dev.skerry.wasm.semantics;

/**
 * The operators on f64 (WASM core 4.3.3) that are more than one Java operator. A result that is NaN is always an
 * arithmetic (quiet) NaN, also from a signalling one; {@link #canonical} makes it the canonical one.
 */
public final class F64 {

  private static final long SIGN = Long.MIN_VALUE;
  private static final long MAGNITUDE = Long.MAX_VALUE;
  private static final long CANONICAL_NAN = 0x7ff8_0000_0000_0000L;

  private F64() {
  }

  /** The same value, or the positive canonical NaN for any NaN. */
  public static double canonical(double x) {
    return x != x ? Double.longBitsToDouble(CANONICAL_NAN) : x;
  }

  /** The smaller; NaN if one is NaN; -0 is smaller than +0. */
  public static double min(double a, double b) {
    return a != a || b != b ? a + b : Math.min(a, b);
  }

  /** The larger; NaN if one is NaN; +0 is larger than -0. */
  public static double max(double a, double b) {
    return a != a || b != b ? a + b : Math.max(a, b);
  }

  /** Rounds up. */
  public static double ceil(double x) {
    return x != x ? quiet(x) : Math.ceil(x);
  }

  /** Rounds down. */
  public static double floor(double x) {
    return x != x ? quiet(x) : Math.floor(x);
  }

  /** Rounds towards zero. */
  public static double trunc(double x) {
    return x < 0 ? ceil(x) : floor(x);
  }

  /** Rounds to the nearest integer, ties to even. */
  public static double nearest(double x) {
    return x != x ? quiet(x) : Math.rint(x);
  }

  public static double sqrt(double x) {
    return Math.sqrt(x);
  }

  /** The bits without their sign, NaN payloads included. */
  public static long abs(long bits) {
    return bits & MAGNITUDE;
  }

  /** The bits with the other sign, NaN payloads included. */
  public static long neg(long bits) {
    return bits ^ SIGN;
  }

  /** The bits of a with the sign of b. */
  public static long copysign(long a, long b) {
    return a & MAGNITUDE | b & SIGN;
  }

  /** An arithmetic NaN from any NaN. */
  private static double quiet(double nan) {
    return nan + nan;
  }
}
