package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;

/**
 * Straightens control flow: leaves out blocks that cannot be reached, leads edges past blocks that only jump, and joins
 * a block with the only one that goes to it.
 */
final class BlockMerging {

  private static final int NONE = Graph.NONE;
  private static final int[] NOTHING = {};
  /** Edges are led past a block that jumps with so many arguments at most, for each of them gets a copy. */
  private static final int MAX_COPIED_ARGUMENTS = 4;

  private final Graph graph;
  private final Replacements replacements;
  private final boolean[] gone;

  private BlockMerging(Graph graph) {
    this.graph = graph;
    replacements = new Replacements(graph);
    gone = new boolean[graph.blockCount()];
  }

  static void run(Graph graph) {
    BlockMerging pass = new BlockMerging(graph);
    pass.dropUnreachable();
    pass.thread();
    pass.merge();
    pass.finish();
  }

  /** Leaves out the blocks that no way from the entry leads to. */
  static void dropUnreachable(Graph graph) {
    BlockMerging pass = new BlockMerging(graph);
    pass.dropUnreachable();
    pass.finish();
  }

  private void dropUnreachable() {
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
    for (int block : graph.order()) {
      if (!reached[block]) {
        drop(block);
      }
    }
  }

  private void drop(int block) {
    gone[block] = true;
    graph.removeEdges(block);
    while (graph.first(block) != NONE) {
      graph.remove(graph.first(block));
    }
  }

  /** Leads edges past blocks without parameters that only jump. From behind, so that chains end where they lead. */
  private void thread() {
    int[] order = graph.order();
    for (int i = order.length - 1; i > 0; i--) {
      int block = order[i];
      if (gone[block] || !graph.is(graph.first(block), IrOp.JUMP)) {
        continue;
      }
      int out = graph.firstEdge(block);
      int target = graph.target(out);
      int count = graph.argumentCount(out);
      if (target == block || count > MAX_COPIED_ARGUMENTS && !graph.hasSingleIn(block)) {
        continue;
      }
      int[] values = new int[count];
      for (int k = 0; k < count; k++) {
        values[k] = graph.argument(out, k);
      }
      for (int edge = graph.firstIn(block); edge != NONE; edge = graph.firstIn(block)) {
        graph.redirect(edge, target, values, 0, count);
      }
      drop(block);
    }
  }

  private void merge() {
    for (int block : graph.order()) {
      if (!gone[block]) {
        sameTargets(block);
        while (graph.is(graph.last(block), IrOp.JUMP) && swallow(block)) {
          sameTargets(block);
        }
      }
    }
  }

  /** Turns a branch both of whose edges are the same into a jump. */
  private void sameTargets(int block) {
    if (!graph.is(graph.last(block), IrOp.BRANCH)) {
      return;
    }
    int one = graph.firstEdge(block);
    int other = one + 1;
    if (graph.target(one) != graph.target(other)) {
      return;
    }
    for (int i = graph.argumentCount(one) - 1; i >= 0; i--) {
      if (replacements.of(graph.argument(one, i)) != replacements.of(graph.argument(other, i))) {
        return;
      }
    }
    graph.retainEdge(one);
    graph.become(graph.last(block), IrOp.JUMP.code, NONE, NONE, NONE, 0, 0);
  }

  /** Joins a block that ends with a jump with its target, if no other edge leads there. */
  private boolean swallow(int block) {
    int edge = graph.firstEdge(block);
    int target = graph.target(edge);
    if (target == block || !graph.hasSingleIn(target)) {
      return false;
    }
    int at = graph.first(target);
    for (int i = 0; i < graph.argumentCount(edge); i++) {
      int behind = graph.next(at);
      replacements.replace(at, replacements.of(graph.argument(edge, i)));
      at = behind;
    }
    graph.retainParameters(target, new boolean[graph.parameterCount(target)]);
    if (graph.isLoopHeader(target)) {
      graph.remove(graph.first(target));
      graph.setLoopHeader(target, false);
    }
    graph.remove(graph.last(block));
    graph.removeEdges(block);
    graph.moveInstructions(target, block);
    graph.moveEdges(target, block);
    gone[target] = true;
    return true;
  }

  private void finish() {
    int[] order = graph.order();
    int count = 0;
    for (int block : order) {
      count += gone[block] ? 0 : 1;
    }
    if (count < order.length) {
      int[] left = new int[count];
      count = 0;
      for (int block : order) {
        if (!gone[block]) {
          left[count++] = block;
        }
      }
      graph.setOrder(left);
    }
    replacements.apply();
    loops();
  }

  /** A header that nothing behind it leads to any more is no loop. */
  private void loops() {
    int[] place = new int[graph.blockCount()];
    int[] order = graph.order();
    for (int i = 0; i < order.length; i++) {
      place[order[i]] = i;
    }
    for (int i = 0; i < order.length; i++) {
      int block = order[i];
      if (!graph.isLoopHeader(block)) {
        continue;
      }
      boolean back = false;
      for (int edge = graph.firstIn(block); edge != NONE; edge = graph.nextIn(edge)) {
        back |= place[graph.source(edge)] >= i;
      }
      if (!back) {
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
