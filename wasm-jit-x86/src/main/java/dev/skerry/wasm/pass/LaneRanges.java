package dev.skerry.wasm.pass;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import java.util.Arrays;

/** Between which numbers an i32 is, as a signed one: so lanes of fewer bits may hold all of it. */
final class LaneRanges {

  private static final int DEPTH = 10;
  private static final Range ALL = new Range(Integer.MIN_VALUE, Integer.MAX_VALUE);

  /** From the least to the most, both included. */
  record Range(long least, long most) {

    boolean isSigned(int bits) {
      return least >= -(1L << bits - 1) && most < 1L << bits - 1;
    }

    boolean isUnsigned(int bits) {
      return least >= 0 && most < 1L << bits;
    }

    private Range with(Range other) {
      return new Range(Math.min(least, other.least), Math.max(most, other.most));
    }

    private Range orAll() {
      return least < Integer.MIN_VALUE || most > Integer.MAX_VALUE ? ALL : this;
    }
  }

  private LaneRanges() {
  }

  static Range of(Graph graph, int value) {
    return of(graph, value, DEPTH);
  }

  /** The range of all of these values together. */
  static Range of(Graph graph, int[] values) {
    Range range = of(graph, values[0]);
    for (int value : values) {
      range = range.with(of(graph, value));
    }
    return range;
  }

  private static Range of(Graph graph, int value, int depth) {
    if (graph.is(value, IrOp.CONST)) {
      return new Range((int) graph.imm(value), (int) graph.imm(value));
    }
    Opcode opcode = graph.opcode(value);
    if (opcode == null || depth == 0) {
      return ALL;
    }
    int a = graph.a(value);
    int b = graph.b(value);
    boolean constant = b != Graph.NONE && graph.is(b, IrOp.CONST);
    switch (opcode) {
      case I32_LOAD8_U -> {
        return new Range(0, 0xff);
      }
      case I32_LOAD8_S -> {
        return new Range(Byte.MIN_VALUE, Byte.MAX_VALUE);
      }
      case I32_LOAD16_U -> {
        return new Range(0, 0xffff);
      }
      case I32_LOAD16_S -> {
        return new Range(Short.MIN_VALUE, Short.MAX_VALUE);
      }
      case I32_EQ, I32_NE, I32_LT_S, I32_LT_U, I32_GT_S, I32_GT_U, I32_LE_S, I32_LE_U, I32_GE_S, I32_GE_U, I32_EQZ -> {
        return new Range(0, 1);
      }
      case SELECT -> {
        return of(graph, a, depth - 1).with(of(graph, b, depth - 1));
      }
      case I32_ADD, I32_SUB, I32_MUL, I32_AND, I32_OR, I32_XOR, I32_SHL, I32_SHR_U, I32_SHR_S -> {
        Range left = of(graph, a, depth - 1);
        Range right = of(graph, b, depth - 1);
        return constant || isSum(opcode) ? operator(opcode, left, right) : bits(opcode, left, right);
      }
      default -> {
        return ALL;
      }
    }
  }

  private static boolean isSum(Opcode opcode) {
    return opcode == Opcode.I32_ADD || opcode == Opcode.I32_SUB || opcode == Opcode.I32_MUL;
  }

  /** Sums, differences and products; shifts and bits with a constant on the right. */
  private static Range operator(Opcode opcode, Range a, Range b) {
    long count = b.least & Integer.SIZE - 1;
    switch (opcode) {
      case I32_ADD -> {
        return new Range(a.least + b.least, a.most + b.most).orAll();
      }
      case I32_SUB -> {
        return new Range(a.least - b.most, a.most - b.least).orAll();
      }
      case I32_MUL -> {
        long[] corners = {a.least * b.least, a.least * b.most, a.most * b.least, a.most * b.most};
        Arrays.sort(corners);
        return new Range(corners[0], corners[3]).orAll();
      }
      case I32_SHL -> {
        return new Range(a.least << count, a.most << count).orAll();
      }
      case I32_SHR_S -> {
        return new Range(a.least >> count, a.most >> count);
      }
      case I32_SHR_U -> {
        return a.least >= 0 ? new Range(a.least >> count, a.most >> count)
            : count == 0 ? ALL : new Range(0, 0xffff_ffffL >> count);
      }
      default -> {
        return bits(opcode, a, b);
      }
    }
  }

  /** Operators on bits: no bit is above the highest of both numbers, and for {@code and} of either. */
  private static Range bits(Opcode opcode, Range a, Range b) {
    boolean both = a.least >= 0 && b.least >= 0;
    switch (opcode) {
      case I32_AND -> {
        long most = Math.min(a.least >= 0 ? a.most : Integer.MAX_VALUE, b.least >= 0 ? b.most : Integer.MAX_VALUE);
        return a.least >= 0 || b.least >= 0 ? new Range(0, most) : ALL;
      }
      case I32_OR, I32_XOR -> {
        long highest = Long.highestOneBit(Math.max(1, Math.max(a.most, b.most)));
        return both ? new Range(0, 2 * highest - 1) : ALL;
      }
      default -> {
        return ALL;
      }
    }
  }
}
