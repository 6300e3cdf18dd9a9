package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.EdgeWeights;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;

/**
 * What the {@linkplain EdgeWeights weights} of edges say about blocks: which run so seldom that they are cold, and
 * which are off the usual way. An edge out of a loop is compared with the others that leave the loop: how long a loop
 * runs says nothing about what comes behind it. Where too little was counted nothing is said.
 */
public final class SeldomBlocks {

  private static final int NONE = Graph.NONE;
  /** Times that a branch, or a loop's end, must have been counted to be believed. */
  private static final int LEAST_COUNTED = 100;
  /** Of so many times an edge into cold code is taken at most once, and one off the usual way. */
  private static final int COLD = 1000;
  private static final int ASIDE = 4;
  /** Loops within each other that are looked at. */
  private static final int MOST_LOOPS = 64;

  private final Graph graph;
  private final EdgeWeights weights;
  private final Loops loops;
  /** By header of a loop: how often it was left. */
  private final long[] left;
  /** By block: how often its edges were taken. */
  private final long[] taken;

  /** What a graph says now; loops are those of its order. */
  SeldomBlocks(Graph graph, Loops loops) {
    this.graph = graph;
    weights = graph.weights;
    this.loops = loops;
    left = new long[graph.blockCount()];
    taken = new long[graph.blockCount()];
    if (!graph.weights.isEmpty()) {
      for (int block : graph.order()) {
        for (int edge = graph.firstEdge(block); edge < graph.firstEdge(block) + graph.edgeCount(block); edge++) {
          int loop = weights.of(edge) > 0 ? exited(edge) : NONE;
          taken[block] += Math.max(0, weights.of(edge));
          if (loop >= 0) {
            left[loop] += weights.of(edge);
          }
        }
      }
    }
  }

  /** Marks the cold blocks of a graph that was just built. */
  public static void mark(Graph graph) {
    if (graph.weights.isEmpty()) {
      return;
    }
    SeldomBlocks seldom = new SeldomBlocks(graph, Loops.of(graph));
    for (int block : graph.order()) {
      if (block != 0 && seldom.isOnlySeldomReached(block)) {
        graph.setCold(block, true);
      }
    }
  }

  /** Whether all edges to a block, but those from behind, come from cold blocks or are cold. */
  boolean isOnlySeldomReached(int block) {
    boolean seldom = true;
    for (int edge = graph.firstIn(block); edge != NONE && seldom; edge = graph.nextIn(edge)) {
      int source = graph.source(edge);
      seldom = loops.place(source) >= loops.place(block) || graph.isCold(source) || isCold(edge);
    }
    return seldom;
  }

  /** Whether an edge is taken so seldom that where it leads is cold. */
  boolean isCold(int edge) {
    long all = weights.of(edge) < 0 ? 0 : all(edge);
    return all >= LEAST_COUNTED && (long) weights.of(edge) * COLD <= all;
  }

  /** Whether an edge is off the usual way: the one of a branch that is seldom taken, and leaves no loop. */
  boolean isAside(int edge) {
    boolean says = weights.of(edge) >= 0 && graph.is(graph.last(graph.source(edge)), IrOp.BRANCH);
    long all = says && exited(edge) == NONE ? all(edge) : 0;
    return all >= LEAST_COUNTED && (long) weights.of(edge) * ASIDE < all;
  }

  /** How often anything was done in place of which the edge was taken, the edge itself included. */
  private long all(int edge) {
    int loop = exited(edge);
    if (loop == NONE) {
      return taken[graph.source(edge)];
    }
    return loop >= 0 ? left[loop] : 0;
  }

  /** The header of the outermost loop that an edge leaves; NONE if it leaves none, below that if that is not known. */
  private int exited(int edge) {
    int target = graph.target(edge);
    int found = NONE;
    int steps = 0;
    for (int loop = loops.innermost(graph.source(edge)); loop != NONE; loop = loops.outer(loop)) {
      int around = loops.innermost(target);
      while (around != NONE && around != loop && loops.place(around) > loops.place(loop)) {
        around = loops.outer(around);
        if (++steps > MOST_LOOPS) {
          return NONE - 1;
        }
      }
      if (around == loop) {
        break;
      }
      found = loop;
      if (++steps > MOST_LOOPS) {
        return NONE - 1;
      }
    }
    return found;
  }
}
