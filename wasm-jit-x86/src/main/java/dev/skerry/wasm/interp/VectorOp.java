package dev.skerry.wasm.interp;

import dev.skerry.wasm.format.Opcode;
import java.util.regex.Pattern;

/**
 * The vector instructions of tier 0, numbered from {@link Op#FIRST_VECTOR} on: first those of WebAssembly, in the order
 * of their codes behind the prefix 0xFD, then moves of 16-byte values, then what makes NaNs canonical. A vector takes
 * two slots, the low half first.
 * The form of an instruction, taken from its row in {@link Opcode}, says what its words are and what follows it.
 */
final class VectorOp {

  // Forms. Halves of the result depend on the same halves of the operands in UNARY, BINARY, TERNARY and SHIFT.
  static final byte NONE = 0;
  static final byte UNARY = 1;
  static final byte BINARY = 2;
  /** The third operand follows in an EXT unit. */
  static final byte TERNARY = 3;
  static final byte SHIFT = 4;
  /** An operator across the halves; one with a single operand has it twice. */
  static final byte CROSS = 5;
  static final byte REDUCE = 6;
  static final byte SPLAT = 7;
  /** The lane is the word c. */
  static final byte EXTRACT = 8;
  /** The lane follows in the word a of a DATA unit. */
  static final byte REPLACE = 9;
  /** The indices follow in two DATA units, as two constants. */
  static final byte SHUFFLE = 10;
  /** The low half is in the words b and c, the high one in those of a DATA unit. */
  static final byte CONSTANT = 11;
  /**
   * Memory accesses: a DATA unit follows, its word a the place of the record's pointer in the context, times 16, plus
   * the lane, and in b and c the offset.
   */
  static final byte LOAD = 12;
  static final byte LOAD_LANE = 13;
  static final byte STORE = 14;
  static final byte STORE_LANE = 15;
  static final byte MOVE_FORM = 16;
  /** The condition follows in an EXT unit. */
  static final byte SELECT_FORM = 17;
  /** The word b is the global's place in the context, or its pointer's. */
  static final byte GLOBAL_GET_FORM = 18;
  static final byte GLOBAL_SET_FORM = 19;
  static final byte GLOBAL_GET_FAR_FORM = 20;
  static final byte GLOBAL_SET_FAR_FORM = 21;
  /** The same value with a canonical NaN for any NaN: a float, a double, or the lanes of a vector. */
  static final byte CANONICAL_F32_FORM = 22;
  static final byte CANONICAL_F64_FORM = 23;
  static final byte CANONICAL_F32X4_FORM = 24;
  static final byte CANONICAL_F64X2_FORM = 25;

  static final int LANE_BITS = 4;

  private static final int CODES = 0x120;

  static final int MOVE = Op.FIRST_VECTOR + CODES;
  static final int SELECT = MOVE + 1;
  static final int GLOBAL_GET = MOVE + 2;
  static final int GLOBAL_SET = MOVE + 3;
  static final int GLOBAL_GET_FAR = MOVE + 4;
  static final int GLOBAL_SET_FAR = MOVE + 5;
  static final int CANONICAL_F32 = MOVE + 6;
  static final int CANONICAL_F64 = MOVE + 7;
  static final int CANONICAL_F32X4 = MOVE + 8;
  static final int CANONICAL_F64X2 = MOVE + 9;
  static final int CONST = of(Opcode.V128_CONST);

  private static final int MOVES = 10;
  private static final Opcode[] OPCODES = new Opcode[CODES + MOVES];
  private static final byte[] FORMS = new byte[CODES + MOVES];
  private static final String[] SHAPES = {
    "---", "ds-", "dss", "dss", "dss", "dss", "ds-", "ds-", "dsi", "dss", "dss", "dii", "ds-", "dss", "ss-", "ss-",
    "ds-", "dss", "di-", "si-", "di-", "si-", "ds-", "ds-", "ds-", "ds-"
  };
  private static final Pattern ACROSS = Pattern.compile("narrow|swizzle|_low|_high|_zero");

  static {
    for (int code = 0; code < CODES; code++) {
      Opcode opcode = Opcode.ofPrefixFd(code);
      if (opcode != null) {
        OPCODES[code] = opcode;
        FORMS[code] = formOf(opcode);
      }
    }
    for (int i = 0; i < MOVES; i++) {
      FORMS[CODES + i] = (byte) (MOVE_FORM + i);
    }
  }

  private VectorOp() {
  }

  /** The instruction that does what that vector instruction of WebAssembly does. */
  static int of(Opcode opcode) {
    return Op.FIRST_VECTOR + (opcode.code & 0xfff);
  }

  /** Says whether the instruction has the prefix of vector instructions. */
  static boolean isVector(Opcode opcode) {
    return opcode.code >>> 12 == Opcode.PREFIX_FD;
  }

  private static byte formOf(Opcode opcode) {
    boolean stores = opcode.signature.endsWith(":");
    return switch (opcode.immediate) {
      case MEMARG -> stores ? STORE : LOAD;
      case MEMARG_LANE -> stores ? STORE_LANE : LOAD_LANE;
      case V128 -> CONSTANT;
      case SHUFFLE -> SHUFFLE;
      case LANE -> opcode.signature.endsWith(":V") ? REPLACE : EXTRACT;
      default -> formOf(opcode.signature, ACROSS.matcher(opcode.mnemonic).find());
    };
  }

  private static byte formOf(String signature, boolean across) {
    return switch (signature) {
      case "V:V" -> across ? CROSS : UNARY;
      case "VV:V" -> across ? CROSS : BINARY;
      case "VVV:V" -> TERNARY;
      case "Vi:V" -> SHIFT;
      case "V:i" -> REDUCE;
      default -> SPLAT;
    };
  }

  static byte form(int op) {
    return FORMS[op - Op.FIRST_VECTOR];
  }

  /** The row of an instruction that is one of WebAssembly. */
  static Opcode opcode(int op) {
    return OPCODES[op - Op.FIRST_VECTOR];
  }

  /** What the words a, b and c are, as in {@link Op}. */
  static String shape(int op) {
    return SHAPES[form(op)];
  }
}
