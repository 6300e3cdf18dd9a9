package dev.skerry.wasm.semantics;

import dev.skerry.wasm.Trap;
import java.util.List;

/**
 * Conversions between number types (WASM core 4.3.4), named after their instructions. Those from f32 go through f64,
 * which holds every f32 exactly. Unsigned results are to be read as unsigned.
 */
public final class Conversions {

  private static final double TWO_31 = 0x1p31;
  private static final double TWO_32 = 0x1p32;
  private static final double TWO_63 = 0x1p63;
  private static final double TWO_64 = 0x1p64;
  private static final long LOW = 0xffff_ffffL;

  private Conversions() {
  }

  public static int i32TruncF32S(float x) {
    return i32TruncF64S(x);
  }

  public static int i32TruncF32U(float x) {
    return i32TruncF64U(x);
  }

  public static int i32TruncF64S(double x) {
    if (x > -TWO_31 - 1 && x < TWO_31) {
      return (int) x;
    }
    throw notAnInteger(x);
  }

  public static int i32TruncF64U(double x) {
    if (x > -1 && x < TWO_32) {
      return (int) (long) x;
    }
    throw notAnInteger(x);
  }

  public static long i64TruncF32S(float x) {
    return i64TruncF64S(x);
  }

  public static long i64TruncF32U(float x) {
    return i64TruncF64U(x);
  }

  public static long i64TruncF64S(double x) {
    if (x >= -TWO_63 && x < TWO_63) {
      return (long) x;
    }
    throw notAnInteger(x);
  }

  public static long i64TruncF64U(double x) {
    if (x > -1 && x < TWO_64) {
      return unsigned(x);
    }
    throw notAnInteger(x);
  }

  /** From a double between -1 and 2^64, both excluded. */
  private static long unsigned(double x) {
    return x < TWO_63 ? (long) x : (long) (x - TWO_63) ^ Long.MIN_VALUE;
  }

  private static Trap notAnInteger(double x) {
    return new Trap(x != x ? Trap.Kind.INVALID_CONVERSION : Trap.Kind.INTEGER_OVERFLOW, null, List.of());
  }

  public static int i32TruncSatF32S(float x) {
    return (int) x;
  }

  public static int i32TruncSatF32U(float x) {
    return i32TruncSatF64U(x);
  }

  public static int i32TruncSatF64S(double x) {
    return (int) x;
  }

  public static int i32TruncSatF64U(double x) {
    return (int) Math.max(0L, Math.min((long) x, LOW));
  }

  public static long i64TruncSatF32S(float x) {
    return (long) x;
  }

  public static long i64TruncSatF32U(float x) {
    return i64TruncSatF64U(x);
  }

  public static long i64TruncSatF64S(double x) {
    return (long) x;
  }

  public static long i64TruncSatF64U(double x) {
    if (x >= TWO_64) {
      return -1;
    }
    return x > 0 ? unsigned(x) : 0;
  }

  public static float f32ConvertI32S(int x) {
    return x;
  }

  public static float f32ConvertI32U(int x) {
    return x & LOW;
  }

  public static float f32ConvertI64S(long x) {
    return x;
  }

  public static float f32ConvertI64U(long x) {
    return x >= 0 ? x : (float) halved(x) * 2;
  }

  public static double f64ConvertI32S(int x) {
    return x;
  }

  public static double f64ConvertI32U(int x) {
    return x & LOW;
  }

  public static double f64ConvertI64S(long x) {
    return x;
  }

  public static double f64ConvertI64U(long x) {
    return x >= 0 ? x : (double) halved(x) * 2;
  }

  /** Half of an unsigned number, its lowest bit sticky so that rounding sees it. */
  private static long halved(long x) {
    return x >>> 1 | x & 1;
  }

  /** NaN payloads keep their upper bits and become quiet. */
  public static float f32DemoteF64(double x) {
    return (float) x;
  }

  public static double f64PromoteF32(float x) {
    return x;
  }
}
