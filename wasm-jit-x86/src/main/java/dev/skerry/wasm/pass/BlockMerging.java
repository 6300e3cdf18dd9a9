package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.Unreachable;

/**
 * Straightens control flow: leaves out blocks that cannot be reached, leads edges past blocks that only jump, and joins
 * a block with the only one that goes to it.
 */
final class BlockMerging {

  private static final int NONE = Graph.NONE;
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
    Unreachable.drop(graph);
    BlockMerging pass = new BlockMerging(graph);
    pass.thread();
    pass.merge();
    Unreachable.drop(graph);
    pass.replacements.apply();
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
      gone[block] = true;
      graph.removeEdges(block);
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

  /**
   * Joins a block that ends with a jump with its target, if no other edge leads there. The header of a loop that is
   * entered in its middle stays, with its poll.
   */
  private boolean swallow(int block) {
    int edge = graph.firstEdge(block);
    int target = graph.target(edge);
    if (target == block || !graph.hasSingleIn(target) || graph.isLoopHeader(target)) {
      return false;
    }
    int at = graph.first(target);
    for (int i = 0; i < graph.argumentCount(edge); i++) {
      int behind = graph.next(at);
      replacements.replace(at, replacements.of(graph.argument(edge, i)));
      at = behind;
    }
    graph.retainParameters(target, new boolean[graph.parameterCount(target)]);
    graph.remove(graph.last(block));
    graph.removeEdges(block);
    graph.moveInstructions(target, block);
    graph.moveEdges(target, block);
    gone[target] = true;
    return true;
  }
}
