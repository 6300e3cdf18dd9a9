package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;

/**
 * Lets constants that loops use share one register: those of more than 32 bits, whose instruction is ten bytes long and
 * takes the room of two where instructions are fetched, and those of vectors. They are moved to the function's begin;
 * what gives out registers makes them before the loop, and again where it has no register to spare.
 */
final class SharedConstants {

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  private int behind;

  private SharedConstants(Graph graph) {
    this.graph = graph;
    behind = graph.first(0);
    while (graph.is(behind, IrOp.PARAMETER)) {
      behind = graph.next(behind);
    }
  }

  /** Needs the depths of blocks. */
  static void run(Graph graph) {
    SharedConstants pass = new SharedConstants(graph);
    for (int block : graph.order()) {
      if (graph.loopDepth(block) > 0 && !graph.isCold(block)) {
        for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
          pass.share(graph.a(at));
          pass.share(graph.b(at));
          pass.share(graph.c(at));
        }
      }
    }
  }

  private void share(int value) {
    if (value != NONE && isLong(value) && !graph.isShared(value)) {
      graph.setShared(value);
      if (value == behind) {
        behind = graph.next(value);
      }
      graph.remove(value);
      graph.insertBefore(behind, value);
    }
  }

  private boolean isLong(int value) {
    long low = graph.imm(value);
    return graph.is(value, IrOp.CONST) && graph.type(value) == IrType.I64 && low != (int) low && low >>> Integer.SIZE != 0
        || graph.is(value, IrOp.VECTOR_CONST) && (low | graph.high(value)) != 0;
  }
}
