package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import java.util.Arrays;

/**
 * The loops of a graph: for each block the header of the innermost one that it is in. Inner loops are found before
 * outer ones and count as one block then, so that each edge is looked at once (Tarjan 1974).
 */
final class Loops {

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  private final int[] place;
  private final int[] header;
  private final int[] whole;
  private final boolean[] repeated;

  private Loops(Graph graph) {
    this.graph = graph;
    int[] order = graph.order();
    place = new int[graph.blockCount()];
    Arrays.fill(place, NONE);
    header = new int[graph.blockCount()];
    Arrays.fill(header, NONE);
    whole = new int[graph.blockCount()];
    repeated = new boolean[graph.blockCount()];
    for (int i = 0; i < order.length; i++) {
      place[order[i]] = i;
      whole[order[i]] = order[i];
    }
    int[] work = new int[order.length];
    for (int i = order.length - 1; i > 0; i--) {
      collect(order[i], work);
    }
  }

  /** The loops by the graph's order, in which a header is before all other blocks of its loop. */
  static Loops of(Graph graph) {
    return new Loops(graph);
  }

  private void collect(int top, int[] work) {
    int waiting = 0;
    for (int edge = graph.firstIn(top); edge != NONE; edge = graph.nextIn(edge)) {
      if (place[graph.source(edge)] >= place[top]) {
        repeated[top] = true;
        waiting = add(graph.source(edge), top, work, waiting);
      }
    }
    while (waiting > 0) {
      int member = work[--waiting];
      for (int edge = graph.firstIn(member); edge != NONE; edge = graph.nextIn(edge)) {
        waiting = add(graph.source(edge), top, work, waiting);
      }
    }
  }

  private int add(int block, int top, int[] work, int waiting) {
    int outermost = find(block);
    if (outermost == top || place[outermost] < place[top]) {
      return waiting;
    }
    header[outermost] = top;
    whole[outermost] = top;
    work[waiting] = outermost;
    return waiting + 1;
  }

  private int find(int block) {
    int at = block;
    while (whole[at] != at) {
      whole[at] = whole[whole[at]];
      at = whole[at];
    }
    return at;
  }

  /** Says whether an edge from behind leads to a block. */
  boolean isHeader(int block) {
    return repeated[block];
  }

  /** The header of the innermost loop that a block is in, which for a header is the next outer one; or NONE. */
  int outer(int block) {
    return header[block];
  }

  /** The header of the innermost loop that a block is in, a header being in its own; or NONE. */
  int innermost(int block) {
    return isHeader(block) ? block : header[block];
  }

  /** The place of a block in the graph's order. */
  int place(int block) {
    return place[block];
  }
}
