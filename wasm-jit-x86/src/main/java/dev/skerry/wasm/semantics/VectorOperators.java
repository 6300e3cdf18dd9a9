package dev.skerry.wasm.semantics;

import dev.skerry.wasm.format.Opcode;

/**
 * The operators on v128 (WASM core 4.3.6 and 4.4.3), as pure functions of 64-bit halves, the lanes of lower number in
 * the low half. Where each half of the result depends on the same halves of the operands, a function is called once
 * for each of them.
 *
 * <p>Relaxed operators have one meaning here, on every machine (WASM core 4.3.7 leaves the choice): swizzle,
 * truncations, minimum, maximum and q15mulr are those of the operators without {@code relaxed}; laneselect is
 * bitselect; madd and nmadd round twice; dot reads both operands as signed, and its i16 sums wrap.
 */
public final class VectorOperators {

  private static final long[] SIGNS = new long[Opcode.values().length];

  static {
    for (Opcode opcode : Opcode.values()) {
      String name = opcode.mnemonic;
      SIGNS[opcode.ordinal()] = name.startsWith("i8x16") ? IntegerLanes.I8
          : name.startsWith("i16x8") ? IntegerLanes.I16
          : name.startsWith("i32x4") ? IntegerLanes.I32 : IntegerLanes.I64;
    }
  }

  private VectorOperators() {
  }

  /** One half of the result of an operator with one operand. */
  public static long unary(Opcode opcode, long a) {
    long signs = SIGNS[opcode.ordinal()];
    return switch (opcode) {
      case V128_NOT -> ~a;
      case I8X16_ABS, I16X8_ABS, I32X4_ABS, I64X2_ABS -> IntegerLanes.abs(a, signs);
      case I8X16_NEG, I16X8_NEG, I32X4_NEG, I64X2_NEG -> IntegerLanes.neg(a, signs);
      case I8X16_POPCNT -> IntegerLanes.popcnt(a);
      case I16X8_EXTADD_PAIRWISE_I8X16_S, I32X4_EXTADD_PAIRWISE_I16X8_S -> LaneWidths.extaddPairwiseS(a, signs);
      case I16X8_EXTADD_PAIRWISE_I8X16_U, I32X4_EXTADD_PAIRWISE_I16X8_U -> LaneWidths.extaddPairwiseU(a, signs);
      case F32X4_ABS -> F32Lanes.abs(a);
      case F32X4_NEG -> F32Lanes.neg(a);
      case F32X4_SQRT -> F32Lanes.sqrt(a);
      case F32X4_CEIL -> F32Lanes.ceil(a);
      case F32X4_FLOOR -> F32Lanes.floor(a);
      case F32X4_TRUNC -> F32Lanes.trunc(a);
      case F32X4_NEAREST -> F32Lanes.nearest(a);
      case F32X4_CONVERT_I32X4_S -> F32Lanes.convertS(a);
      case F32X4_CONVERT_I32X4_U -> F32Lanes.convertU(a);
      case I32X4_TRUNC_SAT_F32X4_S, I32X4_RELAXED_TRUNC_F32X4_S -> F32Lanes.truncSatS(a);
      case I32X4_TRUNC_SAT_F32X4_U, I32X4_RELAXED_TRUNC_F32X4_U -> F32Lanes.truncSatU(a);
      case F64X2_ABS -> F64.abs(a);
      case F64X2_NEG -> F64.neg(a);
      case F64X2_SQRT -> F64Lane.bits(F64.sqrt(F64Lane.value(a)));
      case F64X2_CEIL -> F64Lane.bits(F64.ceil(F64Lane.value(a)));
      case F64X2_FLOOR -> F64Lane.bits(F64.floor(F64Lane.value(a)));
      case F64X2_TRUNC -> F64Lane.bits(F64.trunc(F64Lane.value(a)));
      case F64X2_NEAREST -> F64Lane.bits(F64.nearest(F64Lane.value(a)));
      default -> throw other(opcode);
    };
  }

