package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import java.util.Arrays;

/**
 * Puts a block on each critical edge, one from a block with several to a block with several, so that what an edge
 * carries has a place of its own. On edges back to a loop, and in cold code, it comes right behind the branch, on
 * others before the target or behind all that is not cold, so that the way that goes on stays straight.
 */
final class EdgeSplitting {

  private static final int NONE = Graph.NONE;
  private static final int[] NOTHING = {};

  private final Graph graph;
  private final int[] order;
  private final int[] place;
  /** By place in the order: the split blocks that come before and behind the block there, linked. */
  private final int[] before;
  private final int[] behind;
  private int[] next = new int[16];
  private int last = NONE;
  private final int firstNew;

  private EdgeSplitting(Graph graph) {
    this.graph = graph;
    order = graph.order();
    place = new int[graph.blockCount()];
    for (int i = 0; i < order.length; i++) {
      place[order[i]] = i;
    }
    before = new int[order.length];
    behind = new int[order.length];
    Arrays.fill(before, NONE);
    Arrays.fill(behind, NONE);
    firstNew = graph.blockCount();
  }

  static void run(Graph graph) {
    new EdgeSplitting(graph).run();
  }

  private void run() {
    for (int i = 0; i < order.length; i++) {
      int block = order[i];
      for (int k = 0; k < graph.edgeCount(block) && graph.edgeCount(block) > 1; k++) {
        int edge = graph.firstEdge(block) + k;
        if (!graph.hasSingleIn(graph.target(edge))) {
          split(edge, i);
        }
      }
    }
    if (graph.blockCount() > firstNew) {
      graph.setOrder(merged());
    }
  }

  private void split(int edge, int at) {
    int target = graph.target(edge);
    int count = graph.argumentCount(edge);
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = graph.argument(edge, i);
    }
    int made = graph.addBlock();
    int terminator = graph.last(order[at]);
    graph.append(made,
        graph.make(IrOp.JUMP.code, IrType.VOID, NONE, NONE, NONE, 0, 0, graph.position(terminator)));
    graph.redirect(edge, made, NOTHING, 0, 0);
    graph.addEdge(made, target, values, 0, count);
    boolean back = place[target] <= at;
    graph.setCold(made, graph.isCold(order[at]) || graph.isCold(target));
    graph.setLoopDepth(made, back ? graph.loopDepth(target)
        : Math.min(graph.loopDepth(order[at]), graph.loopDepth(target)));
    if (made - firstNew == next.length) {
      next = Arrays.copyOf(next, 2 * next.length);
    }
    if (back || graph.isCold(order[at])) {
      next[made - firstNew] = behind[at];
      behind[at] = made;
    } else if (!fallsInto(place[target])) {
      next[made - firstNew] = before[place[target]];
      before[place[target]] = made;
    } else {
      next[made - firstNew] = last;
      last = made;
    }
  }

  /** Says whether the block before one place in the order can go on to that one. */
  private boolean fallsInto(int at) {
    int above = order[at - 1];
    for (int edge = graph.firstEdge(above); edge < graph.firstEdge(above) + graph.edgeCount(above); edge++) {
      if (graph.target(edge) == order[at]) {
        return true;
      }
    }
    return false;
  }

  private int[] merged() {
    int[] all = new int[order.length + graph.blockCount() - firstNew];
    int count = 0;
    boolean cold = false;
    for (int i = 0; i < order.length; i++) {
      if (!cold && graph.isCold(order[i])) {
        cold = true;
        count = chain(last, all, count);
      }
      count = chain(before[i], all, count);
      all[count++] = order[i];
      count = chain(behind[i], all, count);
    }
    if (!cold) {
      chain(last, all, count);
    }
    return all;
  }

  private int chain(int first, int[] all, int from) {
    int count = from;
    for (int made = first; made != NONE; made = next[made - firstNew]) {
      all[count++] = made;
    }
    return count;
  }
}
