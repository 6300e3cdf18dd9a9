package dev.skerry.wasm.ir;

import java.util.Arrays;

/** What catches the exceptions of a try's body: its clauses, then those of another guard outside, if there is one. */
final class Guard {

  /** Of a clause that catches whatever it is. */
  static final int ANY = -1;

  private static final int COLUMNS = 2;

  /** Its number in the graph. */
  final int number;
  /** The try, and how many structured instructions were open around it. */
  final int construct;
  final int depth;
  /** The guard around the try. */
  final Guard outer;
  /** The block that finds out which clause it is, with that number and the locals of {@link JoinedLocals#guarded}. */
  final int dispatch;
  /** What catches the rest: the guard outside, or one further out by a delegate. */
  Guard rest;
  private int[] rows = {};
  private boolean all;

  Guard(Graph graph, int construct, int depth, Guard outer) {
    this.number = graph.addGuard();
    this.construct = construct;
    this.depth = depth;
    this.outer = outer;
    this.rest = outer;
    this.dispatch = graph.addBlock();
  }

  /** The number of clauses. */
  int clauses() {
    return rows.length / COLUMNS;
  }

  /** Says whether nothing is left to the guard outside. */
  boolean catchesAll() {
    return all;
  }

  void add(int tag, boolean wantsReference) {
    rows = Arrays.copyOf(rows, rows.length + COLUMNS);
    rows[rows.length - COLUMNS] = tag;
    rows[rows.length - 1] = wantsReference ? 1 : 0;
    all |= tag == ANY;
  }

  /** Gives the graph all rows. Those of the guard that catches the rest are complete. */
  void finish(Graph graph) {
    int[] further = rest == null || all ? new int[0] : graph.guard(rest.number);
    if (rows.length + further.length > GraphLimits.CLAUSES * COLUMNS) {
      throw GraphLimits.refused("catch clauses around one place", GraphLimits.CLAUSES);
    }
    int[] whole = Arrays.copyOf(rows, rows.length + further.length);
    System.arraycopy(further, 0, whole, rows.length, further.length);
    graph.setGuard(number, whole);
  }
}
