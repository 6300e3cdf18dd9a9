package dev.skerry.wasm.semantics;

import dev.skerry.wasm.format.Opcode;

/**
 * Evaluates any numeric operator on raw slots (WASM core 4.3): i32 and f32 in the low half with a zero high half,
 * floats as their bits. For constant folding and tests; the interpreter calls the operators one by one.
 */
public final class Operators {

  private static final long LOW = 0xffff_ffffL;

  private Operators() {
  }

  /**
   * The result of an operator with one or two operands; {@code b} is ignored by those with one.
   *
   * @throws dev.skerry.wasm.Trap where the operator is undefined
   * @throws IllegalArgumentException when the instruction is not a numeric operator
   */
  public static long evaluate(Opcode opcode, long a, long b) {
    return switch (opcode) {
      case I32_EQZ -> bool((int) a == 0);
      case I32_EQ -> bool((int) a == (int) b);
      case I32_NE -> bool((int) a != (int) b);
      case I32_LT_S -> bool((int) a < (int) b);
      case I32_LT_U -> bool(I32.ltU((int) a, (int) b));
      case I32_GT_S -> bool((int) a > (int) b);
      case I32_GT_U -> bool(I32.gtU((int) a, (int) b));
      case I32_LE_S -> bool((int) a <= (int) b);
      case I32_LE_U -> bool(I32.leU((int) a, (int) b));
      case I32_GE_S -> bool((int) a >= (int) b);
      case I32_GE_U -> bool(I32.geU((int) a, (int) b));
      case I64_EQZ -> bool(a == 0);
      case I64_EQ -> bool(a == b);
      case I64_NE -> bool(a != b);
      case I64_LT_S -> bool(a < b);
      case I64_LT_U -> bool(I64.ltU(a, b));
      case I64_GT_S -> bool(a > b);
      case I64_GT_U -> bool(I64.gtU(a, b));
      case I64_LE_S -> bool(a <= b);
      case I64_LE_U -> bool(I64.leU(a, b));
      case I64_GE_S -> bool(a >= b);
      case I64_GE_U -> bool(I64.geU(a, b));
      case F32_EQ -> bool(f32(a) == f32(b));
      case F32_NE -> bool(f32(a) != f32(b));
      case F32_LT -> bool(f32(a) < f32(b));
      case F32_GT -> bool(f32(a) > f32(b));
      case F32_LE -> bool(f32(a) <= f32(b));
      case F32_GE -> bool(f32(a) >= f32(b));
      case F64_EQ -> bool(f64(a) == f64(b));
      case F64_NE -> bool(f64(a) != f64(b));
      case F64_LT -> bool(f64(a) < f64(b));
      case F64_GT -> bool(f64(a) > f64(b));
      case F64_LE -> bool(f64(a) <= f64(b));
      case F64_GE -> bool(f64(a) >= f64(b));
      case I32_CLZ -> Integer.numberOfLeadingZeros((int) a);
      case I32_CTZ -> Integer.numberOfTrailingZeros((int) a);
      case I32_POPCNT -> Integer.bitCount((int) a);
      case I32_ADD -> u32((int) a + (int) b);
      case I32_SUB -> u32((int) a - (int) b);
      case I32_MUL -> u32((int) a * (int) b);
      case I32_DIV_S -> u32(I32.divS((int) a, (int) b));
      case I32_DIV_U -> u32(I32.divU((int) a, (int) b));
      case I32_REM_S -> u32(I32.remS((int) a, (int) b));
      case I32_REM_U -> u32(I32.remU((int) a, (int) b));
      case I32_AND -> u32((int) a & (int) b);
      case I32_OR -> u32((int) a | (int) b);
      case I32_XOR -> u32((int) a ^ (int) b);
      case I32_SHL -> u32((int) a << (int) b);
      case I32_SHR_S -> u32((int) a >> (int) b);
      case I32_SHR_U -> u32((int) a >>> (int) b);
      case I32_ROTL -> u32(I32.rotl((int) a, (int) b));
      case I32_ROTR -> u32(I32.rotr((int) a, (int) b));
      case I64_CLZ -> Long.numberOfLeadingZeros(a);
      case I64_CTZ -> Long.numberOfTrailingZeros(a);
      case I64_POPCNT -> Long.bitCount(a);
      case I64_ADD -> a + b;
      case I64_SUB -> a - b;
      case I64_MUL -> a * b;
      case I64_DIV_S -> I64.divS(a, b);
      case I64_DIV_U -> I64.divU(a, b);
      case I64_REM_S -> I64.remS(a, b);
      case I64_REM_U -> I64.remU(a, b);
      case I64_AND -> a & b;
      case I64_OR -> a | b;
      case I64_XOR -> a ^ b;
      case I64_SHL -> a << b;
      case I64_SHR_S -> a >> b;
      case I64_SHR_U -> a >>> b;
      case I64_ROTL -> I64.rotl(a, b);
      case I64_ROTR -> I64.rotr(a, b);
      case F32_ABS -> u32(F32.abs((int) a));
      case F32_NEG -> u32(F32.neg((int) a));
      case F32_CEIL -> bits(F32.ceil(f32(a)));
      case F32_FLOOR -> bits(F32.floor(f32(a)));
      case F32_TRUNC -> bits(F32.trunc(f32(a)));
      case F32_NEAREST -> bits(F32.nearest(f32(a)));
      case F32_SQRT -> bits(F32.sqrt(f32(a)));
      case F32_ADD -> bits(f32(a) + f32(b));
      case F32_SUB -> bits(f32(a) - f32(b));
      case F32_MUL -> bits(f32(a) * f32(b));
      case F32_DIV -> bits(f32(a) / f32(b));
      case F32_MIN -> bits(F32.min(f32(a), f32(b)));
      case F32_MAX -> bits(F32.max(f32(a), f32(b)));
      case F32_COPYSIGN -> u32(F32.copysign((int) a, (int) b));
      case F64_ABS -> F64.abs(a);
      case F64_NEG -> F64.neg(a);
      case F64_CEIL -> bits(F64.ceil(f64(a)));
      case F64_FLOOR -> bits(F64.floor(f64(a)));
      case F64_TRUNC -> bits(F64.trunc(f64(a)));
      case F64_NEAREST -> bits(F64.nearest(f64(a)));
      case F64_SQRT -> bits(F64.sqrt(f64(a)));
      case F64_ADD -> bits(f64(a) + f64(b));
      case F64_SUB -> bits(f64(a) - f64(b));
      case F64_MUL -> bits(f64(a) * f64(b));
      case F64_DIV -> bits(f64(a) / f64(b));
      case F64_MIN -> bits(F64.min(f64(a), f64(b)));
      case F64_MAX -> bits(F64.max(f64(a), f64(b)));
      case F64_COPYSIGN -> F64.copysign(a, b);
      case I32_WRAP_I64 -> u32((int) a);
      case I32_TRUNC_F32_S -> u32(Conversions.i32TruncF32S(f32(a)));
      case I32_TRUNC_F32_U -> u32(Conversions.i32TruncF32U(f32(a)));
      case I32_TRUNC_F64_S -> u32(Conversions.i32TruncF64S(f64(a)));
      case I32_TRUNC_F64_U -> u32(Conversions.i32TruncF64U(f64(a)));
      case I64_EXTEND_I32_S -> (int) a;
      case I64_EXTEND_I32_U -> u32((int) a);
      case I64_TRUNC_F32_S -> Conversions.i64TruncF32S(f32(a));
      case I64_TRUNC_F32_U -> Conversions.i64TruncF32U(f32(a));
      case I64_TRUNC_F64_S -> Conversions.i64TruncF64S(f64(a));
      case I64_TRUNC_F64_U -> Conversions.i64TruncF64U(f64(a));
      case F32_CONVERT_I32_S -> bits(Conversions.f32ConvertI32S((int) a));
      case F32_CONVERT_I32_U -> bits(Conversions.f32ConvertI32U((int) a));
      case F32_CONVERT_I64_S -> bits(Conversions.f32ConvertI64S(a));
      case F32_CONVERT_I64_U -> bits(Conversions.f32ConvertI64U(a));
      case F32_DEMOTE_F64 -> bits(Conversions.f32DemoteF64(f64(a)));
      case F64_CONVERT_I32_S -> bits(Conversions.f64ConvertI32S((int) a));
      case F64_CONVERT_I32_U -> bits(Conversions.f64ConvertI32U((int) a));
      case F64_CONVERT_I64_S -> bits(Conversions.f64ConvertI64S(a));
      case F64_CONVERT_I64_U -> bits(Conversions.f64ConvertI64U(a));
      case F64_PROMOTE_F32 -> bits(Conversions.f64PromoteF32(f32(a)));
      case I32_REINTERPRET_F32 -> a;
      case I64_REINTERPRET_F64 -> a;
      case F32_REINTERPRET_I32 -> a;
      case F64_REINTERPRET_I64 -> a;
      case I32_EXTEND8_S -> u32((byte) a);
      case I32_EXTEND16_S -> u32((short) a);
      case I64_EXTEND8_S -> (byte) a;
      case I64_EXTEND16_S -> (short) a;
      case I64_EXTEND32_S -> (int) a;
      case I32_TRUNC_SAT_F32_S -> u32(Conversions.i32TruncSatF32S(f32(a)));
      case I32_TRUNC_SAT_F32_U -> u32(Conversions.i32TruncSatF32U(f32(a)));
      case I32_TRUNC_SAT_F64_S -> u32(Conversions.i32TruncSatF64S(f64(a)));
      case I32_TRUNC_SAT_F64_U -> u32(Conversions.i32TruncSatF64U(f64(a)));
      case I64_TRUNC_SAT_F32_S -> Conversions.i64TruncSatF32S(f32(a));
      case I64_TRUNC_SAT_F32_U -> Conversions.i64TruncSatF32U(f32(a));
      case I64_TRUNC_SAT_F64_S -> Conversions.i64TruncSatF64S(f64(a));
      case I64_TRUNC_SAT_F64_U -> Conversions.i64TruncSatF64U(f64(a));
      default -> throw new IllegalArgumentException(opcode.mnemonic + " is not a numeric operator");
    };
  }

  private static long u32(int value) {
    return value & LOW;
  }

  private static long bool(boolean value) {
    return value ? 1 : 0;
  }

  private static float f32(long slot) {
    return Float.intBitsToFloat((int) slot);
  }

  private static double f64(long slot) {
    return Double.longBitsToDouble(slot);
  }

  private static long bits(float value) {
    return Float.floatToRawIntBits(value) & LOW;
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }
}
