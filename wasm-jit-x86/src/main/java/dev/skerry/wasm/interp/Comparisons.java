package dev.skerry.wasm.interp;

import dev.skerry.wasm.format.Opcode;

/**
 * Selects comparisons. Each family of six (equal, not equal, less, not less, less or equal and its negation, or the
 * unsigned twins) is in one order, so that a neighbour, {@code op ^ 1} within the family, is the negation; families
 * that write a slot have a twin that branches.
 */
final class Comparisons {

  private static final int FAMILY = 6;

  /** The families: values of the first, branches of the second; in this order the same conditions. */
  private static final int[][] TWINS = {
      {Op.I32_EQ, Op.I32_BR_EQ}, {Op.I32_EQ_K, Op.I32_BR_EQ_K}, {Op.I64_EQ, Op.I64_BR_EQ},
      {Op.I64_EQ_K, Op.I64_BR_EQ_K}, {Op.F64_EQ, Op.F64_BR_EQ}, {Op.F32_EQ, Op.F32_BR_EQ}};

  /** For the ten integer comparisons in the order of their opcodes: the condition within its family. */
  private static final int[] INTEGER = {0, 1, 2, 4, 2, 4, 3, 5, 3, 5};
  /** Whether that condition holds for the operands exchanged. */
  private static final boolean[] INTEGER_SWAPS = {false, false, false, false, true, true, true, true, false, false};
  /** The comparison that says the same when the operands are exchanged. */
  private static final int[] MIRRORED = {0, 1, 4, 5, 2, 3, 8, 9, 6, 7};
  private static final int GT_S = 4;
  private static final int LE_U = 7;

  /** The same for the six comparisons of floats. */
  private static final int[] FLOAT = {0, 1, 2, 2, 4, 4};
  private static final boolean[] FLOAT_SWAPS = {false, false, false, true, false, true};

  private Comparisons() {
  }

  /** A comparison ready to emit: slot or constant as second operand. */
  record Choice(int op, boolean swap, boolean constant, long value) {
  }

  static boolean isInteger(Opcode opcode) {
    return in(opcode, Opcode.I32_EQ, Opcode.I32_GE_U) || in(opcode, Opcode.I64_EQ, Opcode.I64_GE_U);
  }

  static boolean isFloat(Opcode opcode) {
    return in(opcode, Opcode.F32_EQ, Opcode.F64_GE);
  }

  private static boolean in(Opcode opcode, Opcode first, Opcode last) {
    return opcode.compareTo(first) >= 0 && opcode.compareTo(last) <= 0;
  }

  /** A comparison of two slots. */
  static Choice slots(Opcode opcode) {
    if (isFloat(opcode)) {
      boolean single = opcode.compareTo(Opcode.F64_EQ) < 0;
      int index = opcode.ordinal() - (single ? Opcode.F32_EQ : Opcode.F64_EQ).ordinal();
      return new Choice((single ? Op.F32_EQ : Op.F64_EQ) + FLOAT[index], FLOAT_SWAPS[index], false, 0);
    }
    boolean narrow = opcode.compareTo(Opcode.I64_EQ) < 0;
    int index = opcode.ordinal() - (narrow ? Opcode.I32_EQ : Opcode.I64_EQ).ordinal();
    return new Choice((narrow ? Op.I32_EQ : Op.I64_EQ) + INTEGER[index], INTEGER_SWAPS[index], false, 0);
  }

  /**
   * An integer comparison of a slot with a constant, or null where the constant doesn't fit.
   *
   * @param value sign-extended to 64 bits
   * @param mirrored the constant is the first operand
   */
  static Choice constant(Opcode opcode, long value, boolean mirrored) {
    boolean narrow = opcode.compareTo(Opcode.I64_EQ) < 0;
    int index = opcode.ordinal() - (narrow ? Opcode.I32_EQ : Opcode.I64_EQ).ordinal();
    index = mirrored ? MIRRORED[index] : index;
    long bound = value;
    int condition = INTEGER[index];
    if (index >= GT_S && index <= LE_U) {
      boolean signed = (index & 1) == 0;
      long last = !signed ? -1 : narrow ? Integer.MAX_VALUE : Long.MAX_VALUE;
      if (value == last) {
        return null;
      }
      bound = narrow ? (int) (value + 1) : value + 1;
      condition ^= 1;
    }
    return bound != (int) bound ? null
        : new Choice((narrow ? Op.I32_EQ_K : Op.I64_EQ_K) + condition, false, true, bound);
  }

  /** The branch that is taken when that comparison holds, or {@link Selection#NONE}. */
  static int branch(int op) {
    for (int[] twins : TWINS) {
      if (op >= twins[0] && op < twins[0] + FAMILY) {
        return twins[1] + op - twins[0];
      }
    }
    return Selection.NONE;
  }

  /** The comparison or branch of the same family that holds exactly when this one doesn't. */
  static int negated(int op) {
    for (int[] twins : TWINS) {
      for (int first : twins) {
        if (op >= first && op < first + FAMILY) {
          return first + ((op - first) ^ 1);
        }
      }
    }
    throw new IllegalArgumentException("not a comparison: " + op);
  }
}
