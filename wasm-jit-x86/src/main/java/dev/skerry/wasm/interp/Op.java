package dev.skerry.wasm.interp;

/**
 * The instruction set of tier 0. An instruction is a unit of four 32-bit words: opcode, a, b, c. Slots are byte offsets
 * from the frame pointer, branch targets byte offsets from the end of the unit. The shape of an opcode says what its
 * words mean, in the order a, b, c: {@code d} the slot it writes, {@code s} a slot it reads, {@code i} an immediate,
 * {@code t} a branch target, {@code -} nothing. An instruction reads all its operands before it writes its result.
 */
public final class Op {

  /** Bytes of an instruction unit. */
  public static final int UNIT = 16;

  // Moves.
  public static final int MOVE = 0;

  // A 64-bit constant in the words b and c.
  public static final int CONST = 1;

  // Branches, taken when the comparison holds; NLT and NLE are the negations, true for NaN.
  public static final int BR = 2;
  public static final int I32_BR_EQ = 3;
  public static final int I32_BR_NE = 4;
  public static final int I32_BR_LT_S = 5;
  public static final int I32_BR_GE_S = 6;
  public static final int I32_BR_LT_U = 7;
  public static final int I32_BR_GE_U = 8;
  public static final int I32_BR_EQ_K = 9;
  public static final int I32_BR_NE_K = 10;
  public static final int I32_BR_LT_S_K = 11;
  public static final int I32_BR_GE_S_K = 12;
  public static final int I32_BR_LT_U_K = 13;
  public static final int I32_BR_GE_U_K = 14;
  public static final int I64_BR_EQ = 15;
  public static final int I64_BR_NE = 16;
  public static final int I64_BR_LT_S = 17;
  public static final int I64_BR_GE_S = 18;
  public static final int I64_BR_LT_U = 19;
  public static final int I64_BR_GE_U = 20;
  public static final int I64_BR_EQ_K = 21;
  public static final int I64_BR_NE_K = 22;
  public static final int I64_BR_LT_S_K = 23;
  public static final int I64_BR_GE_S_K = 24;
  public static final int I64_BR_LT_U_K = 25;
  public static final int I64_BR_GE_U_K = 26;
  public static final int F64_BR_EQ = 27;
  public static final int F64_BR_NE = 28;
  public static final int F64_BR_LT = 29;
  public static final int F64_BR_NLT = 30;
  public static final int F64_BR_LE = 31;
  public static final int F64_BR_NLE = 32;

  // Calls: the callee's frame, then the descriptor's place in the instance context.
  public static final int CALL = 33;

  // The callee's frame, the element index, the canonical type; the table record follows in a DATA unit.
  public static final int CALL_INDIRECT = 34;

  // Function entry: frame bytes, locals to zero, frame constants (one DATA unit each).
  public static final int ENTER = 35;

  // Returns: where results go, the first result, how many slots.
  public static final int RET = 36;
  public static final int RET1 = 37;
  public static final int RETN = 38;

  // An index and the number of labels but the default; a BR for each follows, the default last.
  public static final int BR_TABLE = 39;

  // Target and both choices; the condition follows in an EXT unit.
  public static final int SELECT = 40;

  // Memory 0: index slot and static offset.
  public static final int LOAD32_U = 41;
  public static final int LOAD64 = 42;
  public static final int LOAD8_U = 43;
  public static final int LOAD16_U = 44;
  public static final int I32_LOAD8_S = 45;
  public static final int I32_LOAD16_S = 46;
  public static final int I64_LOAD8_S = 47;
  public static final int I64_LOAD16_S = 48;
  public static final int I64_LOAD32_S = 49;
  public static final int STORE32 = 50;
  public static final int STORE64 = 51;
  public static final int STORE8 = 52;
  public static final int STORE16 = 53;

  // Globals of the instance itself, by their place in the context.
  public static final int GLOBAL_GET = 54;
  public static final int GLOBAL_SET = 55;

