package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.Opcode;
import java.util.Locale;

/**
 * Operators on vectors, as {@link Recipe}s. Relaxed operators do what {@code semantics.VectorOperators} says, on every
 * processor. What has an operand in no register is in {@link VectorMemoryRules}, what depends on constants in
 * {@link LaneRules}.
 */
final class VectorRules {

  private static final String ONES = "#ffffffffffffffff";
  private static final String[] INTEGERS = {"I8X16", "I16X8", "I32X4", "I64X2"};
  /** The letters of lanes of 8, 16, 32 and 64 bits in mnemonics. */
  private static final String LETTERS = "bwdq";

  private VectorRules() {
  }

  static void rows(Rules.Table table) {
    bits(table);
    for (int i = 0; i < INTEGERS.length; i++) {
      integers(table, INTEGERS[i], LETTERS.charAt(i));
    }
    small(table, "I8X16", 'b');
    small(table, "I16X8", 'w');
    ordered(table, "I8X16", 'b');
    ordered(table, "I16X8", 'w');
    ordered(table, "I32X4", 'd');
    multiplications(table);
    order64(table);
    widths(table);
    lanes(table);
    floats(table, "F32X4", 's', "#8000000080000000", "#7fffffff7fffffff", "psrld u u 10");
    floats(table, "F64X2", 'd', "#8000000000000000", "#7fffffffffffffff", "psrlq u u 13");
    conversions(table);
    relaxed(table);
  }

  private static void row(Rules.Table table, String opcode, String... texts) {
    Opcode row = Opcode.valueOf(opcode);
    table.row(row, new Recipe(row, texts));
  }

  private static void bits(Rules.Table table) {
    row(table, "V128_AND", "pand d a b");
    row(table, "V128_OR", "por d a b");
    row(table, "V128_XOR", "pxor d a b");
    row(table, "V128_ANDNOT", "pandn d b a");
    row(table, "V128_NOT", "pxor d a " + ONES);
    for (String opcode : new String[] {"V128_BITSELECT", "I8X16_RELAXED_LANESELECT", "I16X8_RELAXED_LANESELECT",
      "I32X4_RELAXED_LANESELECT", "I64X2_RELAXED_LANESELECT"}) {
      row(table, opcode, "pand t a c; pandn d c b; por d d t");
    }
  }

  /** What lanes of all widths have. */
  private static void integers(Rules.Table table, String shape, char w) {
    row(table, shape + "_ADD", "padd" + w + " d a b");
    row(table, shape + "_SUB", "psub" + w + " d a b");
    row(table, shape + "_NEG", "zero d; psub" + w + " d d a");
    row(table, shape + "_EQ", "pcmpeq" + w + " d a b");
    row(table, shape + "_NE", "pcmpeq" + w + " t a b; pxor d t " + ONES);
  }

  /** What lanes of 8 and 16 bits have. */
  private static void small(Rules.Table table, String shape, char w) {
    row(table, shape + "_ADD_SAT_S", "padds" + w + " d a b");
    row(table, shape + "_ADD_SAT_U", "paddus" + w + " d a b");
    row(table, shape + "_SUB_SAT_S", "psubs" + w + " d a b");
    row(table, shape + "_SUB_SAT_U", "psubus" + w + " d a b");
    row(table, shape + "_AVGR_U", "pavg" + w + " d a b");
  }

  /** Comparisons and what follows from them, of lanes of 8, 16 and 32 bits: a is at most b if it is the minimum. */
  private static void ordered(Rules.Table table, String shape, char w) {
    String equal = "; pcmpeq" + w + " d t a";
    String different = "; pcmpeq" + w + " t t a; pxor d t " + ONES;
    row(table, shape + "_GT_S", "pcmpgt" + w + " d a b");
    row(table, shape + "_LT_S", "pcmpgt" + w + " d b a");
    row(table, shape + "_LE_S", "pmins" + w + " t a b" + equal);
    row(table, shape + "_GE_S", "pmaxs" + w + " t a b" + equal);
    row(table, shape + "_LE_U", "pminu" + w + " t a b" + equal);
    row(table, shape + "_GE_U", "pmaxu" + w + " t a b" + equal);
    row(table, shape + "_GT_U", "pminu" + w + " t a b" + different);
    row(table, shape + "_LT_U", "pmaxu" + w + " t a b" + different);
    row(table, shape + "_MIN_S", "pmins" + w + " d a b");
    row(table, shape + "_MIN_U", "pminu" + w + " d a b");
    row(table, shape + "_MAX_S", "pmaxs" + w + " d a b");
    row(table, shape + "_MAX_U", "pmaxu" + w + " d a b");
    row(table, shape + "_ABS", "pabs" + w + " d a");
  }

