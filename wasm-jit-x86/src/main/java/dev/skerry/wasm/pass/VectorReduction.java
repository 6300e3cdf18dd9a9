package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import java.util.List;

/**
 * An integer that each turn of a loop joins with others by an operator for which their order is of no account: the
 * lanes of a vector each join some of them, and are joined behind the loop.
 *
 * @param parameter of the loop's header, its number
 * @param operator on numbers
 * @param code the operator on vectors
 * @param lane bits of a lane
 * @param joined the vectors that are joined in each turn
 */
record VectorReduction(int parameter, Opcode operator, int code, int lane, List<VectorNode> joined) {

  /** What joined with a number leaves it as it is, or 0 for no such operator. */
  static long neutral(Opcode operator) {
    return switch (operator) {
      case I32_AND, I64_AND -> -1;
      case I32_MUL -> 1;
      default -> 0;
    };
  }

  static boolean isOperator(Opcode opcode) {
    return switch (opcode) {
      case I32_ADD, I64_ADD, I32_MUL, I32_AND, I64_AND, I32_OR, I64_OR, I32_XOR, I64_XOR -> true;
      default -> false;
    };
  }
}
