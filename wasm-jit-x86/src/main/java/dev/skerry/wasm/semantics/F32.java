package dev.skerry.wasm.semantics;

/**
 * The operators on f32 (WASM core 4.3.3) that are more than one Java operator. A result that is NaN is always an
 * arithmetic (quiet) NaN, also from a signalling one; {@link #canonical} makes it the canonical one.
 */
public final class F32 {

  private static final int SIGN = 0x8000_0000;
  private static final int MAGNITUDE = 0x7fff_ffff;
  private static final int CANONICAL_NAN = 0x7fc0_0000;

  private F32() {
  }

  /** The same value, or the positive canonical NaN for any NaN. */
  public static float canonical(float x) {
    return x != x ? Float.intBitsToFloat(CANONICAL_NAN) : x;
  }

  /** The smaller; NaN if one is NaN; -0 is smaller than +0. */
  public static float min(float a, float b) {
    return a != a || b != b ? a + b : Math.min(a, b);
  }

  /** The larger; NaN if one is NaN; +0 is larger than -0. */
  public static float max(float a, float b) {
    return a != a || b != b ? a + b : Math.max(a, b);
  }

  /** Rounds up. */
  public static float ceil(float x) {
    return (float) Math.ceil((double) x);
  }

  /** Rounds down. */
  public static float floor(float x) {
    return (float) Math.floor((double) x);
  }

  /** Rounds towards zero. */
  public static float trunc(float x) {
    return x < 0 ? ceil(x) : floor(x);
  }

  /** Rounds to the nearest integer, ties to even. */
  public static float nearest(float x) {
    return (float) Math.rint((double) x);
  }

  public static float sqrt(float x) {
    return (float) Math.sqrt((double) x);
  }

  /** The bits without their sign, NaN payloads included. */
  public static int abs(int bits) {
    return bits & MAGNITUDE;
  }

  /** The bits with the other sign, NaN payloads included. */
  public static int neg(int bits) {
    return bits ^ SIGN;
  }

  /** The bits of a with the sign of b. */
  public static int copysign(int a, int b) {
    return a & MAGNITUDE | b & SIGN;
  }
}
