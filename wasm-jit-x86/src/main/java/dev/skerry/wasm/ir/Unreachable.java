package dev.skerry.wasm.ir;

/** Leaves out blocks that no way from the entry leads to, and loops that nothing repeats any more. */
public final class Unreachable {

  private static final int NONE = Graph.NONE;

  private Unreachable() {
  }

  /** Empties the blocks that cannot be reached, and takes them out of the order. */
  public static void drop(Graph graph) {
    boolean[] reached = reached(graph);
    int[] order = graph.order();
    int count = 0;
    for (int block : order) {
      if (reached[block]) {
        count++;
      } else {
        graph.removeEdges(block);
        while (graph.first(block) != NONE) {
          graph.remove(graph.first(block));
        }
      }
    }
    if (count < order.length) {
      int[] left = new int[count];
      count = 0;
      for (int block : order) {
        if (reached[block]) {
          left[count++] = block;
        }
      }
      graph.setOrder(left);
    }
    loops(graph);
  }

  private static boolean[] reached(Graph graph) {
    int[] work = new int[graph.blockCount()];
    boolean[] reached = new boolean[graph.blockCount()];
    int waiting = 1;
    reached[0] = true;
    while (waiting > 0) {
      int block = work[--waiting];
      for (int edge = graph.firstEdge(block); edge < graph.firstEdge(block) + graph.edgeCount(block); edge++) {
        int target = graph.target(edge);
        if (!reached[target]) {
          reached[target] = true;
          work[waiting++] = target;
        }
      }
    }
    return reached;
  }

  /** A header with a single edge to it is no loop, unless code that enters in the middle goes round by that edge. */
  private static void loops(Graph graph) {
    boolean[] onCycle = null;
    for (int block : graph.order()) {
      if (graph.isLoopHeader(block) && graph.hasSingleIn(block)) {
        onCycle = onCycle == null ? withoutBegin(graph) : onCycle;
        if (!onCycle[block]) {
          int poll = graph.first(block);
          while (graph.is(poll, IrOp.PARAMETER)) {
            poll = graph.next(poll);
          }
          graph.remove(poll);
          graph.setLoopHeader(block, false);
        }
      }
    }
  }

  /** Blocks that are left when all those that only blocks before them lead to are taken away, one after the other. */
  private static boolean[] withoutBegin(Graph graph) {
    int[] ways = new int[graph.blockCount()];
    boolean[] left = new boolean[graph.blockCount()];
    int[] work = new int[graph.blockCount()];
    int waiting = 0;
    for (int block : graph.order()) {
      left[block] = true;
      for (int i = 0; i < graph.edgeCount(block); i++) {
        ways[graph.target(graph.firstEdge(block) + i)]++;
      }
    }
    for (int block : graph.order()) {
      if (ways[block] == 0) {
        work[waiting++] = block;
      }
    }
    while (waiting > 0) {
      int block = work[--waiting];
      left[block] = false;
      for (int i = 0; i < graph.edgeCount(block); i++) {
        int target = graph.target(graph.firstEdge(block) + i);
        if (--ways[target] == 0) {
          work[waiting++] = target;
        }
      }
    }
    return left;
  }
}
