package dev.skerry.wasm.verify;

import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Row;
import java.util.Arrays;

/**
 * Sorts instructions for {@link Stretch}: a form is a group, which the row says, and the place of the operand in
 * memory. What a group promises of operands is said there; what it does not, must be looked at.
 */
final class Forms {

  // Groups.

  private static final int PLACE_BITS = 3;
  /** What {@link Step} knows. */
  static final int OTHER = 0;
  /** What {@link Verifier} knows: control may go on elsewhere, or the instruction may end a loop. */
  static final int CONTROL = 1 << PLACE_BITS;
  /** Nothing that a rule looks at. */
  static final int NOTHING = 2 << PLACE_BITS;
  /** The first operand is no general register; nothing is written but that. */
  static final int VECTOR = 3 << PLACE_BITS;
  /** The first operand, a general register, becomes the second, a general register or memory, of so many bits. */
  static final int LOAD_32 = 30 << PLACE_BITS;
  static final int LOAD_64 = 31 << PLACE_BITS;
  /** The first operand, a general register or memory, becomes the second, a general register, of so many bits. */
  static final int STORE_32 = 28 << PLACE_BITS;
  static final int STORE_64 = 29 << PLACE_BITS;
  /** The first operand, a general register or memory, becomes an immediate of 32 bits. */
  static final int CONSTANT_32 = 26 << PLACE_BITS;
  /** The first operand, a general register, becomes the second, a register or memory of so many bits. */
  static final int EXTEND_8 = 18 << PLACE_BITS;
  static final int EXTEND_16 = 19 << PLACE_BITS;
  /** Works on general registers, and memory unless it is one register twice, of 32 or 64 bits. */
  static final int XOR = 25 << PLACE_BITS;
  /** Works on a general register or memory, the first operand, and a general register or immediate. */
  static final int TEST_32 = 27 << PLACE_BITS;
  static final int TEST_64 = 4 << PLACE_BITS;
  /** Works on two operands: general registers, one of them perhaps memory, and the second perhaps an immediate. */
  static final int COMPARE_32 = 24 << PLACE_BITS;
  /** The first operand, a general register or memory, is written in its lower 8 bits. */
  static final int SET = 23 << PLACE_BITS;
  static final int COMPARE_64 = 9 << PLACE_BITS;
  /** The first operand, a general register, becomes so many bits of an address. */
  static final int ADDRESS_32 = 22 << PLACE_BITS;
  static final int ADDRESS_64 = 8 << PLACE_BITS;
  /** To the first operand, a general register or memory, an immediate is added. */
  static final int ADD_32 = 5 << PLACE_BITS;
  /** The first operand, a register or memory, is left with bits that the second has too, another or an immediate. */
  static final int AND_32 = 6 << PLACE_BITS;
  /** The first operand, a general register, may become the second, a general register or memory. */
  static final int CHOICE_32 = 21 << PLACE_BITS;
  static final int CHOICE_64 = 20 << PLACE_BITS;

  // Places.

  /** No memory; or its address has neither base nor index: it is absolute, or counted from RIP. */
  static final int NO_REGISTERS = 0;
  /** The base is RSP, and there is no index. */
  static final int STACK = 1;
  /** The base is another general register, and there is no index. */
  static final int BASE = 2;
  /** Base and index are general registers, and the index is not multiplied. */
  static final int INDEXED = 3;
  /** Any other address. */
  static final int ELSEWHERE = 4;

  /** By address, as {@link InstructionScanner} has it. */
  private static final byte[] PLACES = new byte[1 << InstructionScanner.ADDRESS_BITS];
  private static final int GROUP_MASK = 0x1F << PLACE_BITS;

  static {
    Arrays.fill(PLACES, (byte) ELSEWHERE);
    int none = InstructionScanner.NONE << InstructionScanner.OPERAND_BITS;
    PLACES[none | InstructionScanner.NONE] = NO_REGISTERS;
    for (int base = 0; base < State.REGISTERS; base++) {
      PLACES[none | base] = BASE;
      for (int index = 0; index < State.REGISTERS; index++) {
        PLACES[index << InstructionScanner.OPERAND_BITS | base] = INDEXED;
      }
    }
    PLACES[none | Gpr.RSP.ordinal()] = STACK;
  }

  private Forms() {
  }

  /** The form of an instruction: group and place. */
  static int of(long word) {
    return InstructionScanner.tag(word) >> Effects.GROUP_BIT - PLACE_BITS & GROUP_MASK
        | PLACES[InstructionScanner.address(word)];
  }

  /** Bits of memory of loads, stores and constants; those of 32 and 64 bits are neighbours, as are extensions. */
  static int bits(int form) {
    int group = form >> PLACE_BITS;
    return (form >= CONSTANT_32 ? Integer.SIZE : Byte.SIZE) << (group & 1);
  }

  static boolean isControl(int form) {
    return (form & GROUP_MASK) == CONTROL;
  }

  /**
   * The number of the group that a row is in.
   *
   * @param width bits of the first operand
   */
  static int group(Row row, Effect effect, int width) {
    boolean isWord = width == Integer.SIZE;
    boolean isLong = width == Long.SIZE;
    int group = switch (effect) {
      case BRANCH, JUMP, CALL, RETURN, COMPARE_EXCHANGE -> CONTROL;
      case NOTHING -> NOTHING;
      case MOVE -> !isWord && !isLong ? OTHER : move(row, isWord);
      case XOR -> (isWord || isLong) && takesTwo(row) ? XOR : OTHER;
      case TEST -> isWord ? TEST_32 : isLong ? TEST_64 : OTHER;
      case COMPARE -> isWord ? COMPARE_32 : isLong ? COMPARE_64 : OTHER;
      case SET -> SET;
      case VECTOR -> takesGpr(row, 0) ? OTHER : VECTOR;
      case ADDRESS -> isWord ? ADDRESS_32 : isLong ? ADDRESS_64 : OTHER;
      case ADD -> isWord && takesImmediate(row) ? ADD_32 : OTHER;
      case AND -> isWord && row.operandCount() == 2 ? AND_32 : OTHER;
      case CONDITIONAL_MOVE -> isWord ? CHOICE_32 : isLong ? CHOICE_64 : OTHER;
      case ZERO_EXTEND -> row.operand(1).bits() == Byte.SIZE ? EXTEND_8 : EXTEND_16;
      default -> OTHER;
    };
    return group >> PLACE_BITS;
  }

  private static int move(Row row, boolean isWord) {
    if (!takesTwo(row)) {
      return isWord && takesImmediate(row) ? CONSTANT_32 : OTHER;
    }
    if (row.operand(0).kind() == OperandForm.Kind.GPR) {
      return isWord ? LOAD_32 : LOAD_64;
    }
    return isWord ? STORE_32 : STORE_64;
  }

  private static boolean takesTwo(Row row) {
    return row.operandCount() == 2 && takesGpr(row, 0) && takesGpr(row, 1);
  }

  private static boolean takesImmediate(Row row) {
    OperandForm.Kind kind = row.operand(1).kind();
    return row.operandCount() == 2 && (kind == OperandForm.Kind.SIGNED || kind == OperandForm.Kind.UNSIGNED);
  }

  private static boolean takesGpr(Row row, int operand) {
    return row.operandCount() > operand && row.operand(operand).kind().takesGpr();
  }
}
