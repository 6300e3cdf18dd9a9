package dev.skerry.wasm.semantics;

/**
 * Operators on the f64 lane that is one half of a v128 (WASM core 4.3.3), as bits. NaNs as in {@link F64}; comparisons
 * answer all ones or zeros.
 */
final class F64Lane {

  private F64Lane() {
  }

  static double value(long bits) {
    return Double.longBitsToDouble(bits);
  }

  static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  private static long mask(boolean holds) {
    return holds ? -1 : 0;
  }

  static long eq(long a, long b) {
    return mask(value(a) == value(b));
  }

  static long lt(long a, long b) {
    return mask(value(a) < value(b));
  }

  static long le(long a, long b) {
    return mask(value(a) <= value(b));
  }

  static long min(long a, long b) {
    return bits(F64.min(value(a), value(b)));
  }

  static long max(long a, long b) {
    return bits(F64.max(value(a), value(b)));
  }

  /** b if it is less than a, else a; bits as they are. */
  static long pmin(long a, long b) {
    return value(b) < value(a) ? b : a;
  }

  /** b if a is less than it, else a; bits as they are. */
  static long pmax(long a, long b) {
    return value(a) < value(b) ? b : a;
  }
}
