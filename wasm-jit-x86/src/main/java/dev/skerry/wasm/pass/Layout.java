package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import java.util.Arrays;

/**
 * The order of the blocks in memory: each loop in one piece, with what leaves it behind it, and blocks that only lead
 * to traps last of all. Sets how deep in loops each block is, and which are cold.
 */
final class Layout {

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  private final Loops loops;
  private final int[] order;
  /** What is in a loop or, at index 0 for none, outside: its first and last block, and the next of each block. */
  private final int[] first;
  private final int[] last;
  private final int[] next;

  private Layout(Graph graph) {
    this.graph = graph;
    this.order = graph.order();
    loops = Loops.of(graph);
    first = new int[graph.blockCount() + 1];
    last = new int[graph.blockCount() + 1];
    next = new int[graph.blockCount()];
    Arrays.fill(first, NONE);
    Arrays.fill(last, NONE);
    Arrays.fill(next, NONE);
  }

  static void run(Graph graph) {
    Layout pass = new Layout(graph);
    pass.cold();
    pass.group();
    pass.place();
  }

  /** Marks the blocks that lead to traps only, and those that only cold ones lead to. */
  private void cold() {
    for (int i = order.length - 1; i > 0; i--) {
      int block = order[i];
      boolean seldom = graph.edgeCount(block) > 0 || graph.is(graph.last(block), IrOp.TRAP)
          || graph.is(graph.last(block), IrOp.THROW);
      for (int edge = graph.firstEdge(block); edge < graph.firstEdge(block) + graph.edgeCount(block); edge++) {
        seldom &= graph.isCold(graph.target(edge)) && loops.place(graph.target(edge)) > i;
      }
      graph.setCold(block, seldom || graph.isCold(block));
    }
    for (int i = 1; i < order.length; i++) {
      boolean seldom = true;
      for (int edge = graph.firstIn(order[i]); edge != NONE && seldom; edge = graph.nextIn(edge)) {
        seldom = loops.place(graph.source(edge)) >= i || graph.isCold(graph.source(edge));
      }
      graph.setCold(order[i], seldom || graph.isCold(order[i]));
    }
  }

  /** Appends each block to the loop that it is in; a header stands for its loop in the loop outside. */
  private void group() {
    for (int block : order) {
      int outer = loops.outer(block);
      graph.setLoopDepth(block, outer == NONE ? 0 : graph.loopDepth(outer));
      if (loops.isHeader(block)) {
        graph.setLoopDepth(block, graph.loopDepth(block) + 1);
      }
      int group = outer + 1;
      if (first[group] == NONE) {
        first[group] = block;
      } else {
        next[last[group]] = block;
      }
      last[group] = block;
    }
  }

  private void place() {
    int[] placed = new int[order.length];
    int count = 0;
    int coldFrom = order.length;
    int[] path = new int[order.length + 1];
    int depth = 0;
    path[0] = first[0];
    while (depth >= 0) {
      int block = path[depth];
      if (block == NONE) {
        depth--;
        continue;
      }
      path[depth] = next[block];
      if (graph.isCold(block)) {
        placed[--coldFrom] = block;
      } else {
        placed[count++] = block;
      }
      if (loops.isHeader(block)) {
        path[++depth] = first[block + 1];
      }
    }
    for (int low = coldFrom, high = order.length - 1; low < high; low++, high--) {
      int block = placed[low];
      placed[low] = placed[high];
      placed[high] = block;
    }
    graph.setOrder(placed);
  }
}
