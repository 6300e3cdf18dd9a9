package dev.skerry.wasm.semantics;

/**
 * Operators on the two f32 lanes of one half of a v128 (WASM core 4.3.3, lane by lane). NaNs as in {@link F32};
 * comparisons answer lanes of all ones or zeros.
 */
final class F32Lanes {

  private static final long LOW = 0xffff_ffffL;
  private static final long SIGNS = 0x8000_0000_8000_0000L;

  private F32Lanes() {
  }

  static float low(long lanes) {
    return Float.intBitsToFloat((int) lanes);
  }

  static float high(long lanes) {
    return Float.intBitsToFloat((int) (lanes >>> 32));
  }

  static long of(float low, float high) {
    return ints(Float.floatToRawIntBits(low), Float.floatToRawIntBits(high));
  }

  static long ints(int low, int high) {
    return low & LOW | (long) high << 32;
  }

  private static long mask(boolean low, boolean high) {
    return (low ? LOW : 0) | (high ? ~LOW : 0);
  }

  static long eq(long a, long b) {
    return mask(low(a) == low(b), high(a) == high(b));
  }

  static long lt(long a, long b) {
    return mask(low(a) < low(b), high(a) < high(b));
  }

  static long le(long a, long b) {
    return mask(low(a) <= low(b), high(a) <= high(b));
  }

  static long add(long a, long b) {
    return of(low(a) + low(b), high(a) + high(b));
  }

  static long sub(long a, long b) {
    return of(low(a) - low(b), high(a) - high(b));
  }

  static long mul(long a, long b) {
    return of(low(a) * low(b), high(a) * high(b));
  }

  static long div(long a, long b) {
    return of(low(a) / low(b), high(a) / high(b));
  }

  static long min(long a, long b) {
    return of(F32.min(low(a), low(b)), F32.min(high(a), high(b)));
  }

  static long max(long a, long b) {
    return of(F32.max(low(a), low(b)), F32.max(high(a), high(b)));
  }

  /** b where it is less than a, else a; bits as they are. */
  static long pmin(long a, long b) {
    return IntegerLanes.select(b, a, lt(b, a));
  }

  /** b where a is less than it, else a; bits as they are. */
  static long pmax(long a, long b) {
    return IntegerLanes.select(b, a, lt(a, b));
  }

  static long abs(long a) {
    return a & ~SIGNS;
  }

  static long neg(long a) {
    return a ^ SIGNS;
  }

  static long sqrt(long a) {
    return of(F32.sqrt(low(a)), F32.sqrt(high(a)));
  }

  static long ceil(long a) {
    return of(F32.ceil(low(a)), F32.ceil(high(a)));
  }

  static long floor(long a) {
    return of(F32.floor(low(a)), F32.floor(high(a)));
  }

  static long trunc(long a) {
    return of(F32.trunc(low(a)), F32.trunc(high(a)));
  }

  static long nearest(long a) {
    return of(F32.nearest(low(a)), F32.nearest(high(a)));
  }

  static long truncSatS(long a) {
    return ints(Conversions.i32TruncSatF32S(low(a)), Conversions.i32TruncSatF32S(high(a)));
  }

  static long truncSatU(long a) {
    return ints(Conversions.i32TruncSatF32U(low(a)), Conversions.i32TruncSatF32U(high(a)));
  }

  static long convertS(long a) {
    return of((int) a, (int) (a >>> 32));
  }

  static long convertU(long a) {
    return of(a & LOW, a >>> 32);
  }
}