  private static void multiplications(Rules.Table table) {
    row(table, "I16X8_MUL", "pmullw d a b");
    row(table, "I32X4_MUL", "pmulld d a b");
    row(table, "I64X2_MUL", "psrlq t a 32; pmuludq t t b; psrlq u b 32; pmuludq u u a; paddq t t u; psllq t t 32; "
        + "pmuludq d a b; paddq d d t");
    row(table, "I32X4_DOT_I16X8_S", "pmaddwd d a b");
    String q15 = "pmulhrsw u a b; pcmpeqw t u #8000800080008000; pxor d u t";
    row(table, "I16X8_Q15MULR_SAT_S", q15);
    row(table, "I16X8_RELAXED_Q15MULR_S", q15);
    row(table, "I16X8_EXTMUL_LOW_I8X16_S", "pmovsxbw t a; pmovsxbw u b; pmullw d t u");
    row(table, "I16X8_EXTMUL_LOW_I8X16_U", "pmovzxbw t a; pmovzxbw u b; pmullw d t u");
    row(table, "I16X8_EXTMUL_HIGH_I8X16_S",
        "pshufd t a 238; pmovsxbw t t; pshufd u b 238; pmovsxbw u u; pmullw d t u");
    row(table, "I16X8_EXTMUL_HIGH_I8X16_U",
        "pshufd t a 238; pmovzxbw t t; pshufd u b 238; pmovzxbw u u; pmullw d t u");
    row(table, "I32X4_EXTMUL_LOW_I16X8_S", "pmullw t a b; pmulhw u a b; punpcklwd d t u");
    row(table, "I32X4_EXTMUL_LOW_I16X8_U", "pmullw t a b; pmulhuw u a b; punpcklwd d t u");
    row(table, "I32X4_EXTMUL_HIGH_I16X8_S", "pmullw t a b; pmulhw u a b; punpckhwd d t u");
    row(table, "I32X4_EXTMUL_HIGH_I16X8_U", "pmullw t a b; pmulhuw u a b; punpckhwd d t u");
    row(table, "I64X2_EXTMUL_LOW_I32X4_S", "pshufd t a 80; pshufd u b 80; pmuldq d t u");
    row(table, "I64X2_EXTMUL_LOW_I32X4_U", "pshufd t a 80; pshufd u b 80; pmuludq d t u");
    row(table, "I64X2_EXTMUL_HIGH_I32X4_S", "pshufd t a 250; pshufd u b 250; pmuldq d t u");
    row(table, "I64X2_EXTMUL_HIGH_I32X4_U", "pshufd t a 250; pshufd u b 250; pmuludq d t u");
  }

  /** Lanes of 64 bits; without SSE4.2 by their halves: greater if the upper one is, or if it is equal by the borrow. */
  private static void order64(Rules.Table table) {
    String greater = "psubq t %2$s %1$s; pcmpeqd u %1$s %2$s; pand t t u; pcmpgtd u %1$s %2$s; por t t u; "
        + "pshufd d t 245";
    row(table, "I64X2_GT_S", "pcmpgtq d a b", greater.formatted("a", "b"));
    row(table, "I64X2_LT_S", "pcmpgtq d b a", greater.formatted("b", "a"));
    row(table, "I64X2_LE_S", "pcmpgtq t a b; pxor d t " + ONES, greater.formatted("a", "b") + "; pxor d d " + ONES);
    row(table, "I64X2_GE_S", "pcmpgtq t b a; pxor d t " + ONES, greater.formatted("b", "a") + "; pxor d d " + ONES);
    row(table, "I64X2_ABS", "pshufd t a 245; psrad t t 31; pxor d a t; psubq d d t");
  }