  // Integer arithmetic; _K takes its second operand from the word c, sign-extended.
  public static final int I32_ADD = 56;
  public static final int I32_SUB = 57;
  public static final int I32_MUL = 58;
  public static final int I32_AND = 59;
  public static final int I32_OR = 60;
  public static final int I32_XOR = 61;
  public static final int I32_SHL = 62;
  public static final int I32_SHR_S = 63;
  public static final int I32_SHR_U = 64;
  public static final int I64_ADD = 65;
  public static final int I64_SUB = 66;
  public static final int I64_MUL = 67;
  public static final int I64_AND = 68;
  public static final int I64_OR = 69;
  public static final int I64_XOR = 70;
  public static final int I64_SHL = 71;
  public static final int I64_SHR_S = 72;
  public static final int I64_SHR_U = 73;
  public static final int I32_ADD_K = 74;
  public static final int I32_MUL_K = 75;
  public static final int I32_AND_K = 76;
  public static final int I32_OR_K = 77;
  public static final int I32_XOR_K = 78;
  public static final int I32_SHL_K = 79;
  public static final int I32_SHR_S_K = 80;
  public static final int I32_SHR_U_K = 81;
  public static final int I64_ADD_K = 82;
  public static final int I64_MUL_K = 83;
  public static final int I64_AND_K = 84;
  public static final int I64_OR_K = 85;
  public static final int I64_XOR_K = 86;
  public static final int I64_SHL_K = 87;
  public static final int I64_SHR_S_K = 88;
  public static final int I64_SHR_U_K = 89;

  // Integer comparisons.
  public static final int I32_EQ = 90;
  public static final int I32_NE = 91;
  public static final int I32_LT_S = 92;
  public static final int I32_GE_S = 93;
  public static final int I32_LT_U = 94;
  public static final int I32_GE_U = 95;
  public static final int I32_EQ_K = 96;
  public static final int I32_NE_K = 97;
  public static final int I32_LT_S_K = 98;
  public static final int I32_GE_S_K = 99;
  public static final int I32_LT_U_K = 100;
  public static final int I32_GE_U_K = 101;
  public static final int F64_ADD = 102;
  public static final int F64_SUB = 103;
  public static final int F64_MUL = 104;
  public static final int F64_DIV = 105;
  public static final int F32_ADD = 106;
  public static final int F32_SUB = 107;
  public static final int F32_MUL = 108;
  public static final int F32_DIV = 109;

  // The low half, zero-extended; its sign-extension.
  public static final int LOW32 = 110;
  public static final int I64_EXTEND32_S = 111;
  public static final int I32_DIV_S = 112;
  public static final int I32_DIV_U = 113;
  public static final int I32_REM_S = 114;
  public static final int I32_REM_U = 115;
  public static final int F64_CONVERT_I32_S = 116;

  // Exits to the driver.
  public static final int HOST = 117;
  public static final int LAZY = 118;
  public static final int EXIT = 119;

  /** Instructions from this one on are dispatched by {@link Rare}. */
  public static final int FIRST_RARE = 120;

  // From here on: rarer instructions, dispatched by Rare.
  public static final int I64_EQ = 120;
  public static final int I64_NE = 121;
  public static final int I64_LT_S = 122;
  public static final int I64_GE_S = 123;
  public static final int I64_LT_U = 124;
  public static final int I64_GE_U = 125;
  public static final int I64_EQ_K = 126;
  public static final int I64_NE_K = 127;
  public static final int I64_LT_S_K = 128;
  public static final int I64_GE_S_K = 129;
  public static final int I64_LT_U_K = 130;
  public static final int I64_GE_U_K = 131;
  public static final int F64_EQ = 132;
  public static final int F64_NE = 133;
  public static final int F64_LT = 134;
  public static final int F64_NLT = 135;
  public static final int F64_LE = 136;
  public static final int F64_NLE = 137;
  public static final int F32_EQ = 138;
  public static final int F32_NE = 139;
  public static final int F32_LT = 140;
  public static final int F32_NLT = 141;
  public static final int F32_LE = 142;
  public static final int F32_NLE = 143;
  public static final int F32_BR_EQ = 144;
  public static final int F32_BR_NE = 145;
  public static final int F32_BR_LT = 146;
  public static final int F32_BR_NLT = 147;
  public static final int F32_BR_LE = 148;
  public static final int F32_BR_NLE = 149;
  public static final int UNREACHABLE = 150;

