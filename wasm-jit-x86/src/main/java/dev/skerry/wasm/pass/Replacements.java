package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;
import java.util.Arrays;

/** Values that others stand for, until all uses are rewritten. */
final class Replacements {

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  private int[] by;
  private boolean any;

  Replacements(Graph graph) {
    this.graph = graph;
    by = new int[graph.instructionCount()];
    Arrays.fill(by, NONE);
  }

  /** Lets another value stand for one, which is used no more once uses are rewritten. */
  void replace(int value, int other) {
    if (value >= by.length) {
      int from = by.length;
      by = Arrays.copyOf(by, Math.max(2 * from, value + 1));
      Arrays.fill(by, from, by.length, NONE);
    }
    by[value] = other;
    any = true;
  }

  /** What stands for a value: itself, if nothing else. */
  int of(int value) {
    int at = value;
    while (at < by.length && by[at] != NONE) {
      int next = by[at];
      if (next < by.length && by[next] != NONE) {
        by[at] = by[next];
      }
      at = next;
    }
    return at;
  }

  /** Rewrites the operands of an instruction. */
  void operands(int instruction) {
    int a = graph.a(instruction);
    if (a != NONE && of(a) != a) {
      graph.setA(instruction, of(a));
    }
    int b = graph.b(instruction);
    if (b != NONE && of(b) != b) {
      graph.setB(instruction, of(b));
    }
    int c = graph.c(instruction);
    if (c != NONE && of(c) != c) {
      graph.setC(instruction, of(c));
    }
    for (int i = graph.listSize(instruction) - 1; i >= 0; i--) {
      int value = graph.listValue(instruction, i);
      if (of(value) != value) {
        graph.setListValue(instruction, i, of(value));
      }
    }
  }

  /** Rewrites the arguments of all edges that leave a block. */
  void arguments(int block) {
    for (int edge = graph.firstEdge(block); edge < graph.firstEdge(block) + graph.edgeCount(block); edge++) {
      for (int i = graph.argumentCount(edge) - 1; i >= 0; i--) {
        int value = graph.argument(edge, i);
        if (of(value) != value) {
          graph.setArgument(edge, i, of(value));
        }
      }
    }
  }

  /** Rewrites all uses. */
  void apply() {
    if (!any) {
      return;
    }
    for (int block : graph.order()) {
      for (int at = graph.first(block); at != NONE; at = graph.next(at)) {
        operands(at);
      }
      arguments(block);
    }
  }
}