  /** One half of the result of an operator with two operands. */
  public static long binary(Opcode opcode, long a, long b) {
    return switch (opcode) {
      case V128_AND -> a & b;
      case V128_ANDNOT -> a & ~b;
      case V128_OR -> a | b;
      case V128_XOR -> a ^ b;
      case F32X4_EQ -> F32Lanes.eq(a, b);
      case F32X4_NE -> ~F32Lanes.eq(a, b);
      case F32X4_LT -> F32Lanes.lt(a, b);
      case F32X4_GT -> F32Lanes.lt(b, a);
      case F32X4_LE -> F32Lanes.le(a, b);
      case F32X4_GE -> F32Lanes.le(b, a);
      case F32X4_ADD -> F32Lanes.add(a, b);
      case F32X4_SUB -> F32Lanes.sub(a, b);
      case F32X4_MUL -> F32Lanes.mul(a, b);
      case F32X4_DIV -> F32Lanes.div(a, b);
      case F32X4_MIN, F32X4_RELAXED_MIN -> F32Lanes.min(a, b);
      case F32X4_MAX, F32X4_RELAXED_MAX -> F32Lanes.max(a, b);
      case F32X4_PMIN -> F32Lanes.pmin(a, b);
      case F32X4_PMAX -> F32Lanes.pmax(a, b);
      case F64X2_EQ -> F64Lane.eq(a, b);
      case F64X2_NE -> ~F64Lane.eq(a, b);
      case F64X2_LT -> F64Lane.lt(a, b);
      case F64X2_GT -> F64Lane.lt(b, a);
      case F64X2_LE -> F64Lane.le(a, b);
      case F64X2_GE -> F64Lane.le(b, a);
      case F64X2_ADD -> F64Lane.bits(F64Lane.value(a) + F64Lane.value(b));
      case F64X2_SUB -> F64Lane.bits(F64Lane.value(a) - F64Lane.value(b));
      case F64X2_MUL -> F64Lane.bits(F64Lane.value(a) * F64Lane.value(b));
      case F64X2_DIV -> F64Lane.bits(F64Lane.value(a) / F64Lane.value(b));
      case F64X2_MIN, F64X2_RELAXED_MIN -> F64Lane.min(a, b);
      case F64X2_MAX, F64X2_RELAXED_MAX -> F64Lane.max(a, b);
      case F64X2_PMIN -> F64Lane.pmin(a, b);
      case F64X2_PMAX -> F64Lane.pmax(a, b);
      default -> integers(opcode, a, b, SIGNS[opcode.ordinal()]);
    };
  }

  private static long integers(Opcode opcode, long a, long b, long signs) {
    return switch (opcode) {
      case I8X16_EQ, I16X8_EQ, I32X4_EQ, I64X2_EQ -> IntegerLanes.eq(a, b, signs);
      case I8X16_NE, I16X8_NE, I32X4_NE, I64X2_NE -> ~IntegerLanes.eq(a, b, signs);
      case I8X16_LT_S, I16X8_LT_S, I32X4_LT_S, I64X2_LT_S -> IntegerLanes.ltS(a, b, signs);
      case I8X16_LT_U, I16X8_LT_U, I32X4_LT_U -> IntegerLanes.ltU(a, b, signs);
      case I8X16_GT_S, I16X8_GT_S, I32X4_GT_S, I64X2_GT_S -> IntegerLanes.ltS(b, a, signs);
      case I8X16_GT_U, I16X8_GT_U, I32X4_GT_U -> IntegerLanes.ltU(b, a, signs);
      case I8X16_LE_S, I16X8_LE_S, I32X4_LE_S, I64X2_LE_S -> ~IntegerLanes.ltS(b, a, signs);
      case I8X16_LE_U, I16X8_LE_U, I32X4_LE_U -> ~IntegerLanes.ltU(b, a, signs);
      case I8X16_GE_S, I16X8_GE_S, I32X4_GE_S, I64X2_GE_S -> ~IntegerLanes.ltS(a, b, signs);
      case I8X16_GE_U, I16X8_GE_U, I32X4_GE_U -> ~IntegerLanes.ltU(a, b, signs);
      case I8X16_ADD, I16X8_ADD, I32X4_ADD, I64X2_ADD -> IntegerLanes.add(a, b, signs);
      case I8X16_SUB, I16X8_SUB, I32X4_SUB, I64X2_SUB -> IntegerLanes.sub(a, b, signs);
      case I16X8_MUL, I32X4_MUL, I64X2_MUL -> IntegerLanes.mul(a, b, signs);
      case I8X16_MIN_S, I16X8_MIN_S, I32X4_MIN_S -> IntegerLanes.minS(a, b, signs);
      case I8X16_MIN_U, I16X8_MIN_U, I32X4_MIN_U -> IntegerLanes.minU(a, b, signs);
      case I8X16_MAX_S, I16X8_MAX_S, I32X4_MAX_S -> IntegerLanes.maxS(a, b, signs);
      case I8X16_MAX_U, I16X8_MAX_U, I32X4_MAX_U -> IntegerLanes.maxU(a, b, signs);
      case I8X16_ADD_SAT_S, I16X8_ADD_SAT_S -> IntegerLanes.addSatS(a, b, signs);
      case I8X16_ADD_SAT_U, I16X8_ADD_SAT_U -> IntegerLanes.addSatU(a, b, signs);
      case I8X16_SUB_SAT_S, I16X8_SUB_SAT_S -> IntegerLanes.subSatS(a, b, signs);
      case I8X16_SUB_SAT_U, I16X8_SUB_SAT_U -> IntegerLanes.subSatU(a, b, signs);
      case I8X16_AVGR_U, I16X8_AVGR_U -> IntegerLanes.avgrU(a, b, signs);
      case I16X8_Q15MULR_SAT_S, I16X8_RELAXED_Q15MULR_S -> LaneWidths.q15mulrSatS(a, b);
      case I32X4_DOT_I16X8_S -> LaneWidths.dotI16x8(a, b);
      case I16X8_RELAXED_DOT_I8X16_I7X16_S -> LaneWidths.dotI8x16(a, b);
      default -> throw other(opcode);
    };
  }

