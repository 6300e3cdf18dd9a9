package dev.skerry.wasm.pass;

import dev.skerry.memory.MemoryLayout;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;

/**
 * Leaves out checks and masks of addresses that have too few bits to be outside of what a memory has at least. Only
 * arithmetic counts: what makes the address has no more bits on any way that a processor takes, expected or not, and
 * whoever reads the machine code sees it.
 */
final class Elision {

  private static final int NONE = Graph.NONE;
  private static final int DEPTH = 4;
  private static final int SMALL_BITS = 8;

  private final Graph graph;
  private final Replacements replacements;

  private Elision(Graph graph) {
    this.graph = graph;
    replacements = new Replacements(graph);
  }

  static void run(Graph graph) {
    Elision pass = new Elision(graph);
    for (int block : graph.order()) {
      pass.block(block);
    }
    for (int block : graph.order()) {
      pass.replacements.arguments(block);
    }
  }

  private void block(int block) {
    int behind;
    for (int at = graph.first(block); at != NONE; at = behind) {
      behind = graph.next(at);
      replacements.operands(at);
      boolean bounds = graph.is(at, IrOp.BOUNDS);
      if ((bounds || graph.is(at, IrOp.MASKED) && graph.imm(at) == 0) && graph.type(graph.a(at)) == IrType.I32) {
        long needed = bounds ? graph.imm(at) : MemoryLayout.TAIL_BYTES;
        long most = (1L << bits(graph.a(at), DEPTH)) - 1;
        if (needed > 0 && needed <= graph.leastLength(graph.aux(at)) - most) {
          replacements.replace(at, graph.a(at));
          graph.remove(at);
        }
      }
    }
  }

  /** A number of bits that the i32 has no more than. */
  private int bits(int value, int depth) {
    Opcode opcode = graph.opcode(value);
    if (opcode == null || depth == 0) {
      return graph.is(value, IrOp.CONST) ? Long.SIZE - Long.numberOfLeadingZeros(graph.imm(value)) : Integer.SIZE;
    }
    int a = graph.a(value);
    int b = graph.b(value);
    boolean constant = b != NONE && graph.is(b, IrOp.CONST);
    int shift = constant ? (int) graph.imm(b) & Integer.SIZE - 1 : 0;
    return switch (opcode) {
      case I32_LOAD8_U -> SMALL_BITS;
      case I32_LOAD16_U -> 2 * SMALL_BITS;
      case I32_AND -> constant ? Math.min(bits(a, depth - 1), bits(b, depth - 1)) : Integer.SIZE;
      case I32_SHR_U -> constant ? Math.max(1, bits(a, depth - 1) - shift) : Integer.SIZE;
      case I32_SHL -> constant ? Math.min(Integer.SIZE, bits(a, depth - 1) + shift) : Integer.SIZE;
      case I32_ADD -> Math.min(Integer.SIZE, 1 + Math.max(bits(a, depth - 1), bits(b, depth - 1)));
      default -> Integer.SIZE;
    };
  }
}
