package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import java.util.List;

/**
 * A number that each turn of a loop joins with others. For integers and operators for which their order is of no
 * account, the lanes of a vector each join some of them, and are joined behind the loop. Floats are joined one lane
 * after the other, as the loop does it.
 *
 * @param parameter of the loop's header, its number
 * @param operator on numbers
 * @param code the operator on vectors, or NONE for lanes in their order
 * @param last whether what was joined so far is the operator's second operand, for lanes in their order
 * @param lane bits of a lane
 * @param joined the vectors that are joined in each turn
 */
record VectorReduction(int parameter, Opcode operator, int code, boolean last, int lane, List<VectorNode> joined) {

  /** Says whether lanes are joined in their order, each turn. */
  boolean isOrdered() {
    return code == LaneOperators.NONE;
  }

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
      default -> isOrdered(opcode);
    };
  }

  /** Says whether an operator of floats takes what was joined so far as its second operand, too. */
  static boolean isCommutative(Opcode opcode) {
    return opcode != Opcode.F32_SUB && opcode != Opcode.F64_SUB;
  }

  /** Says whether an operator of floats joins them in their order. */
  static boolean isOrdered(Opcode opcode) {
    return switch (opcode) {
      case F32_ADD, F32_SUB, F32_MUL, F32_MIN, F32_MAX, F64_ADD, F64_SUB, F64_MUL, F64_MIN, F64_MAX -> true;
      default -> false;
    };
  }
}
