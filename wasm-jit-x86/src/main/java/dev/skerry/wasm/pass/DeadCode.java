package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import java.util.Arrays;

/** Leaves out what nothing needs: instructions without effects whose values are not used, and block parameters. */
final class DeadCode {

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  private final boolean[] needed;
  private int[] work = new int[64];
  private int waiting;

  private DeadCode(Graph graph) {
    this.graph = graph;
    needed = new boolean[graph.instructionCount()];
  }

  static void run(Graph graph) {
    DeadCode pass = new DeadCode(graph);
    pass.mark();
    pass.sweep();
  }

  private void mark() {
    for (int block : graph.order()) {
      for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
        if (!Effects.isRemovable(graph, at) || block == 0 && graph.is(at, IrOp.PARAMETER)) {
          need(at);
        }
      }
    }
    while (waiting > 0) {
      operands(work[--waiting]);
    }
  }

  private void need(int value) {
    if (!needed[value]) {
      needed[value] = true;
      if (waiting == work.length) {
        work = Arrays.copyOf(work, 2 * waiting);
      }
      work[waiting++] = value;
    }
  }

  private void operands(int at) {
    if (graph.is(at, IrOp.PARAMETER)) {
      int index = (int) graph.imm(at);
      for (int edge = graph.firstIn(graph.block(at)); edge != NONE; edge = graph.nextIn(edge)) {
        need(graph.argument(edge, index));
      }
      return;
    }
    if (graph.a(at) != NONE) {
      need(graph.a(at));
    }
    if (graph.b(at) != NONE) {
      need(graph.b(at));
    }
    if (graph.c(at) != NONE) {
      need(graph.c(at));
    }
    for (int i = graph.listSize(at) - 1; i >= 0; i--) {
      need(graph.listValue(at, i));
    }
  }

  private void sweep() {
    for (int block : graph.order()) {
      parameters(block);
      int behind;
      for (int at = graph.first(block); at != NONE; at = behind) {
        behind = graph.next(at);
        if (!needed[at]) {
          graph.remove(at);
        }
      }
    }
  }

  private void parameters(int block) {
    int count = graph.parameterCount(block);
    boolean[] kept = new boolean[count];
    boolean all = true;
    int at = graph.first(block);
    for (int i = 0; i < count; i++) {
      kept[i] = needed[at];
      all &= needed[at];
      at = graph.next(at);
    }
    if (!all) {
      graph.retainParameters(block, kept);
    }
  }
}
