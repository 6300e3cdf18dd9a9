package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import java.util.Arrays;

/**
 * The order of the blocks in memory: each loop in one piece, with what leaves it behind it, and blocks that only lead
 * to traps last of all. Sets how deep in loops each block is, and which are cold. Where edges have weights, what is
 * seldom run is cold too, and what is off the usual way comes behind all else of its loop: see {@link SeldomBlocks}.
 */
final class Layout {

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  private final Loops loops;
  private final SeldomBlocks seldom;
  private final int[] order;
  /** By block: how many edges off the usual way lead to it at least. */
  private final int[] asides;
  /** As below, of what is off the usual way there. */
  private final int[] firstAside;
  private final int[] lastAside;
  /** What is in a loop or, at index 0 for none, outside: its first and last block, and the next of each block. */
  private final int[] first;
  private final int[] last;
  private final int[] next;

  private Layout(Graph graph) {
    this.graph = graph;
    this.order = graph.order();
    loops = Loops.of(graph);
    seldom = new SeldomBlocks(graph, loops);
    asides = new int[graph.blockCount()];
    firstAside = new int[graph.blockCount() + 1];
    lastAside = new int[graph.blockCount() + 1];
    Arrays.fill(firstAside, NONE);
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
    if (!graph.weights.isEmpty()) {
      pass.aside();
    }
    pass.group();
    pass.place();
  }

  /** Marks the blocks that lead to traps only, and those that only cold ones lead to. */
  private void cold() {
    for (int i = order.length - 1; i > 0; i--) {
      int block = order[i];
      boolean leadsNowhere = graph.edgeCount(block) > 0 || graph.is(graph.last(block), IrOp.TRAP)
          || graph.is(graph.last(block), IrOp.THROW);
      for (int edge = graph.firstEdge(block); edge < graph.firstEdge(block) + graph.edgeCount(block); edge++) {
        leadsNowhere &= graph.isCold(graph.target(edge)) && loops.place(graph.target(edge)) > i;
      }
      graph.setCold(block, leadsNowhere || graph.isCold(block));
    }
    for (int i = 1; i < order.length; i++) {
      graph.setCold(order[i], seldom.isOnlySeldomReached(order[i]) || graph.isCold(order[i]));
    }
  }

  private void aside() {
    for (int i = 1; i < order.length; i++) {
      int least = Integer.MAX_VALUE;
      for (int edge = graph.firstIn(order[i]); edge != NONE; edge = graph.nextIn(edge)) {
        if (loops.place(graph.source(edge)) < i) {
          least = Math.min(least, asides[graph.source(edge)] + (seldom.isAside(edge) ? 1 : 0));
        }
      }
      asides[order[i]] = least == Integer.MAX_VALUE ? 0 : least;
    }
  }

  /**
   * Appends each block to the loop that it is in; a header stands for its loop in the loop outside. What is further off
   * the usual way than the loop's header comes last.
   */
  private void group() {
    for (int block : order) {
      int outer = loops.outer(block);
      graph.setLoopDepth(block, outer == NONE ? 0 : graph.loopDepth(outer));
      if (loops.isHeader(block)) {
        graph.setLoopDepth(block, graph.loopDepth(block) + 1);
      }
      int group = outer + 1;
      if (asides[block] > (outer == NONE ? 0 : asides[outer])) {
        append(block, group, firstAside, lastAside);
      } else {
        append(block, group, first, last);
      }
    }
    for (int group = 0; group < first.length; group++) {
      if (firstAside[group] != NONE && first[group] != NONE) {
        next[last[group]] = firstAside[group];
      } else if (firstAside[group] != NONE) {
        first[group] = firstAside[group];
      }
    }
  }

  private void append(int block, int group, int[] firsts, int[] lasts) {
    if (firsts[group] == NONE) {
      firsts[group] = block;
    } else {
      next[lasts[group]] = block;
    }
    lasts[group] = block;
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
