package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import java.util.HashMap;
import java.util.Map;

/**
 * Lets innermost loops over what lies side by side in memory do several turns at once, on vectors of 128 bits: where
 * elements are independent, each lane computes what a turn of its own would, bit for bit, in its order. What could
 * trap, or depend on another turn by addresses that only the running program knows, is left to the loop as it was,
 * which also does the rest: see {@link VectorLoop}.
 */
final class Vectorisation {

  private static final int NONE = Graph.NONE;
  private static final int MOST_INSTRUCTIONS = 256;

  private Vectorisation() {
  }

  static void run(Graph graph) {
    if (graph.hasSharedMemory() || !hasLoop(graph)) {
      return;
    }
    Map<Integer, int[]> made = new HashMap<>();
    int blocks = 0;
    for (NaturalLoop loop : Inductions.of(graph).loops()) {
      boolean counted = loop.isInnermost() && loop.backEdges().length == 1 && !graph.isCold(loop.header)
          && loop.tripCount() != null && VectorGuard.canCount(loop.tripCount());
      VectorPlan plan = counted && isStraight(graph, loop) ? VectorPlan.of(graph, loop) : null;
      if (plan != null) {
        int[] before = new VectorLoop(plan).make();
        made.put(loop.header, before);
        blocks += before.length;
      }
    }
    if (blocks > 0) {
      order(graph, made, blocks);
    }
  }

  private static boolean hasLoop(Graph graph) {
    for (int block : graph.order()) {
      if (graph.isLoopHeader(block)) {
        return true;
      }
    }
    return false;
  }

  /** Says whether a loop is short, and each of its blocks leads to the next one alone, but for where it is left. */
  private static boolean isStraight(Graph graph, NaturalLoop loop) {
    int[] blocks = loop.blocks();
    int count = 0;
    for (int i = 0; i < blocks.length; i++) {
      if (i > 0 && (!graph.hasSingleIn(blocks[i]) || graph.source(graph.firstIn(blocks[i])) != blocks[i - 1]
          || graph.parameterCount(blocks[i]) > 0)) {
        return false;
      }
      for (int at = graph.first(blocks[i]); at != NONE && count <= MOST_INSTRUCTIONS; at = graph.next(at)) {
        count++;
      }
    }
    return count <= MOST_INSTRUCTIONS;
  }

  private static void order(Graph graph, Map<Integer, int[]> made, int blocks) {
    int[] order = graph.order();
    int[] all = new int[order.length + blocks];
    int count = 0;
    for (int block : order) {
      for (int before : made.getOrDefault(block, new int[0])) {
        all[count++] = before;
      }
      all[count++] = block;
    }
    graph.setOrder(all);
  }
}
