package dev.skerry.wasm.ir;

import java.util.Arrays;

/**
 * The dominator tree of a graph, and a reverse postorder of its blocks. The dominator of a block is the nearest common
 * ancestor in the tree of the blocks before it, found in the logarithm of the tree's depth by links that skip
 * ancestors; one walk is enough unless a loop has several entries.
 */
public final class Dominators {

  private static final int NONE = Graph.NONE;

  private final Graph graph;
  private final int[] order;
  private final int[] index;
  private final int[] parent;
  private final int[] depth;
  private final int[] skip;
  private final int[] enter;
  private final int[] leave;
  private final boolean reducible;

  private Dominators(Graph graph) {
    this.graph = graph;
    int blocks = graph.blockCount();
    index = new int[blocks];
    Arrays.fill(index, NONE);
    order = reversePostorder();
    parent = new int[blocks];
    depth = new int[blocks];
    skip = new int[blocks];
    Arrays.fill(parent, NONE);
    walk();
    reducible = !hasSecondEntries();
    if (!reducible) {
      repair();
    }
    enter = new int[blocks];
    leave = new int[blocks];
    number();
  }

  /** The tree of the blocks that can be reached from the entry. */
  public static Dominators of(Graph graph) {
    return new Dominators(graph);
  }

  private int[] reversePostorder() {
    int[] reversed = new int[graph.blockCount()];
    int done = reversed.length;
    int[] path = new int[reversed.length];
    int[] edges = new int[reversed.length];
    int top = 0;
    path[0] = 0;
    edges[0] = graph.edgeCount(0);
    index[0] = 0;
    while (top >= 0) {
      int block = path[top];
      if (edges[top] == 0) {
        reversed[--done] = block;
        top--;
        continue;
      }
      // Last edge first: what the first edge leads to then comes first in the order.
      int target = graph.target(graph.firstEdge(block) + --edges[top]);
      if (index[target] == NONE) {
        index[target] = 0;
        path[++top] = target;
        edges[top] = graph.edgeCount(target);
      }
    }
    int[] blocks = Arrays.copyOfRange(reversed, done, reversed.length);
    for (int i = 0; i < blocks.length; i++) {
      index[blocks[i]] = i;
    }
    return blocks;
  }

  /** Sets the parents of all blocks by those before them in the order. */
  private void walk() {
    for (int i = 1; i < order.length; i++) {
      int common = NONE;
      for (int edge = graph.firstIn(order[i]); edge != NONE; edge = graph.nextIn(edge)) {
        int source = graph.source(edge);
        if (index[source] < i && index[source] != NONE) {
          common = common == NONE ? source : common(common, source);
        }
      }
      place(order[i], common);
    }
  }

  /** Says whether an edge back leads to a block that does not dominate its source: there are ways into that loop. */
  private boolean hasSecondEntries() {
    for (int i = 1; i < order.length; i++) {
      for (int edge = graph.firstIn(order[i]); edge != NONE; edge = graph.nextIn(edge)) {
        int source = graph.source(edge);
        if (index[source] >= i && common(order[i], source) != order[i]) {
          return true;
        }
      }
    }
    return false;
  }

  /** Walks on, all edges included, until nothing changes (Cooper, Harvey, Kennedy: 2001). */
  private void repair() {
    long steps = 0;
    for (boolean changed = true; changed;) {
      changed = false;
      for (int i = 1; i < order.length; i++) {
        int common = NONE;
        for (int edge = graph.firstIn(order[i]); edge != NONE; edge = graph.nextIn(edge)) {
          int left = graph.source(edge);
          int right = common;
          common = left;
          while (right != NONE && left != right) {
            if (index[left] > index[right]) {
              left = parent[left];
            } else {
              right = parent[right];
            }
            common = left;
            if (++steps > GraphLimits.DOMINATOR_STEPS) {
              throw GraphLimits.refused("ways into its loops", GraphLimits.DOMINATOR_STEPS);
            }
          }
        }
        changed |= parent[order[i]] != common;
        parent[order[i]] = common;
      }
    }
  }

  private void place(int block, int under) {
    parent[block] = under;
    depth[block] = depth[under] + 1;
    int skipped = skip[under];
    skip[block] = depth[under] - depth[skipped] == depth[skipped] - depth[skip[skipped]] ? skip[skipped] : under;
  }

  private int common(int one, int other) {
    int left = one;
    int right = other;
    if (depth[left] < depth[right]) {
      left = other;
      right = one;
    }
    while (depth[left] > depth[right]) {
      left = depth[skip[left]] >= depth[right] ? skip[left] : parent[left];
    }
    while (left != right) {
      boolean far = skip[left] != skip[right];
      left = far ? skip[left] : parent[left];
      right = far ? skip[right] : parent[right];
    }
    return left;
  }

  /** Numbers the blocks so that those below a block in the tree have the numbers behind its own. */
  private void number() {
    int[] below = new int[parent.length];
    for (int i = order.length - 1; i > 0; i--) {
      below[parent[order[i]]] += below[order[i]] + 1;
    }
    int[] next = new int[parent.length];
    for (int block : order) {
      enter[block] = block == 0 ? 0 : next[parent[block]];
      leave[block] = enter[block] + below[block];
      next[block] = enter[block] + 1;
      if (block != 0) {
        next[parent[block]] = leave[block] + 1;
      }
    }
  }

  /** The blocks that can be reached, each before those behind it but for branches back. The array is not copied. */
  public int[] order() {
    return order;
  }

  /** Says whether every cycle has one block that all ways into it lead through. */
  public boolean isReducible() {
    return reducible;
  }

  /** The place of a block in {@link #order}, or {@link Graph#NONE} if it cannot be reached. */
  public int index(int block) {
    return index[block];
  }

  /** The closest block that all ways to this one lead through, or {@link Graph#NONE} for the entry. */
  public int parent(int block) {
    return parent[block];
  }

  /** Says whether all ways to a block lead through another, which may be the same. Both can be reached. */
  public boolean dominates(int block, int other) {
    return enter[block] <= enter[other] && leave[other] <= leave[block];
  }
}
