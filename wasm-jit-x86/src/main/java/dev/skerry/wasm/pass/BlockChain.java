package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import java.util.Arrays;

/** The order of a graph's blocks while a pass that walks it puts new blocks in. */
final class BlockChain {

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  /** The block behind each, or NONE. */
  private int[] next;

  BlockChain(Graph graph) {
    this.graph = graph;
    next = new int[graph.blockCount()];
    int[] order = graph.order();
    Arrays.fill(next, NONE);
    for (int i = 1; i < order.length; i++) {
      next[order[i - 1]] = order[i];
    }
  }

  /** The block behind one, or {@link Graph#NONE}. */
  int next(int block) {
    return next[block];
  }

  /** Puts blocks behind one. */
  void insert(int block, int... blocks) {
    if (graph.blockCount() > next.length) {
      next = Arrays.copyOf(next, 2 * graph.blockCount());
    }
    int behind = next[block];
    int at = block;
    for (int made : blocks) {
      next[at] = made;
      at = made;
    }
    next[at] = behind;
  }

  /** Gives the graph the order. */
  void apply() {
    int count = 0;
    for (int block = 0; block != NONE; block = next[block]) {
      count++;
    }
    int[] order = new int[count];
    count = 0;
    for (int block = 0; block != NONE; block = next[block]) {
      order[count++] = block;
    }
    graph.setOrder(order);
  }
}
