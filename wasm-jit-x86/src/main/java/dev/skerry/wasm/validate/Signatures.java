package dev.skerry.wasm.validate;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;

/**
 * The signatures of {@link Opcode} as numbers: at most three operands and one result, a type code in each byte, 0 for
 * none. The lowest byte is the operand that is popped first, the highest is the result.
 */
final class Signatures {

  private static final int[] PACKED = new int[Opcode.values().length];

  static {
    for (Opcode opcode : Opcode.values()) {
      if (opcode.signature != null) {
        PACKED[opcode.ordinal()] = pack(opcode.signature);
      }
    }
  }

  private Signatures() {
  }

  static int of(Opcode opcode) {
    return PACKED[opcode.ordinal()];
  }

  private static int pack(String signature) {
    int colon = signature.indexOf(':');
    int packed = colon + 1 < signature.length() ? code(signature.charAt(colon + 1)) << 24 : 0;
    for (int i = 0; i < colon; i++) {
      packed |= code(signature.charAt(i)) << 8 * (colon - 1 - i);
    }
    return packed;
  }

  private static int code(char letter) {
    return switch (letter) {
      case 'i' -> ValType.I32.code();
      case 'I' -> ValType.I64.code();
      case 'f' -> ValType.F32.code();
      case 'F' -> ValType.F64.code();
      case 'V' -> ValType.V128.code();
      default -> throw new IllegalArgumentException("not a type letter: " + letter);
    };
  }
}