  // Copies c slots from b on to a on.
  public static final int COPY = 151;

  // Globals imported from elsewhere: the pointer's place in the context.
  public static final int GLOBAL_GET_FAR = 152;
  public static final int GLOBAL_SET_FAR = 153;
  public static final int I32_ROTL = 154;
  public static final int I32_ROTR = 155;
  public static final int I64_ROTL = 156;
  public static final int I64_ROTR = 157;
  public static final int I64_DIV_S = 158;
  public static final int I64_DIV_U = 159;
  public static final int I64_REM_S = 160;
  public static final int I64_REM_U = 161;
  public static final int I32_CLZ = 162;
  public static final int I32_CTZ = 163;
  public static final int I32_POPCNT = 164;
  public static final int I32_EXTEND8_S = 165;
  public static final int I32_EXTEND16_S = 166;
  public static final int I64_CLZ = 167;
  public static final int I64_CTZ = 168;
  public static final int I64_POPCNT = 169;
  public static final int I64_EXTEND8_S = 170;
  public static final int I64_EXTEND16_S = 171;
  public static final int F32_ABS = 172;
  public static final int F32_NEG = 173;
  public static final int F32_CEIL = 174;
  public static final int F32_FLOOR = 175;
  public static final int F32_TRUNC = 176;
  public static final int F32_NEAREST = 177;
  public static final int F32_SQRT = 178;
  public static final int F32_MIN = 179;
  public static final int F32_MAX = 180;
  public static final int F32_COPYSIGN = 181;
  public static final int F64_ABS = 182;
  public static final int F64_NEG = 183;
  public static final int F64_CEIL = 184;
  public static final int F64_FLOOR = 185;
  public static final int F64_TRUNC = 186;
  public static final int F64_NEAREST = 187;
  public static final int F64_SQRT = 188;
  public static final int F64_MIN = 189;
  public static final int F64_MAX = 190;
  public static final int F64_COPYSIGN = 191;

  // Conversions.
  public static final int I32_TRUNC_F32_S = 192;
  public static final int I32_TRUNC_F32_U = 193;
  public static final int I32_TRUNC_F64_S = 194;
  public static final int I32_TRUNC_F64_U = 195;
  public static final int I64_TRUNC_F32_S = 196;
  public static final int I64_TRUNC_F32_U = 197;
  public static final int I64_TRUNC_F64_S = 198;
  public static final int I64_TRUNC_F64_U = 199;
  public static final int I32_TRUNC_SAT_F32_S = 200;
  public static final int I32_TRUNC_SAT_F32_U = 201;
  public static final int I32_TRUNC_SAT_F64_S = 202;
  public static final int I32_TRUNC_SAT_F64_U = 203;
  public static final int I64_TRUNC_SAT_F32_S = 204;
  public static final int I64_TRUNC_SAT_F32_U = 205;
  public static final int I64_TRUNC_SAT_F64_S = 206;
  public static final int I64_TRUNC_SAT_F64_U = 207;
  public static final int F32_CONVERT_I32_S = 208;
  public static final int F32_CONVERT_I32_U = 209;
  public static final int F32_CONVERT_I64_S = 210;
  public static final int F32_CONVERT_I64_U = 211;
  public static final int F32_DEMOTE_F64 = 212;
  public static final int F64_CONVERT_I32_U = 213;
  public static final int F64_CONVERT_I64_S = 214;
  public static final int F64_CONVERT_I64_U = 215;
  public static final int F64_PROMOTE_F32 = 216;

  // References and tables; table records are named by their pointer's place in the context.
  public static final int REF_IS_NULL = 217;

  // The reference of the function whose descriptor is there in the context.
  public static final int REF_FUNC = 218;
  public static final int TABLE_GET = 219;
  public static final int TABLE_SET = 220;
  public static final int TABLE_SIZE = 221;

  // Pages of the memory whose record is there in the context.
  public static final int MEMORY_SIZE = 222;

  /** Instructions from this one on stop the interpreter: the runtime does them. */
  public static final int FIRST_RUNTIME = 223;

