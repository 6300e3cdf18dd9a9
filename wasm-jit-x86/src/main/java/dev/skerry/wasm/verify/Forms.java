package dev.skerry.wasm.verify;

import dev.skerry.wasm.x64.InstructionScanner;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;
import java.util.Arrays;

/**
 * Sorts instructions for {@link Stretch}, by row and by where their operand in memory is: those that most code is made
 * of have a form of their own. What a form promises of operands is said there; what it does not, must be looked at.
 */
final class Forms {

  /** What {@link Step} knows. */
  static final int OTHER = 0;
  /** What {@link Verifier} knows: control may go on elsewhere, or the instruction may end a loop. */
  static final int CONTROL = 1;
  /** Nothing that a rule looks at. */
  static final int NOTHING = 2;
  /** A general register, the first operand, becomes what is so far above the stack pointer. */
  static final int LOAD_32 = 3;
  static final int LOAD_64 = 4;
  /** What is so far above the stack pointer becomes what is in a general register, the second operand. */
  static final int STORE_64 = 5;
  /** The first operand, no memory unless {@link #NO_REGISTERS}, becomes the second, the same; or an immediate. */
  static final int MOVE_32 = 6;
  static final int MOVE_64 = 7;
  static final int CONSTANT_32 = 8;
  /** Works on two operands, no memory unless {@link #NO_REGISTERS}. */
  static final int XOR = 9;
  static final int TEST_32 = 10;
  static final int TEST_64 = 11;
  static final int COMPARE_32 = 12;
  static final int SET = 13;
  /** Works on vector registers, and nothing else unless it is memory with {@link #NO_REGISTERS}. */
  static final int VECTOR = 14;

  /** No memory; or its address has neither base nor index: it is absolute, or counted from RIP. */
  private static final int NO_REGISTERS = 0;
  private static final int STACK = 1;
  private static final int ELSEWHERE = 2;
  private static final int PLACE_BITS = 2;
  private static final int STACK_POINTER = 4;

  /** By base and index: where the operand in memory is, if there is one. */
  private static final byte[] PLACES = new byte[1 << 2 * InstructionScanner.OPERAND_BITS];
  private static final byte[] FORMS = new byte[Row.ID_LIMIT << PLACE_BITS];

  static {
    int none = InstructionScanner.NONE << InstructionScanner.OPERAND_BITS;
    Arrays.fill(PLACES, (byte) ELSEWHERE);
    PLACES[none | InstructionScanner.NONE] = NO_REGISTERS;
    PLACES[none | STACK_POINTER] = STACK;
    for (Row row : Rows.all()) {
      Effect effect = Effects.of(row);
      if (effect != null) {
        int at = row.id() << PLACE_BITS;
        FORMS[at | NO_REGISTERS] = (byte) withoutRegisters(effect, row);
        FORMS[at | STACK] = (byte) onStack(effect, row);
        FORMS[at | ELSEWHERE] = (byte) elsewhere(effect, row);
      }
    }
  }

  private Forms() {
  }

  /** The form of an instruction. */
  static int of(long word) {
    int place = PLACES[InstructionScanner.index(word) << InstructionScanner.OPERAND_BITS
        | InstructionScanner.base(word)];
    return FORMS[InstructionScanner.row(word) << PLACE_BITS | place];
  }

  private static int withoutRegisters(Effect effect, Row row) {
    boolean isWord = Effects.width(row.id()) == Integer.SIZE;
    boolean isLong = Effects.width(row.id()) == Long.SIZE;
    if (!isWord && !isLong) {
      return switch (effect) {
        case SET -> SET;
        case VECTOR -> Effects.firstIsGeneral(row.id()) ? OTHER : VECTOR;
        default -> elsewhere(effect, row);
      };
    }
    return switch (effect) {
      case MOVE -> !takesGpr(row, 1) ? isWord ? CONSTANT_32 : OTHER : isWord ? MOVE_32 : MOVE_64;
      case XOR -> takesGpr(row, 1) ? XOR : OTHER;
      case TEST -> !takesGpr(row, 1) ? OTHER : isWord ? TEST_32 : TEST_64;
      case COMPARE -> isWord ? COMPARE_32 : OTHER;
      case VECTOR -> Effects.firstIsGeneral(row.id()) ? OTHER : VECTOR;
      default -> elsewhere(effect, row);
    };
  }

  private static int onStack(Effect effect, Row row) {
    int width = Effects.width(row.id());
    if (effect != Effect.MOVE || !takesGpr(row, 0) || !takesGpr(row, 1)) {
      return elsewhere(effect, row);
    }
    if (row.operand(0).kind() == OperandForm.Kind.GPR) {
      return width == Integer.SIZE ? LOAD_32 : width == Long.SIZE ? LOAD_64 : OTHER;
    }
    return width == Long.SIZE ? STORE_64 : OTHER;
  }

  private static int elsewhere(Effect effect, Row row) {
    return switch (effect) {
      case BRANCH, JUMP, CALL, RETURN, COMPARE_EXCHANGE -> CONTROL;
      case NOTHING -> NOTHING;
      default -> OTHER;
    };
  }

  private static boolean takesGpr(Row row, int operand) {
    return row.operand(operand).kind().takesGpr();
  }
}