  private static void widths(Rules.Table table) {
    row(table, "I16X8_EXTEND_LOW_I8X16_S", "pmovsxbw d a");
    row(table, "I16X8_EXTEND_LOW_I8X16_U", "pmovzxbw d a");
    row(table, "I16X8_EXTEND_HIGH_I8X16_S", "pshufd t a 238; pmovsxbw d t");
    row(table, "I16X8_EXTEND_HIGH_I8X16_U", "pshufd t a 238; pmovzxbw d t");
    row(table, "I32X4_EXTEND_LOW_I16X8_S", "pmovsxwd d a");
    row(table, "I32X4_EXTEND_LOW_I16X8_U", "pmovzxwd d a");
    row(table, "I32X4_EXTEND_HIGH_I16X8_S", "pshufd t a 238; pmovsxwd d t");
    row(table, "I32X4_EXTEND_HIGH_I16X8_U", "pshufd t a 238; pmovzxwd d t");
    row(table, "I64X2_EXTEND_LOW_I32X4_S", "pmovsxdq d a");
    row(table, "I64X2_EXTEND_LOW_I32X4_U", "pmovzxdq d a");
    row(table, "I64X2_EXTEND_HIGH_I32X4_S", "pshufd t a 238; pmovsxdq d t");
    row(table, "I64X2_EXTEND_HIGH_I32X4_U", "pshufd t a 238; pmovzxdq d t");
    row(table, "I16X8_EXTADD_PAIRWISE_I8X16_S", "load t #0101010101010101; pmaddubsw d t a");
    row(table, "I16X8_EXTADD_PAIRWISE_I8X16_U", "pmaddubsw d a #0101010101010101");
    row(table, "I32X4_EXTADD_PAIRWISE_I16X8_S", "pmaddwd d a #0001000100010001");
    row(table, "I32X4_EXTADD_PAIRWISE_I16X8_U", "pand t a #0000ffff0000ffff; psrld d a 16; paddd d d t");
    row(table, "I8X16_NARROW_I16X8_S", "packsswb d a b");
    row(table, "I8X16_NARROW_I16X8_U", "packuswb d a b");
    row(table, "I16X8_NARROW_I32X4_S", "packssdw d a b");
    row(table, "I16X8_NARROW_I32X4_U", "packusdw d a b");
  }

  private static void lanes(Rules.Table table) {
    String nibble = "#0f0f0f0f0f0f0f0f";
    String ones = "#0302020102010100:0403030203020201";
    row(table, "I8X16_POPCNT", "pand t a " + nibble + "; psrlw u a 4; pand u u " + nibble
        + "; load v " + ones + "; pshufb d v t; pshufb v v u; paddb d d v");
    String swizzle = "paddusb t b #7070707070707070; pshufb d a t";
    row(table, "I8X16_SWIZZLE", swizzle);
    row(table, "I8X16_RELAXED_SWIZZLE", swizzle);
    row(table, "I8X16_SPLAT", "movd t a; vpbroadcastb d t", "movd t a; zero u; pshufb d t u");
    row(table, "I16X8_SPLAT", "movd t a; vpbroadcastw d t", "movd t a; pshuflw t t 0; pshufd d t 0");
    row(table, "I32X4_SPLAT", "movd t a; pshufd d t 0");
    row(table, "I64X2_SPLAT", "movq t a; punpcklqdq d t t");
    row(table, "F32X4_SPLAT", "shufps d a a 0");
    row(table, "F64X2_SPLAT", "movddup d a");
    row(table, "I8X16_EXTRACT_LANE_U", "pextrb d a i");
    row(table, "I8X16_EXTRACT_LANE_S", "pextrb r a i; movsx d r");
    row(table, "I16X8_EXTRACT_LANE_U", "pextrw d a i");
    row(table, "I8X16_REPLACE_LANE", "pinsrb d a b i");
    row(table, "I16X8_REPLACE_LANE", "pinsrw d a b i");
    row(table, "I32X4_REPLACE_LANE", "pinsrd d a b i");
    row(table, "I64X2_REPLACE_LANE", "pinsrq d a b i");
    row(table, "I8X16_BITMASK", "pmovmskb d a");
    row(table, "I16X8_BITMASK", "zero u; packsswb t a u; pmovmskb d t");
    row(table, "I32X4_BITMASK", "movmskps d a");
    row(table, "I64X2_BITMASK", "movmskpd d a");
  }