  // Exits to the runtime: operands in slots from a on, result in a; two indices.
  public static final int MEMORY_GROW = 223;
  public static final int MEMORY_INIT = 224;
  public static final int MEMORY_COPY = 225;
  public static final int MEMORY_FILL = 226;
  public static final int DATA_DROP = 227;
  public static final int TABLE_INIT = 228;
  public static final int ELEM_DROP = 229;
  public static final int TABLE_COPY = 230;
  public static final int TABLE_GROW = 231;
  public static final int TABLE_FILL = 232;

  // Continue the instruction before: a slot, or constants.
  public static final int EXT = 233;
  public static final int DATA = 234;

  private static final String[] SHAPES = new String[DATA + 1];

  static {
    shape("ds-", MOVE, MOVE);
    shape("dii", CONST, CONST);
    shape("--t", BR, BR);
    shape("sst", I32_BR_EQ, I32_BR_GE_U);
    shape("sit", I32_BR_EQ_K, I32_BR_GE_U_K);
    shape("sst", I64_BR_EQ, I64_BR_GE_U);
    shape("sit", I64_BR_EQ_K, I64_BR_GE_U_K);
    shape("sst", F64_BR_EQ, F64_BR_NLE);
    shape("si-", CALL, CALL);
    shape("ssi", CALL_INDIRECT, CALL_INDIRECT);
    shape("iii", ENTER, ENTER);
    shape("---", RET, RET);
    shape("ds-", RET1, RET1);
    shape("dsi", RETN, RETN);
    shape("si-", BR_TABLE, BR_TABLE);
    shape("dss", SELECT, SELECT);
    shape("dsi", LOAD32_U, I64_LOAD32_S);
    shape("ssi", STORE32, STORE16);
    shape("di-", GLOBAL_GET, GLOBAL_GET);
    shape("si-", GLOBAL_SET, GLOBAL_SET);
    shape("dss", I32_ADD, I64_SHR_U);
    shape("dsi", I32_ADD_K, I64_SHR_U_K);
    shape("dss", I32_EQ, I32_GE_U);
    shape("dsi", I32_EQ_K, I32_GE_U_K);
    shape("dss", F64_ADD, F32_DIV);
    shape("ds-", LOW32, I64_EXTEND32_S);
    shape("dss", I32_DIV_S, I32_REM_U);
    shape("ds-", F64_CONVERT_I32_S, F64_CONVERT_I32_S);
    shape("---", HOST, EXIT);
    shape("dss", I64_EQ, I64_GE_U);
    shape("dsi", I64_EQ_K, I64_GE_U_K);
    shape("dss", F64_EQ, F32_NLE);
    shape("sst", F32_BR_EQ, F32_BR_NLE);
    shape("---", UNREACHABLE, UNREACHABLE);
    shape("dsi", COPY, COPY);
    shape("di-", GLOBAL_GET_FAR, GLOBAL_GET_FAR);
    shape("si-", GLOBAL_SET_FAR, GLOBAL_SET_FAR);
    shape("dss", I32_ROTL, I64_REM_U);
    shape("ds-", I32_CLZ, F32_SQRT);
    shape("dss", F32_MIN, F32_COPYSIGN);
    shape("ds-", F64_ABS, F64_SQRT);
    shape("dss", F64_MIN, F64_COPYSIGN);
    shape("ds-", I32_TRUNC_F32_S, REF_IS_NULL);
    shape("di-", REF_FUNC, REF_FUNC);
    shape("dsi", TABLE_GET, TABLE_GET);
    shape("ssi", TABLE_SET, TABLE_SET);
    shape("di-", TABLE_SIZE, MEMORY_SIZE);
    shape("sii", MEMORY_GROW, TABLE_FILL);
    shape("s--", EXT, EXT);
    shape("iii", DATA, DATA);
  }

  private Op() {
  }

  private static void shape(String shape, int first, int last) {
    for (int op = first; op <= last; op++) {
      SHAPES[op] = shape;
    }
  }

  /** What the words a, b and c of that opcode are. */
  static String shape(int op) {
    return SHAPES[op];
  }
}
