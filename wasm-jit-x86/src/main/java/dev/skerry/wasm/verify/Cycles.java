package dev.skerry.wasm.verify;

import java.util.Arrays;
import java.util.BitSet;

/** Looks for cycles of blocks none of which polls (rule 5). */
final class Cycles {

  private static final byte OPEN = 1;
  private static final byte DONE = 2;

  private final int[][] successors;
  private final BitSet polls;
  private final Listing listing;
  private final byte[] marks;

  /**
   * @param successors by instruction that starts a block, or null where none starts that is reached
   * @param polls blocks that look for interrupts
   */
  Cycles(int[][] successors, BitSet polls, Listing listing) {
    this.successors = successors;
    this.polls = polls;
    this.listing = listing;
    this.marks = new byte[successors.length];
  }

  void requirePolls() throws VerificationError {
    int[] path = new int[64];
    int[] next = new int[64];
    for (int start = 0; start < successors.length; start++) {
      if (!isInside(start) || marks[start] != 0) {
        continue;
      }
      int depth = 0;
      path[0] = start;
      next[0] = 0;
      marks[start] = OPEN;
      while (depth >= 0) {
        int block = path[depth];
        if (next[depth] == successors[block].length) {
          marks[block] = DONE;
          depth--;
          continue;
        }
        int to = successors[block][next[depth]++];
        if (!isInside(to) || marks[to] == DONE) {
          continue;
        }
        if (marks[to] == OPEN) {
          throw listing.error(Rule.POLLS, listing.offset(to), "a loop that no interrupt can end");
        }
        marks[to] = OPEN;
        if (++depth == path.length) {
          path = Arrays.copyOf(path, 2 * depth);
          next = Arrays.copyOf(next, 2 * depth);
        }
        path[depth] = to;
        next[depth] = 0;
      }
    }
  }

  private boolean isInside(int block) {
    return successors[block] != null && !polls.get(block);
  }
}
