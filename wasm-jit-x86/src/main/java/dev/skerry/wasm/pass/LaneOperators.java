package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.IrType;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Which vector operator does in each lane what an operator on numbers does. */
final class LaneOperators {

  static final int NONE = -1;

  private static final String[] ELEMENTWISE = {"ADD", "SUB", "MUL", "DIV", "MIN", "MAX", "ABS", "NEG", "SQRT", "CEIL",
    "FLOOR", "TRUNC", "NEAREST"};
  private static final String[] COMPARISONS = {"EQ", "NE", "LT", "GT", "LE", "GE", "LT_S", "LT_U", "GT_S", "GT_U",
    "LE_S", "LE_U", "GE_S", "GE_U"};
  private static final String[] SHIFTS = {"SHL", "SHR_S", "SHR_U"};
  private static final String[] BITS = {"AND", "OR", "XOR"};

  private static final String[] TYPES = {"", "I32", "I64", "F32", "F64"};
  private static final int OPCODES = Opcode.values().length;
  private static final Map<String, Opcode> BY_NAME =
      Arrays.stream(Opcode.values()).collect(Collectors.toMap(Opcode::name, opcode -> opcode));
  /** By the logarithm of the lane's bits, less 3, and the scalar opcode. */
  private static final short[][] VALUES = new short[4][OPCODES];
  private static final short[][] MASKS = new short[4][OPCODES];
  private static final short[][] BY_COUNT = new short[4][OPCODES];

  /** By vector opcode: whether it does with both halves of 256 bits what it does with 128. */
  private static final boolean[] WIDE = new boolean[OPCODES];

  static {
    for (byte type = IrType.I32; type <= IrType.F64; type++) {
      for (int lane = 8; lane <= 64; lane *= 2) {
        if (fits(type, lane)) {
          rows(VALUES, type, lane, ELEMENTWISE);
          rows(MASKS, type, lane, COMPARISONS);
          rows(BY_COUNT, type, lane, SHIFTS);
          for (String bits : IrType.isFloat(type) ? new String[0] : BITS) {
            row(VALUES, lane, TYPES[type] + "_" + bits, "V128_" + bits);
          }
        }
      }
    }
    // Slower than one lane after the other.
    VALUES[3][Opcode.I64_MUL.ordinal()] = 0;
    for (short[][] table : new short[][][] {VALUES, MASKS, BY_COUNT}) {
      for (short[] codes : table) {
        for (short code : codes) {
          WIDE[code] = true;
        }
      }
    }
    for (Opcode opcode : new Opcode[] {Opcode.V128_NOT, Opcode.V128_BITSELECT, Opcode.I16X8_EXTEND_LOW_I8X16_S,
      Opcode.I16X8_EXTEND_LOW_I8X16_U, Opcode.I32X4_EXTEND_LOW_I16X8_S, Opcode.I32X4_EXTEND_LOW_I16X8_U,
      Opcode.I64X2_EXTEND_LOW_I32X4_S, Opcode.I64X2_EXTEND_LOW_I32X4_U, Opcode.F64X2_CONVERT_LOW_I32X4_S,
      Opcode.F64X2_PROMOTE_LOW_F32X4, Opcode.F32X4_DEMOTE_F64X2_ZERO, Opcode.F32X4_CONVERT_I32X4_S,
      Opcode.F32X4_CONVERT_I32X4_U, Opcode.I32X4_TRUNC_SAT_F32X4_S, Opcode.I32X4_TRUNC_SAT_F32X4_U,
      Opcode.I8X16_NARROW_I16X8_U, Opcode.I16X8_NARROW_I32X4_U, Opcode.F32X4_PMIN, Opcode.F32X4_PMAX,
      Opcode.F64X2_PMIN, Opcode.F64X2_PMAX, Opcode.I8X16_MIN_S, Opcode.I8X16_MIN_U, Opcode.I8X16_MAX_S,
      Opcode.I8X16_MAX_U, Opcode.I16X8_MIN_S, Opcode.I16X8_MIN_U, Opcode.I16X8_MAX_S, Opcode.I16X8_MAX_U,
      Opcode.I32X4_MIN_S, Opcode.I32X4_MIN_U, Opcode.I32X4_MAX_S, Opcode.I32X4_MAX_U}) {
      WIDE[opcode.ordinal()] = true;
    }
    for (Opcode opcode : new Opcode[] {Opcode.I8X16_SHL, Opcode.I8X16_SHR_S, Opcode.I8X16_SHR_U,
      Opcode.I64X2_SHR_S}) {
      WIDE[opcode.ordinal()] = false;
    }
  }

