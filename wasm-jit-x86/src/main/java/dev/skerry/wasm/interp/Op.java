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

  // Tail calls: where the caller's arguments began, then as above; a TAIL unit follows.
  public static final int RETURN_CALL = 35;
  public static final int RETURN_CALL_INDIRECT = 36;

  // Function entry: frame bytes, locals to zero, frame constants (one DATA unit each).
  public static final int ENTER = 37;

  // Returns: where results go, the first result, how many slots.
  public static final int RET = 38;
  public static final int RET1 = 39;
  public static final int RETN = 40;

  // An index and the number of labels but the default; a BR for each follows, the default last.
  public static final int BR_TABLE = 41;

  // Target and both choices; the condition follows in an EXT unit.
  public static final int SELECT = 42;

  // Memory 0: index slot and static offset.
  public static final int LOAD32_U = 43;
  public static final int LOAD64 = 44;
  public static final int LOAD8_U = 45;
  public static final int LOAD16_U = 46;
  public static final int I32_LOAD8_S = 47;
  public static final int I32_LOAD16_S = 48;
  public static final int I64_LOAD8_S = 49;
  public static final int I64_LOAD16_S = 50;
  public static final int I64_LOAD32_S = 51;
  public static final int STORE32 = 52;
  public static final int STORE64 = 53;
  public static final int STORE8 = 54;
  public static final int STORE16 = 55;

  // Globals of the instance itself, by their place in the context.
  public static final int GLOBAL_GET = 56;
  public static final int GLOBAL_SET = 57;

  // Integer arithmetic; _K takes its second operand from the word c, sign-extended.
  public static final int I32_ADD = 58;
  public static final int I32_SUB = 59;
  public static final int I32_MUL = 60;
  public static final int I32_AND = 61;
  public static final int I32_OR = 62;
  public static final int I32_XOR = 63;
  public static final int I32_SHL = 64;
  public static final int I32_SHR_S = 65;
  public static final int I32_SHR_U = 66;
  public static final int I64_ADD = 67;
  public static final int I64_SUB = 68;
  public static final int I64_MUL = 69;
  public static final int I64_AND = 70;
  public static final int I64_OR = 71;
  public static final int I64_XOR = 72;
  public static final int I64_SHL = 73;
  public static final int I64_SHR_S = 74;
  public static final int I64_SHR_U = 75;
  public static final int I32_ADD_K = 76;
  public static final int I32_MUL_K = 77;
  public static final int I32_AND_K = 78;
  public static final int I32_OR_K = 79;
  public static final int I32_XOR_K = 80;
  public static final int I32_SHL_K = 81;
  public static final int I32_SHR_S_K = 82;
  public static final int I32_SHR_U_K = 83;
  public static final int I64_ADD_K = 84;
  public static final int I64_MUL_K = 85;
  public static final int I64_AND_K = 86;
  public static final int I64_OR_K = 87;
  public static final int I64_XOR_K = 88;
  public static final int I64_SHL_K = 89;
  public static final int I64_SHR_S_K = 90;
  public static final int I64_SHR_U_K = 91;

  // Integer comparisons.
  public static final int I32_EQ = 92;
  public static final int I32_NE = 93;
  public static final int I32_LT_S = 94;
  public static final int I32_GE_S = 95;
  public static final int I32_LT_U = 96;
  public static final int I32_GE_U = 97;
  public static final int I32_EQ_K = 98;
  public static final int I32_NE_K = 99;
  public static final int I32_LT_S_K = 100;
  public static final int I32_GE_S_K = 101;
  public static final int I32_LT_U_K = 102;
  public static final int I32_GE_U_K = 103;
  public static final int F64_ADD = 104;
  public static final int F64_SUB = 105;
  public static final int F64_MUL = 106;
  public static final int F64_DIV = 107;
  public static final int F32_ADD = 108;
  public static final int F32_SUB = 109;
  public static final int F32_MUL = 110;
  public static final int F32_DIV = 111;

  // The low half, zero-extended; its sign-extension.
  public static final int LOW32 = 112;
  public static final int I64_EXTEND32_S = 113;
  public static final int I32_DIV_S = 114;
  public static final int I32_DIV_U = 115;
  public static final int I32_REM_S = 116;
  public static final int I32_REM_U = 117;
  public static final int F64_CONVERT_I32_S = 118;

  // Exits to the driver.
  public static final int HOST = 119;
  public static final int LAZY = 120;
  public static final int EXIT = 121;

  /** Instructions from this one on are dispatched by {@link Rare}. */
  public static final int FIRST_RARE = 122;

  // From here on: rarer instructions, dispatched by Rare.
  public static final int I64_EQ = 122;
  public static final int I64_NE = 123;
  public static final int I64_LT_S = 124;
  public static final int I64_GE_S = 125;
  public static final int I64_LT_U = 126;
  public static final int I64_GE_U = 127;
  public static final int I64_EQ_K = 128;
  public static final int I64_NE_K = 129;
  public static final int I64_LT_S_K = 130;
  public static final int I64_GE_S_K = 131;
  public static final int I64_LT_U_K = 132;
  public static final int I64_GE_U_K = 133;
  public static final int F64_EQ = 134;
  public static final int F64_NE = 135;
  public static final int F64_LT = 136;
  public static final int F64_NLT = 137;
  public static final int F64_LE = 138;
  public static final int F64_NLE = 139;
  public static final int F32_EQ = 140;
  public static final int F32_NE = 141;
  public static final int F32_LT = 142;
  public static final int F32_NLT = 143;
  public static final int F32_LE = 144;
  public static final int F32_NLE = 145;
  public static final int F32_BR_EQ = 146;
  public static final int F32_BR_NE = 147;
  public static final int F32_BR_LT = 148;
  public static final int F32_BR_NLT = 149;
  public static final int F32_BR_LE = 150;
  public static final int F32_BR_NLE = 151;
  public static final int UNREACHABLE = 152;

  // Copies c slots from b on to a on.
  public static final int COPY = 153;

  // Globals imported from elsewhere: the pointer's place in the context.
  public static final int GLOBAL_GET_FAR = 154;
  public static final int GLOBAL_SET_FAR = 155;
  public static final int I32_ROTL = 156;
  public static final int I32_ROTR = 157;
  public static final int I64_ROTL = 158;
  public static final int I64_ROTR = 159;
  public static final int I64_DIV_S = 160;
  public static final int I64_DIV_U = 161;
  public static final int I64_REM_S = 162;
  public static final int I64_REM_U = 163;
  public static final int I32_CLZ = 164;
  public static final int I32_CTZ = 165;
  public static final int I32_POPCNT = 166;
  public static final int I32_EXTEND8_S = 167;
  public static final int I32_EXTEND16_S = 168;
  public static final int I64_CLZ = 169;
  public static final int I64_CTZ = 170;
  public static final int I64_POPCNT = 171;
  public static final int I64_EXTEND8_S = 172;
  public static final int I64_EXTEND16_S = 173;
  public static final int F32_ABS = 174;
  public static final int F32_NEG = 175;
  public static final int F32_CEIL = 176;
  public static final int F32_FLOOR = 177;
  public static final int F32_TRUNC = 178;
  public static final int F32_NEAREST = 179;
  public static final int F32_SQRT = 180;
  public static final int F32_MIN = 181;
  public static final int F32_MAX = 182;
  public static final int F32_COPYSIGN = 183;
  public static final int F64_ABS = 184;
  public static final int F64_NEG = 185;
  public static final int F64_CEIL = 186;
  public static final int F64_FLOOR = 187;
  public static final int F64_TRUNC = 188;
  public static final int F64_NEAREST = 189;
  public static final int F64_SQRT = 190;
  public static final int F64_MIN = 191;
  public static final int F64_MAX = 192;
  public static final int F64_COPYSIGN = 193;

  // Conversions.
  public static final int I32_TRUNC_F32_S = 194;
  public static final int I32_TRUNC_F32_U = 195;
  public static final int I32_TRUNC_F64_S = 196;
  public static final int I32_TRUNC_F64_U = 197;
  public static final int I64_TRUNC_F32_S = 198;
  public static final int I64_TRUNC_F32_U = 199;
  public static final int I64_TRUNC_F64_S = 200;
  public static final int I64_TRUNC_F64_U = 201;
  public static final int I32_TRUNC_SAT_F32_S = 202;
  public static final int I32_TRUNC_SAT_F32_U = 203;
  public static final int I32_TRUNC_SAT_F64_S = 204;
  public static final int I32_TRUNC_SAT_F64_U = 205;
  public static final int I64_TRUNC_SAT_F32_S = 206;
  public static final int I64_TRUNC_SAT_F32_U = 207;
  public static final int I64_TRUNC_SAT_F64_S = 208;
  public static final int I64_TRUNC_SAT_F64_U = 209;
  public static final int F32_CONVERT_I32_S = 210;
  public static final int F32_CONVERT_I32_U = 211;
  public static final int F32_CONVERT_I64_S = 212;
  public static final int F32_CONVERT_I64_U = 213;
  public static final int F32_DEMOTE_F64 = 214;
  public static final int F64_CONVERT_I32_U = 215;
  public static final int F64_CONVERT_I64_S = 216;
  public static final int F64_CONVERT_I64_U = 217;
  public static final int F64_PROMOTE_F32 = 218;

  // Loads and stores of other memories; in the DATA unit the record's pointer in the context, then the instruction.
  public static final int FAR_LOAD = 219;
  public static final int FAR_STORE = 220;

  // Loads and stores of memories with 64-bit addresses; the instruction is c, in the DATA unit are the record's pointer
  // in the context and the 64-bit offset.
  public static final int WIDE_LOAD = 221;
  public static final int WIDE_STORE = 222;

  // References and tables; table records are named by their pointer's place in the context.
  public static final int REF_IS_NULL = 223;

  // The reference of the function whose descriptor is there in the context.
  public static final int REF_FUNC = 224;
  public static final int TABLE_GET = 225;
  public static final int TABLE_SET = 226;
  public static final int TABLE_SIZE = 227;

  // Pages of the memory whose record is there in the context.
  public static final int MEMORY_SIZE = 228;

  // Atomic loads, stores, read-modify-writes and exchanges: operands in slots from a on, the constant offset last,
  // result in a; the code behind the prefix 0xFE; the record's pointer in the context.
  public static final int ATOMIC = 229;
  public static final int FENCE = 230;

  // Takes the fuel that the first word says; traps if it is spent and the second is 1.
  public static final int FUEL = 231;

  // Counts in its own first word how often it is done, up to the largest number there is.
  public static final int COUNT = 232;

  // Before a CALL_INDIRECT: element index b, table record c. In the DATA unit: one more than the index of a function of
  // the instance, how much more often that was called than not since it is there, and how many calls there were.
  public static final int COUNT_CALLEE = 233;

  /** Instructions from this one on stop the interpreter: the runtime does them. */
  public static final int FIRST_RUNTIME = 234;

  // Exits to the runtime: operands in slots from a on, result in a; two indices.
  public static final int MEMORY_GROW = 234;
  public static final int MEMORY_INIT = 235;
  public static final int MEMORY_COPY = 236;
  public static final int MEMORY_FILL = 237;
  public static final int DATA_DROP = 238;
  public static final int TABLE_INIT = 239;
  public static final int ELEM_DROP = 240;
  public static final int TABLE_COPY = 241;
  public static final int TABLE_GROW = 242;
  public static final int TABLE_FILL = 243;

  // The index is the memory's; the constant offset is the last operand.
  public static final int ATOMIC_NOTIFY = 244;
  public static final int ATOMIC_WAIT32 = 245;
  public static final int ATOMIC_WAIT64 = 246;

  // Continue the instruction before: a slot, or constants.
  public static final int EXT = 247;
  public static final int DATA = 248;
  /** The table record, the first argument, and the bytes of all arguments. */
  public static final int TAIL = 249;

  // Calls through references: as CALL_INDIRECT and its tail call, with the reference in place of the index.
  public static final int CALL_REF = TAIL + 1;
  public static final int RETURN_CALL_REF = TAIL + 2;

  // Traps if the reference is null.
  public static final int REF_AS_NON_NULL = TAIL + 3;

  // Exits to the runtime: the first value and the tag; the exception reference.
  public static final int THROW = TAIL + 4;
  public static final int THROW_REF = TAIL + 5;

  // Exit to the driver: the function has machine code.
  public static final int NATIVE = TAIL + 6;

  /** Vector instructions, which {@link VectorOp} numbers, are from this one on. */
  static final int FIRST_VECTOR = 0x1000;

  private static final String[] SHAPES = new String[NATIVE + 1];

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
    shape("di-", RETURN_CALL, RETURN_CALL);
    shape("dsi", RETURN_CALL_INDIRECT, RETURN_CALL_INDIRECT);
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
    shape("ds-", I32_TRUNC_F32_S, F64_PROMOTE_F32);
    shape("dsi", FAR_LOAD, FAR_LOAD);
    shape("ssi", FAR_STORE, FAR_STORE);
    shape("dsi", WIDE_LOAD, WIDE_LOAD);
    shape("ssi", WIDE_STORE, WIDE_STORE);
    shape("ds-", REF_IS_NULL, REF_IS_NULL);
    shape("di-", REF_FUNC, REF_FUNC);
    shape("dsi", TABLE_GET, TABLE_GET);
    shape("ssi", TABLE_SET, TABLE_SET);
    shape("di-", TABLE_SIZE, MEMORY_SIZE);
    shape("sii", MEMORY_GROW, ATOMIC_WAIT64);
    shape("sii", ATOMIC, ATOMIC);
    shape("---", FENCE, FENCE);
    shape("ii-", FUEL, FUEL);
    shape("i--", COUNT, COUNT);
    shape("-si", COUNT_CALLEE, COUNT_CALLEE);
    shape("s--", EXT, EXT);
    shape("iii", DATA, DATA);
    shape("isi", TAIL, TAIL);
    shape("ssi", CALL_REF, CALL_REF);
    shape("dsi", RETURN_CALL_REF, RETURN_CALL_REF);
    shape("s--", REF_AS_NON_NULL, REF_AS_NON_NULL);
    shape("si-", THROW, THROW);
    shape("s--", THROW_REF, THROW_REF);
    shape("---", NATIVE, NATIVE);
  }

  private Op() {
  }

  private static void shape(String shape, int first, int last) {
    for (int op = first; op <= last; op++) {
      SHAPES[op] = shape;
    }
  }

  /** Says whether that opcode is a branch, whose word c is its target. */
  public static boolean isBranch(int op) {
    return shape(op).charAt(2) == 't';
  }

  /** What the words a, b and c of that opcode are. */
  static String shape(int op) {
    return op < FIRST_VECTOR ? SHAPES[op] : VectorOp.shape(op);
  }
}
