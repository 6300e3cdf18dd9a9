package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;

/** How many low bits of an integer may be set, as far as a short look at what it is made of tells. */
final class KnownBits {

  private static final int DEPTH = 4;
  /** Ways to a block that are looked at. */
  private static final int MOST_WAYS = 4;
  private static final int COUNT_BITS = 7;
  private static final int PAGE_BITS = 17;

  private KnownBits() {
  }

  /** A number of bits such that all above are 0. */
  static int width(Graph graph, int value) {
    return width(graph, value, DEPTH);
  }

  private static int width(Graph graph, int value, int depth) {
    int all = graph.type(value) == IrType.I32 ? Integer.SIZE : Long.SIZE;
    if (graph.is(value, IrOp.CONST)) {
      return Long.SIZE - Long.numberOfLeadingZeros(graph.imm(value));
    }
    if (depth <= 0) {
      return all;
    }
    if (graph.op(value) < 0) {
      return graph.is(value, IrOp.PARAMETER) && graph.block(value) != 0 ? parameter(graph, value, depth, all) : all;
    }
    int a = graph.a(value);
    int b = graph.b(value);
    Opcode opcode = graph.opcode(value);
    return switch (opcode) {
      case I32_EQZ, I32_EQ, I32_NE, I32_LT_S, I32_LT_U, I32_GT_S, I32_GT_U, I32_LE_S, I32_LE_U, I32_GE_S, I32_GE_U,
          I64_EQZ, I64_EQ, I64_NE, I64_LT_S, I64_LT_U, I64_GT_S, I64_GT_U, I64_LE_S, I64_LE_U, I64_GE_S, I64_GE_U,
          F32_EQ, F32_NE, F32_LT, F32_GT, F32_LE, F32_GE, F64_EQ, F64_NE, F64_LT, F64_GT, F64_LE, F64_GE,
          V128_ANY_TRUE, I8X16_ALL_TRUE, I16X8_ALL_TRUE, I32X4_ALL_TRUE, I64X2_ALL_TRUE -> 1;
      case I32_LOAD8_U, I64_LOAD8_U, I8X16_EXTRACT_LANE_U -> 8;
      case I32_LOAD16_U, I64_LOAD16_U, I16X8_EXTRACT_LANE_U -> 16;
      case I64_LOAD32_U -> Integer.SIZE;
      case I32_CLZ, I32_CTZ, I32_POPCNT, I64_CLZ, I64_CTZ, I64_POPCNT -> COUNT_BITS;
      case MEMORY_SIZE -> all == Integer.SIZE ? PAGE_BITS : all;
      case I64_EXTEND_I32_U -> width(graph, a, depth - 1);
      case I32_WRAP_I64 -> Math.min(all, width(graph, a, depth - 1));
      case I32_AND, I64_AND -> Math.min(width(graph, a, depth - 1), width(graph, b, depth - 1));
      case I32_OR, I32_XOR, I64_OR, I64_XOR, SELECT ->
          IrType.isFloat(graph.type(value)) ? all : Math.max(width(graph, a, depth - 1), width(graph, b, depth - 1));
      case I32_ADD, I64_ADD ->
          Math.min(all, 1 + Math.max(width(graph, a, depth - 1), width(graph, b, depth - 1)));
      case I32_MUL, I64_MUL -> Math.min(all, width(graph, a, depth - 1) + width(graph, b, depth - 1));
      case I32_SHL, I64_SHL ->
          graph.is(b, IrOp.CONST) ? Math.min(all, width(graph, a, depth - 1) + ((int) graph.imm(b) & all - 1)) : all;
      case I32_SHR_U, I64_SHR_U -> graph.is(b, IrOp.CONST)
          ? Math.max(0, width(graph, a, depth - 1) - ((int) graph.imm(b) & all - 1)) : width(graph, a, depth - 1);
      case I32_DIV_U, I64_DIV_U -> width(graph, a, depth - 1);
      case I32_REM_U, I64_REM_U -> Math.min(width(graph, a, depth - 1), width(graph, b, depth - 1));
      default -> all;
    };
  }

  /** The most of what the ways to its block give it; what comes around a loop unchanged counts for nothing. */
  private static int parameter(Graph graph, int value, int depth, int all) {
    int most = 0;
    int ways = 0;
    for (int edge = graph.firstIn(graph.block(value)); edge != Graph.NONE && most < all; edge = graph.nextIn(edge)) {
      int argument = graph.argument(edge, (int) graph.imm(value));
      if (argument != value) {
        most = ++ways > MOST_WAYS ? all : Math.max(most, width(graph, argument, depth - 2));
      }
    }
    return ways == 0 ? all : most;
  }
}