  /** One half of the result of an operator with three operands. */
  public static long ternary(Opcode opcode, long a, long b, long c) {
    return switch (opcode) {
      case V128_BITSELECT, I8X16_RELAXED_LANESELECT, I16X8_RELAXED_LANESELECT, I32X4_RELAXED_LANESELECT,
          I64X2_RELAXED_LANESELECT -> IntegerLanes.select(a, b, c);
      case F32X4_RELAXED_MADD -> F32Lanes.add(F32Lanes.mul(a, b), c);
      case F32X4_RELAXED_NMADD -> F32Lanes.add(F32Lanes.mul(F32Lanes.neg(a), b), c);
      case F64X2_RELAXED_MADD -> F64Lane.bits(F64Lane.value(a) * F64Lane.value(b) + F64Lane.value(c));
      case F64X2_RELAXED_NMADD -> F64Lane.bits(-F64Lane.value(a) * F64Lane.value(b) + F64Lane.value(c));
      case I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S -> IntegerLanes.add(
          LaneWidths.extaddPairwiseS(LaneWidths.dotI8x16(a, b), IntegerLanes.I32), c, IntegerLanes.I32);
      default -> throw other(opcode);
    };
  }

  /** One half of the result of a shift; the count wraps at the lanes' width. */
  public static long shift(Opcode opcode, long a, int count) {
    long signs = SIGNS[opcode.ordinal()];
    return switch (opcode) {
      case I8X16_SHL, I16X8_SHL, I32X4_SHL, I64X2_SHL -> IntegerLanes.shl(a, count, signs);
      case I8X16_SHR_S, I16X8_SHR_S, I32X4_SHR_S, I64X2_SHR_S -> IntegerLanes.shrS(a, count, signs);
      case I8X16_SHR_U, I16X8_SHR_U, I32X4_SHR_U, I64X2_SHR_U -> IntegerLanes.shrU(a, count, signs);
      default -> throw other(opcode);
    };
  }

  /** The i32 that an operator makes of all lanes. */
  public static int reduce(Opcode opcode, long low, long high) {
    long signs = SIGNS[opcode.ordinal()];
    return switch (opcode) {
      case V128_ANY_TRUE -> (low | high) != 0 ? 1 : 0;
      case I8X16_ALL_TRUE, I16X8_ALL_TRUE, I32X4_ALL_TRUE, I64X2_ALL_TRUE ->
          IntegerLanes.allTrue(low, signs) && IntegerLanes.allTrue(high, signs) ? 1 : 0;
      case I8X16_BITMASK, I16X8_BITMASK, I32X4_BITMASK, I64X2_BITMASK ->
          IntegerLanes.bitmask(low, signs) | IntegerLanes.bitmask(high, signs) << Long.bitCount(signs);
      default -> throw other(opcode);
    };
  }

  /** A half of a vector of so many lanes, 2 to 16, each with the value's lowest bits. */
  public static long splat(long value, int lanes) {
    return switch (lanes) {
      case 16 -> (value & 0xff) * 0x0101_0101_0101_0101L;
      case 8 -> (value & 0xffff) * 0x0001_0001_0001_0001L;
      case 4 -> (value & 0xffff_ffffL) * 0x0000_0001_0000_0001L;
      default -> value;
    };
  }

  /** The bytes of two vectors that eight indices from 0 to 31 name. */
  public static long shuffle(long a0, long a1, long b0, long b1, long indices) {
    long bytes = 0;
    for (int at = 0; at < 64; at += 8) {
      int index = (int) (indices >>> at);
      long from = (index & 16) == 0 ? (index & 8) == 0 ? a0 : a1 : (index & 8) == 0 ? b0 : b1;
      bytes |= (from >>> 8 * (index & 7) & 0xff) << at;
    }
    return bytes;
  }

  static long swizzle(long low, long high, long indices) {
    long bytes = 0;
    for (int at = 0; at < 64; at += 8) {
      int index = (int) (indices >>> at & 0xff);
      long from = index < 8 ? low : index < 16 ? high : 0;
      bytes |= (from >>> 8 * (index & 7) & 0xff) << at;
    }
    return bytes;
  }

