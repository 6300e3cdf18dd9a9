package dev.skerry.wasm.ir;

import java.util.Arrays;

/**
 * How often edges of a graph were taken while that was counted in tier 0. A hint, on which nothing but speed may
 * depend: what runs may do something else by now. Weights compare with those of edges that leave the same block;
 * others may be of another function that was copied in.
 */
public final class EdgeWeights {

  /** In place of a weight: nobody counted. */
  public static final int UNKNOWN = -1;

  /** By edge: one more than its weight, as far as there are any. */
  private int[] more = {};

  EdgeWeights() {
  }

  /** Says whether no edge has a weight. */
  public boolean isEmpty() {
    return more.length == 0;
  }

  /** How often an edge was taken, or {@link #UNKNOWN}. */
  public int of(int edge) {
    return edge < more.length ? more[edge] - 1 : UNKNOWN;
  }

  /** Notes how often an edge was taken, or {@link #UNKNOWN}. */
  public void set(int edge, int times) {
    if (edge >= more.length && times != UNKNOWN) {
      more = Arrays.copyOf(more, Math.max(edge + 1, more.length + (more.length >> 1) + 16));
    }
    if (edge < more.length) {
      more[edge] = (int) Math.min(times + 1L, Integer.MAX_VALUE);
    }
  }

  /** Adds to how often an edge was taken. */
  public void add(int edge, int times) {
    set(edge, (int) Math.min((long) Math.max(0, of(edge)) + times, Integer.MAX_VALUE));
  }

  /** Exchanges the weights of two edges. */
  void swap(int one, int other) {
    int times = of(one);
    set(one, of(other));
    set(other, times);
  }
}
