package dev.skerry.wasm.verify;

import dev.skerry.wasm.x64.InstructionScanner;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Row;

/**
 * Sorts instructions for {@link Stretch}: a form is a group, which the row says, and the place of the operand in
 * memory. What a group promises of operands is said there; what it does not, must be looked at.
 */
final class Forms {

  // Groups. A compiler begins with the cases of the greatest numbers, and looks less closely at
  // the last: so those that are common have great ones. Of two neighbours the one for twice as
  // many bits has the odd number.

  private static final int PLACE_BITS = InstructionScanner.ADDRESS_KIND_BITS;
  /** Bits of a group. */
  static final int GROUP_BITS = 5;
  /** What {@link Step} knows. */
  static final int OTHER = 0;
  /** What {@link Verifier} knows: control may go on elsewhere, or the instruction may end a loop. */
  static final int CONTROL = 1 << PLACE_BITS;
  /** Nothing that a rule looks at. */
  static final int NOTHING = 2 << PLACE_BITS;
  /** The first operand is no general register; nothing is written but that. */
  static final int VECTOR = 3 << PLACE_BITS;
  /** To the first operand, a general register or memory, an immediate is added. */
  static final int ADD_32 = 4 << PLACE_BITS;
  /** The first operand, a register or memory, is left with bits that the second has too, another or an immediate. */
  static final int AND_32 = 5 << PLACE_BITS;
  /** The first operand, a general register, becomes the second, a register or memory of so many bits. */
  static final int EXTEND_8 = 10 << PLACE_BITS;
  static final int EXTEND_16 = 11 << PLACE_BITS;
  /** The first operand, a general register, may become the second, a general register or memory. */
  static final int CHOICE_32 = 12 << PLACE_BITS;
  static final int CHOICE_64 = 13 << PLACE_BITS;
  /** The first operand, a general register, becomes so many bits of an address. */
  static final int ADDRESS_32 = 14 << PLACE_BITS;
  static final int ADDRESS_64 = 15 << PLACE_BITS;
  /** The first operand, a general register or memory, is written in its lower 8 bits. */
  static final int SET = 16 << PLACE_BITS;
  /** Works on two operands: general registers, one of them perhaps memory, and the second perhaps an immediate. */
  static final int COMPARE_32 = 20 << PLACE_BITS;
  static final int COMPARE_64 = 21 << PLACE_BITS;
  /** Works on a general register or memory, the first operand, and a general register or immediate. */
  static final int TEST_32 = 22 << PLACE_BITS;
  static final int TEST_64 = 23 << PLACE_BITS;
  /** Works on general registers, and memory unless it is one register twice, of 32 or 64 bits. */
  static final int XOR = 24 << PLACE_BITS;
  /** The first operand, a general register or memory, becomes an immediate of 32 bits. */
  static final int CONSTANT_32 = 26 << PLACE_BITS;
  /** The first operand, a general register or memory, becomes the second, a general register, of so many bits. */
  static final int STORE_32 = 28 << PLACE_BITS;
  static final int STORE_64 = 29 << PLACE_BITS;
  /** The first operand, a general register, becomes the second, a general register or memory, of so many bits. */
  static final int LOAD_32 = 30 << PLACE_BITS;
  static final int LOAD_64 = 31 << PLACE_BITS;

  // Places, as kinds of addresses; none of them is where there is no memory, or it has neither base nor index.

  static final int STACK = InstructionScanner.STACK;
  static final int BASE = InstructionScanner.BASE;
  static final int INDEXED = InstructionScanner.INDEXED;
  static final int ELSEWHERE = InstructionScanner.ELSEWHERE;

  private static final int GROUP_MASK = (1 << GROUP_BITS) - 1 << PLACE_BITS;
  private static final int MASK = (1 << GROUP_BITS + PLACE_BITS) - 1;

  private Forms() {
  }

  /** The form of an instruction: group and place. */
  static int of(long word) {
    return InstructionScanner.kindAndTag(word) & MASK;
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