  /**
   * Floats; {@code p} is the letter of their width. Minimum and maximum as in both orders: what differs are signs of
   * zeros and NaNs; these are made canonical.
   */
  private static void floats(
      Rules.Table table, String shape, char p, String sign, String magnitude, String payload) {
    for (String operator : new String[] {"ADD", "SUB", "MUL", "DIV"}) {
      row(table, shape + "_" + operator, operator.toLowerCase(Locale.ROOT) + "p" + p + " d a b");
    }
    row(table, shape + "_SQRT", "sqrtp" + p + " d a");
    row(table, shape + "_NEAREST", "roundp" + p + " d a " + FloatRules.NEAREST);
    row(table, shape + "_FLOOR", "roundp" + p + " d a " + FloatRules.FLOOR);
    row(table, shape + "_CEIL", "roundp" + p + " d a " + FloatRules.CEIL);
    row(table, shape + "_TRUNC", "roundp" + p + " d a " + FloatRules.TRUNC);
    row(table, shape + "_ABS", "andps d a " + magnitude);
    row(table, shape + "_NEG", "xorps d a " + sign);
    row(table, shape + "_EQ", "cmpp" + p + " d a b 0");
    row(table, shape + "_LT", "cmpp" + p + " d a b 1");
    row(table, shape + "_LE", "cmpp" + p + " d a b 2");
    row(table, shape + "_NE", "cmpp" + p + " d a b 4");
    row(table, shape + "_GT", "cmpp" + p + " d b a 1");
    row(table, shape + "_GE", "cmpp" + p + " d b a 2");
    row(table, shape + "_PMIN", "minp" + p + " d b a");
    row(table, shape + "_PMAX", "maxp" + p + " d b a");
    String least = "minp? t a b; minp? u b a; orps t t u; cmpp? u u t 3; orps t t u; " + payload + "; andnps d u t";
    String most = "maxp? t a b; maxp? u b a; xorps u u t; orps t t u; subp? t t u; cmpp? u u t 3; " + payload
        + "; andnps d u t";
    row(table, shape + "_MIN", least.replace('?', p));
    row(table, shape + "_MAX", most.replace('?', p));
    row(table, shape + "_RELAXED_MIN", least.replace('?', p));
    row(table, shape + "_RELAXED_MAX", most.replace('?', p));
    row(table, shape + "_RELAXED_MADD", "mulp? t a b; addp? d t c".replace('?', p));
    row(table, shape + "_RELAXED_NMADD", "mulp? t a b; subp? d c t".replace('?', p));
  }

  private static void conversions(Rules.Table table) {
    row(table, "F32X4_CONVERT_I32X4_S", "cvtdq2ps d a");
    // The lower halves exactly, and half of the upper ones exactly, doubled; one rounding at the end.
    row(table, "F32X4_CONVERT_I32X4_U", "zero t; pblendw t t a 85; psubd u a t; cvtdq2ps t t; psrld u u 1; "
        + "cvtdq2ps u u; addps u u u; addps d t u");
    row(table, "F64X2_CONVERT_LOW_I32X4_S", "cvtdq2pd d a");
    // 2^52 has the integer as its lowest bits.
    row(table, "F64X2_CONVERT_LOW_I32X4_U",
        "unpcklps t a #4330000043300000; subpd d t #4330000000000000");
    row(table, "F32X4_DEMOTE_F64X2_ZERO", "cvtpd2ps d a");
    row(table, "F64X2_PROMOTE_LOW_F32X4", "cvtps2pd d a");
    // NaN to 0; the machine's least number becomes the greatest where the float was not negative.
    String signed = "cmpps t a a 0; andps d a t; pxor t t d; cvttps2dq d d; pand t t d; psrad t t 31; pxor d d t";
    row(table, "I32X4_TRUNC_SAT_F32X4_S", signed);
    row(table, "I32X4_RELAXED_TRUNC_F32X4_S", signed);
    // The part below 2^31 and the part from there on, each truncated as signed, and their sum.
    String unsigned = "zero t; maxps d a t; subps u d #4f0000004f000000; load t #4f0000004f000000; cmpps t t u 2; "
        + "cvttps2dq u u; pxor u u t; zero t; pmaxsd u u t; cvttps2dq d d; paddd d d u";
    row(table, "I32X4_TRUNC_SAT_F32X4_U", unsigned);
    row(table, "I32X4_RELAXED_TRUNC_F32X4_U", unsigned);
    String signed64 = "cmppd t a a 0; andpd t t #41dfffffffc00000; minpd u a t; cvttpd2dq d u";
    row(table, "I32X4_TRUNC_SAT_F64X2_S_ZERO", signed64);
    row(table, "I32X4_RELAXED_TRUNC_F64X2_S_ZERO", signed64);
    String unsigned64 = "zero t; maxpd d a t; minpd d d #41efffffffe00000; roundpd d d " + FloatRules.TRUNC
        + "; addpd d d #4330000000000000; shufps d d t 136";
    row(table, "I32X4_TRUNC_SAT_F64X2_U_ZERO", unsigned64);
    row(table, "I32X4_RELAXED_TRUNC_F64X2_U_ZERO", unsigned64);
  }

  /** Products of signed bytes: those at even places, and those at odd ones, as lanes of 16 bits. */
  private static void relaxed(Rules.Table table) {
    String sums = "psllw t a 8; psraw t t 8; psllw u b 8; psraw u u 8; pmullw t t u; "
        + "psraw u a 8; psraw v b 8; pmullw u u v; ";
    row(table, "I16X8_RELAXED_DOT_I8X16_I7X16_S", sums + "paddw d t u");
    row(table, "I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S", sums
        + "paddw t t u; pmaddwd t t #0001000100010001; paddd d t c");
  }
}
