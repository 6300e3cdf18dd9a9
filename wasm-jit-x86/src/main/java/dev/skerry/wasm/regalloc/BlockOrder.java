package dev.skerry.wasm.regalloc;

import java.util.Arrays;

/**
 * The order of blocks that registers are allocated in: that of the code, but short blocks of a loop which lie behind
 * all of the loop come right behind their predecessor. Else they would get the places that values have far behind the
 * loop, and copies would be made to them and back each time around.
 */
final class BlockOrder {

  private static final int NONE = -1;
  /** Instructions of a block that comes to its predecessor; one that only carries copies along an edge has fewer. */
  private static final int SHORT = 6;

  private final Lir lir;
  /** By block id: its only predecessor, or NONE if it has others; first and next of those that follow it. */
  private final int[] predecessor;
  private final int[] firstFollower;
  private final int[] nextFollower;
  private final int[] order;
  private int count;

  private BlockOrder(Lir lir) {
    this.lir = lir;
    predecessor = new int[lir.blockCount];
    firstFollower = new int[lir.blockCount];
    nextFollower = new int[lir.blockCount];
    order = new int[lir.blockCount];
    Arrays.fill(predecessor, NONE);
    Arrays.fill(firstFollower, NONE);
  }

  /** Block ids; the first one is the function's first. */
  static int[] of(Lir lir) {
    return new BlockOrder(lir).order();
  }

  private int[] order() {
    findPredecessors();
    boolean moved = false;
    int[] shallower = new int[lir.orderCount];
    int[] place = new int[lir.blockCount];
    for (int k = 0; k < lir.orderCount; k++) {
      int block = lir.order[k];
      place[block] = k;
      int before = k - 1;
      while (before >= 0 && lir.depths[lir.order[before]] >= lir.depths[block]) {
        before = shallower[before];
      }
      shallower[k] = before;
      if (k > 0 && belongsBefore(block, place, before)) {
        nextFollower[block] = firstFollower[predecessor[block]];
        firstFollower[predecessor[block]] = block;
        moved = true;
      } else {
        predecessor[block] = NONE;
      }
    }
    if (!moved) {
      return Arrays.copyOf(lir.order, lir.orderCount);
    }
    for (int k = 0; k < lir.orderCount; k++) {
      if (predecessor[lir.order[k]] == NONE) {
        add(lir.order[k]);
      }
    }
    return order;
  }

  /** Adds a block and those that follow it, which have followers of their own. */
  private void add(int block) {
    int start = count;
    order[count++] = block;
    for (int at = start; at < count; at++) {
      for (int follower = firstFollower[order[at]]; follower != NONE; follower = nextFollower[follower]) {
        order[count++] = follower;
      }
    }
  }

  private boolean belongsBefore(int block, int[] place, int shallower) {
    int before = predecessor[block];
    return before != NONE && lir.ends[block] - lir.firsts[block] <= SHORT
        && (lir.blockFlags[block] & (Lir.COLD | Lir.LOOP_HEADER)) == 0 && lir.depths[block] > 0
        && lir.depths[before] >= lir.depths[block] && lir.firsts[before] < lir.firsts[block]
        && place[before] < shallower;
  }

  private void findPredecessors() {
    boolean[] several = new boolean[lir.blockCount];
    for (int k = 0; k < lir.orderCount; k++) {
      int block = lir.order[k];
      int at = lir.starts[lir.ends[block] - 1];
      int last = at + (lir.words[at] >>> Lir.LENGTH_SHIFT);
      for (int w = at + 1; w <= last; w++) {
        if ((lir.words[w] & Lir.KIND) == Lir.BLOCK) {
          int target = lir.words[w] >>> Lir.KIND_BITS;
          several[target] |= predecessor[target] != NONE && predecessor[target] != block;
          predecessor[target] = block;
        }
      }
    }
    for (int block = 0; block < several.length; block++) {
      predecessor[block] = several[block] ? NONE : predecessor[block];
    }
  }
}