  static IllegalArgumentException other(Opcode opcode) {
    return new IllegalArgumentException(opcode.mnemonic + " is not such an operator");
  }

  /**
   * One half of the result of an operator that moves values between the halves.
   *
   * @param upper which half
   * @param b0 the low half of the second operand, where there is one
   */
  public static long cross(Opcode opcode, boolean upper, long a0, long a1, long b0, long b1) {
    long signs = SIGNS[opcode.ordinal()];
    return switch (opcode) {
      case I8X16_SWIZZLE, I8X16_RELAXED_SWIZZLE -> swizzle(a0, a1, upper ? b1 : b0);
      case I8X16_NARROW_I16X8_S, I16X8_NARROW_I32X4_S -> LaneWidths.narrowS(upper ? b0 : a0, upper ? b1 : a1, signs);
      case I8X16_NARROW_I16X8_U, I16X8_NARROW_I32X4_U -> LaneWidths.narrowU(upper ? b0 : a0, upper ? b1 : a1, signs);
      case I16X8_EXTEND_LOW_I8X16_S, I32X4_EXTEND_LOW_I16X8_S, I64X2_EXTEND_LOW_I32X4_S ->
          LaneWidths.extendS(quarter(a0, upper), signs);
      case I16X8_EXTEND_HIGH_I8X16_S, I32X4_EXTEND_HIGH_I16X8_S, I64X2_EXTEND_HIGH_I32X4_S ->
          LaneWidths.extendS(quarter(a1, upper), signs);
      case I16X8_EXTEND_LOW_I8X16_U, I32X4_EXTEND_LOW_I16X8_U, I64X2_EXTEND_LOW_I32X4_U ->
          LaneWidths.extendU(quarter(a0, upper), signs);
      case I16X8_EXTEND_HIGH_I8X16_U, I32X4_EXTEND_HIGH_I16X8_U, I64X2_EXTEND_HIGH_I32X4_U ->
          LaneWidths.extendU(quarter(a1, upper), signs);
      case I16X8_EXTMUL_LOW_I8X16_S, I32X4_EXTMUL_LOW_I16X8_S, I64X2_EXTMUL_LOW_I32X4_S ->
          LaneWidths.extmulS(quarter(a0, upper), quarter(b0, upper), signs);
      case I16X8_EXTMUL_HIGH_I8X16_S, I32X4_EXTMUL_HIGH_I16X8_S, I64X2_EXTMUL_HIGH_I32X4_S ->
          LaneWidths.extmulS(quarter(a1, upper), quarter(b1, upper), signs);
      case I16X8_EXTMUL_LOW_I8X16_U, I32X4_EXTMUL_LOW_I16X8_U, I64X2_EXTMUL_LOW_I32X4_U ->
          LaneWidths.extmulU(quarter(a0, upper), quarter(b0, upper), signs);
      case I16X8_EXTMUL_HIGH_I8X16_U, I32X4_EXTMUL_HIGH_I16X8_U, I64X2_EXTMUL_HIGH_I32X4_U ->
          LaneWidths.extmulU(quarter(a1, upper), quarter(b1, upper), signs);
      case F32X4_DEMOTE_F64X2_ZERO ->
          upper ? 0 : F32Lanes.of((float) F64Lane.value(a0), (float) F64Lane.value(a1));
      case F64X2_PROMOTE_LOW_F32X4 -> F64Lane.bits(Float.intBitsToFloat(quarter(a0, upper)));
      case F64X2_CONVERT_LOW_I32X4_S -> F64Lane.bits(quarter(a0, upper));
      case F64X2_CONVERT_LOW_I32X4_U -> F64Lane.bits(Conversions.f64ConvertI32U(quarter(a0, upper)));
      case I32X4_TRUNC_SAT_F64X2_S_ZERO, I32X4_RELAXED_TRUNC_F64X2_S_ZERO -> upper ? 0 : F32Lanes.ints(
          Conversions.i32TruncSatF64S(F64Lane.value(a0)), Conversions.i32TruncSatF64S(F64Lane.value(a1)));
      case I32X4_TRUNC_SAT_F64X2_U_ZERO, I32X4_RELAXED_TRUNC_F64X2_U_ZERO -> upper ? 0 : F32Lanes.ints(
          Conversions.i32TruncSatF64U(F64Lane.value(a0)), Conversions.i32TruncSatF64U(F64Lane.value(a1)));
      default -> throw other(opcode);
    };
  }

  private static int quarter(long half, boolean upper) {
    return (int) (upper ? half >>> 32 : half);
  }
}