  private LaneOperators() {
  }

  private static void rows(short[][] table, byte type, int lane, String[] names) {
    for (String name : names) {
      row(table, lane, TYPES[type] + "_" + name, shape(type, lane) + "_" + name);
    }
  }

  private static void row(short[][] table, int lane, String scalar, String vector) {
    Opcode from = BY_NAME.get(scalar);
    Opcode to = BY_NAME.get(vector);
    if (from != null && to != null) {
      table[index(lane)][from.ordinal()] = (short) to.ordinal();
    }
  }

  private static int index(int lane) {
    return Integer.numberOfTrailingZeros(lane) - 3;
  }

  /** Says whether values of a type can be in lanes of so many bits: those of an i32 may be too few for all of it. */
  static boolean fits(byte type, int lane) {
    return switch (type) {
      case IrType.I32 -> lane <= Integer.SIZE;
      case IrType.F32 -> lane == Integer.SIZE;
      default -> lane == Long.SIZE;
    };
  }

  /** The name of a shape, such as {@code I16X8}. */
  private static String shape(byte type, int lane) {
    return (IrType.isFloat(type) ? "F" : "I") + lane + "X" + 128 / lane;
  }

  private static int code(short[][] table, int lane, Opcode scalar) {
    int code = table[index(lane)][scalar.ordinal()];
    return code == 0 ? NONE : code;
  }

  /** Says whether a vector opcode may have vectors of 256 bits. */
  static boolean isWide(int code) {
    return WIDE[code];
  }

  /** Says whether a vector operator keeps the processor busy for so long that doing it in lanes pays by itself. */
  static boolean isSlow(int code) {
    return code == Opcode.F32X4_DIV.ordinal() || code == Opcode.F64X2_DIV.ordinal()
        || code == Opcode.F32X4_SQRT.ordinal() || code == Opcode.F64X2_SQRT.ordinal();
  }

  /** What computes the values of an operator on values, or NONE. */
  static int value(Opcode scalar, int lane) {
    return code(VALUES, lane, scalar);
  }

  /** What compares, with all bits of a lane set where it holds, or NONE. */
  static int mask(Opcode scalar, int lane) {
    return code(MASKS, lane, scalar);
  }

  /** What shifts by one count, or NONE. */
  static int shift(Opcode scalar, int lane) {
    return code(BY_COUNT, lane, scalar);
  }

  /** A vector operator of a shape by the rest of its name. */
  static int of(byte type, int lane, String name) {
    return Opcode.valueOf(shape(type, lane) + "_" + name).ordinal();
  }

  /** What makes lanes twice as wide. */
  static int widen(int lane, boolean signed) {
    return Opcode.valueOf(shape(IrType.I32, 2 * lane) + "_EXTEND_LOW_" + shape(IrType.I32, lane)
        + (signed ? "_S" : "_U")).ordinal();
  }

  /** What makes lanes of 16 or 32 bits half as wide, of which the upper halves are 0. */
  static int narrow(int lane) {
    return Opcode.valueOf(shape(IrType.I32, lane / 2) + "_NARROW_" + shape(IrType.I32, lane) + "_U").ordinal();
  }

  /** Says whether an operator answers the same with its operands exchanged, or but for the bits of a NaN. */
  static boolean isCommutative(Opcode opcode) {
    return switch (opcode) {
      case I32_ADD, I64_ADD, I32_MUL, I64_MUL, I32_AND, I64_AND, I32_OR, I64_OR, I32_XOR, I64_XOR, F32_ADD, F64_ADD,
          F32_MUL, F64_MUL, I32_EQ, I32_NE, I64_EQ, I64_NE, F32_EQ, F32_NE, F64_EQ, F64_NE -> true;
      default -> false;
    };
  }
}
