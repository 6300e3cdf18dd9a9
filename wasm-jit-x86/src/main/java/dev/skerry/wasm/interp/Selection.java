package dev.skerry.wasm.interp;

import dev.skerry.wasm.format.Opcode;
import java.util.Arrays;

/** Which instruction of tier 0 does what a WebAssembly instruction asks, as rows. */
final class Selection {

  static final int NONE = -1;

  private static final int COUNT = Opcode.values().length;
  private static final int[] PLAIN = new int[COUNT];
  private static final int[] CONSTANT = new int[COUNT];
  private static final boolean[] COMMUTES = new boolean[COUNT];

  static {
    Arrays.fill(PLAIN, NONE);
    Arrays.fill(CONSTANT, NONE);
    row(Opcode.I32_ADD, Op.I32_ADD, Op.I32_ADD_K, true);
    row(Opcode.I32_SUB, Op.I32_SUB, NONE, false);
    row(Opcode.I32_MUL, Op.I32_MUL, Op.I32_MUL_K, true);
    row(Opcode.I32_AND, Op.I32_AND, Op.I32_AND_K, true);
    row(Opcode.I32_OR, Op.I32_OR, Op.I32_OR_K, true);
    row(Opcode.I32_XOR, Op.I32_XOR, Op.I32_XOR_K, true);
    row(Opcode.I32_SHL, Op.I32_SHL, Op.I32_SHL_K, false);
    row(Opcode.I32_SHR_S, Op.I32_SHR_S, Op.I32_SHR_S_K, false);
    row(Opcode.I32_SHR_U, Op.I32_SHR_U, Op.I32_SHR_U_K, false);
    row(Opcode.I32_ROTL, Op.I32_ROTL, NONE, false);
    row(Opcode.I32_ROTR, Op.I32_ROTR, NONE, false);
    row(Opcode.I32_DIV_S, Op.I32_DIV_S, NONE, false);
    row(Opcode.I32_DIV_U, Op.I32_DIV_U, NONE, false);
    row(Opcode.I32_REM_S, Op.I32_REM_S, NONE, false);
    row(Opcode.I32_REM_U, Op.I32_REM_U, NONE, false);
    row(Opcode.I32_CLZ, Op.I32_CLZ);
    row(Opcode.I32_CTZ, Op.I32_CTZ);
    row(Opcode.I32_POPCNT, Op.I32_POPCNT);
    row(Opcode.I32_EXTEND8_S, Op.I32_EXTEND8_S);
    row(Opcode.I32_EXTEND16_S, Op.I32_EXTEND16_S);
    row(Opcode.I64_ADD, Op.I64_ADD, Op.I64_ADD_K, true);
    row(Opcode.I64_SUB, Op.I64_SUB, NONE, false);
    row(Opcode.I64_MUL, Op.I64_MUL, Op.I64_MUL_K, true);
    row(Opcode.I64_AND, Op.I64_AND, Op.I64_AND_K, true);
    row(Opcode.I64_OR, Op.I64_OR, Op.I64_OR_K, true);
    row(Opcode.I64_XOR, Op.I64_XOR, Op.I64_XOR_K, true);
    row(Opcode.I64_SHL, Op.I64_SHL, Op.I64_SHL_K, false);
    row(Opcode.I64_SHR_S, Op.I64_SHR_S, Op.I64_SHR_S_K, false);
    row(Opcode.I64_SHR_U, Op.I64_SHR_U, Op.I64_SHR_U_K, false);
    row(Opcode.I64_ROTL, Op.I64_ROTL, NONE, false);
    row(Opcode.I64_ROTR, Op.I64_ROTR, NONE, false);
    row(Opcode.I64_DIV_S, Op.I64_DIV_S, NONE, false);
    row(Opcode.I64_DIV_U, Op.I64_DIV_U, NONE, false);
    row(Opcode.I64_REM_S, Op.I64_REM_S, NONE, false);
    row(Opcode.I64_REM_U, Op.I64_REM_U, NONE, false);
    row(Opcode.I64_CLZ, Op.I64_CLZ);
    row(Opcode.I64_CTZ, Op.I64_CTZ);
    row(Opcode.I64_POPCNT, Op.I64_POPCNT);
    row(Opcode.I64_EXTEND8_S, Op.I64_EXTEND8_S);
    row(Opcode.I64_EXTEND16_S, Op.I64_EXTEND16_S);
    row(Opcode.I64_EXTEND32_S, Op.I64_EXTEND32_S);
    row(Opcode.I64_EXTEND_I32_S, Op.I64_EXTEND32_S);
    row(Opcode.I32_WRAP_I64, Op.LOW32);
    row(Opcode.F32_ADD, Op.F32_ADD, NONE, false);
    row(Opcode.F32_SUB, Op.F32_SUB, NONE, false);
    row(Opcode.F32_MUL, Op.F32_MUL, NONE, false);
    row(Opcode.F32_DIV, Op.F32_DIV, NONE, false);
    row(Opcode.F32_MIN, Op.F32_MIN, NONE, false);
    row(Opcode.F32_MAX, Op.F32_MAX, NONE, false);
    row(Opcode.F32_COPYSIGN, Op.F32_COPYSIGN, NONE, false);
    row(Opcode.F32_ABS, Op.F32_ABS);
    row(Opcode.F32_NEG, Op.F32_NEG);
    row(Opcode.F32_CEIL, Op.F32_CEIL);
    row(Opcode.F32_FLOOR, Op.F32_FLOOR);
    row(Opcode.F32_TRUNC, Op.F32_TRUNC);
    row(Opcode.F32_NEAREST, Op.F32_NEAREST);
    row(Opcode.F32_SQRT, Op.F32_SQRT);
    row(Opcode.F64_ADD, Op.F64_ADD, NONE, false);
    row(Opcode.F64_SUB, Op.F64_SUB, NONE, false);
    row(Opcode.F64_MUL, Op.F64_MUL, NONE, false);
    row(Opcode.F64_DIV, Op.F64_DIV, NONE, false);
    row(Opcode.F64_MIN, Op.F64_MIN, NONE, false);
    row(Opcode.F64_MAX, Op.F64_MAX, NONE, false);
    row(Opcode.F64_COPYSIGN, Op.F64_COPYSIGN, NONE, false);
    row(Opcode.F64_ABS, Op.F64_ABS);
    row(Opcode.F64_NEG, Op.F64_NEG);
    row(Opcode.F64_CEIL, Op.F64_CEIL);
    row(Opcode.F64_FLOOR, Op.F64_FLOOR);
    row(Opcode.F64_TRUNC, Op.F64_TRUNC);
    row(Opcode.F64_NEAREST, Op.F64_NEAREST);
    row(Opcode.F64_SQRT, Op.F64_SQRT);
    row(Opcode.I32_TRUNC_F32_S, Op.I32_TRUNC_F32_S);
    row(Opcode.I32_TRUNC_F32_U, Op.I32_TRUNC_F32_U);
    row(Opcode.I32_TRUNC_F64_S, Op.I32_TRUNC_F64_S);
    row(Opcode.I32_TRUNC_F64_U, Op.I32_TRUNC_F64_U);
    row(Opcode.I32_TRUNC_SAT_F32_S, Op.I32_TRUNC_SAT_F32_S);
    row(Opcode.I32_TRUNC_SAT_F32_U, Op.I32_TRUNC_SAT_F32_U);
    row(Opcode.I32_TRUNC_SAT_F64_S, Op.I32_TRUNC_SAT_F64_S);
    row(Opcode.I32_TRUNC_SAT_F64_U, Op.I32_TRUNC_SAT_F64_U);
    row(Opcode.I64_TRUNC_F32_S, Op.I64_TRUNC_F32_S);
    row(Opcode.I64_TRUNC_F32_U, Op.I64_TRUNC_F32_U);
    row(Opcode.I64_TRUNC_F64_S, Op.I64_TRUNC_F64_S);
    row(Opcode.I64_TRUNC_F64_U, Op.I64_TRUNC_F64_U);
    row(Opcode.I64_TRUNC_SAT_F32_S, Op.I64_TRUNC_SAT_F32_S);
    row(Opcode.I64_TRUNC_SAT_F32_U, Op.I64_TRUNC_SAT_F32_U);
    row(Opcode.I64_TRUNC_SAT_F64_S, Op.I64_TRUNC_SAT_F64_S);
    row(Opcode.I64_TRUNC_SAT_F64_U, Op.I64_TRUNC_SAT_F64_U);
    row(Opcode.F32_CONVERT_I32_S, Op.F32_CONVERT_I32_S);
    row(Opcode.F32_CONVERT_I32_U, Op.F32_CONVERT_I32_U);
    row(Opcode.F32_CONVERT_I64_S, Op.F32_CONVERT_I64_S);
    row(Opcode.F32_CONVERT_I64_U, Op.F32_CONVERT_I64_U);
    row(Opcode.F64_CONVERT_I32_S, Op.F64_CONVERT_I32_S);
    row(Opcode.F64_CONVERT_I32_U, Op.F64_CONVERT_I32_U);
    row(Opcode.F64_CONVERT_I64_S, Op.F64_CONVERT_I64_S);
    row(Opcode.F64_CONVERT_I64_U, Op.F64_CONVERT_I64_U);
    row(Opcode.F32_DEMOTE_F64, Op.F32_DEMOTE_F64);
    row(Opcode.F64_PROMOTE_F32, Op.F64_PROMOTE_F32);
    row(Opcode.REF_IS_NULL, Op.REF_IS_NULL);
    row(Opcode.I32_LOAD, Op.LOAD32_U);
    row(Opcode.I64_LOAD, Op.LOAD64);
    row(Opcode.F32_LOAD, Op.LOAD32_U);
    row(Opcode.F64_LOAD, Op.LOAD64);
    row(Opcode.I32_LOAD8_S, Op.I32_LOAD8_S);
    row(Opcode.I32_LOAD8_U, Op.LOAD8_U);
    row(Opcode.I32_LOAD16_S, Op.I32_LOAD16_S);
    row(Opcode.I32_LOAD16_U, Op.LOAD16_U);
    row(Opcode.I64_LOAD8_S, Op.I64_LOAD8_S);
    row(Opcode.I64_LOAD8_U, Op.LOAD8_U);
    row(Opcode.I64_LOAD16_S, Op.I64_LOAD16_S);
    row(Opcode.I64_LOAD16_U, Op.LOAD16_U);
    row(Opcode.I64_LOAD32_S, Op.I64_LOAD32_S);
    row(Opcode.I64_LOAD32_U, Op.LOAD32_U);
    row(Opcode.I32_STORE, Op.STORE32);
    row(Opcode.I64_STORE, Op.STORE64);
    row(Opcode.F32_STORE, Op.STORE32);
    row(Opcode.F64_STORE, Op.STORE64);
    row(Opcode.I32_STORE8, Op.STORE8);
    row(Opcode.I32_STORE16, Op.STORE16);
    row(Opcode.I64_STORE8, Op.STORE8);
    row(Opcode.I64_STORE16, Op.STORE16);
    row(Opcode.I64_STORE32, Op.STORE32);
  }

  private Selection() {
  }

  private static void row(Opcode opcode, int plain) {
    row(opcode, plain, NONE, false);
  }

  private static void row(Opcode opcode, int plain, int constant, boolean commutes) {
    PLAIN[opcode.ordinal()] = plain;
    CONSTANT[opcode.ordinal()] = constant;
    COMMUTES[opcode.ordinal()] = commutes;
  }

  /** The instruction whose operands are slots, or {@link #NONE}. */
  static int plain(Opcode opcode) {
    return PLAIN[opcode.ordinal()];
  }

  /** The instruction whose second operand is a constant, or {@link #NONE}. */
  static int constant(Opcode opcode) {
    return CONSTANT[opcode.ordinal()];
  }

  static boolean commutes(Opcode opcode) {
    return COMMUTES[opcode.ordinal()];
  }
}
