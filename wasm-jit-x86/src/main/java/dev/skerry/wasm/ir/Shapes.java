package dev.skerry.wasm.ir;

import dev.skerry.wasm.format.Opcode;

/** The signatures of {@link Opcode} as {@link IrType}s, by ordinal: at most three operands and one result. */
public final class Shapes {

  private static final int BITS = 4;
  private static final int RESULT_SHIFT = 12;
  private static final int COUNT_SHIFT = 16;

  private static final int[] PACKED = new int[Opcode.values().length];

  static {
    for (Opcode opcode : Opcode.values()) {
      if (opcode.signature != null) {
        PACKED[opcode.ordinal()] = pack(opcode.signature);
      }
    }
  }

  private Shapes() {
  }

  private static int pack(String signature) {
    int operands = signature.indexOf(':');
    int packed = operands << COUNT_SHIFT;
    for (int i = 0; i < operands; i++) {
      packed |= IrType.of(signature.charAt(i)) << BITS * i;
    }
    return operands + 1 < signature.length()
        ? packed | IrType.of(signature.charAt(operands + 1)) << RESULT_SHIFT : packed;
  }

  /** The number of operands; 0 where the row has no signature. */
  public static int operands(int opcode) {
    return PACKED[opcode] >>> COUNT_SHIFT;
  }

  /** The type of an operand, the first one being 0. */
  public static byte operand(int opcode, int index) {
    return (byte) (PACKED[opcode] >>> BITS * index & (1 << BITS) - 1);
  }

  /** The type of the result; {@link IrType#VOID} where there is none, or the row has no signature. */
  public static byte result(int opcode) {
    return (byte) (PACKED[opcode] >>> RESULT_SHIFT & (1 << BITS) - 1);
  }
}
