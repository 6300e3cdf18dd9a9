package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets constants that loops use share one register: those of more than 32 bits, whose instruction is ten bytes long and
 * takes the room of two where instructions are fetched, and those of vectors. They are moved to the function's begin;
 * what gives out registers makes them before the loop, and again where it has no register to spare.
 */
final class SharedConstants {

  private static final int NONE = Graph.NONE;
  /** Constants of a function that are shared; more would not find a register. */
  private static final int MOST = 16;

  private final Graph graph;
  private final List<Integer> constants = new ArrayList<>();
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
          graph.setA(at, pass.shared(graph.a(at)));
          graph.setB(at, pass.shared(graph.b(at)));
          graph.setC(at, pass.shared(graph.c(at)));
        }
      }
    }
  }

  /** What is used in place of a value: the first constant that is the same, at the begin, or the value. */
  private int shared(int value) {
    if (value == NONE || !isLong(value) || graph.isShared(value)) {
      return value;
    }
    for (int known : constants) {
      if (graph.type(known) == graph.type(value) && graph.imm(known) == graph.imm(value)
          && (graph.is(known, IrOp.CONST) || graph.high(known) == graph.high(value))) {
        return known;
      }
    }
    if (constants.size() == MOST) {
      return value;
    }
    constants.add(value);
    graph.setAux(value, graph.aux(value) | Graph.SHARED);
    if (value == behind) {
      behind = graph.next(value);
    }
    graph.remove(value);
    graph.insertBefore(behind, value);
    return value;
  }

  private boolean isLong(int value) {
    long low = graph.imm(value);
    return graph.is(value, IrOp.CONST) && graph.type(value) == IrType.I64
        && low != (int) low && low >>> Integer.SIZE != 0
        || graph.is(value, IrOp.VECTOR_CONST) && (low | graph.high(value)) != 0;
  }
}
