package dev.skerry.wasm.verify;

import java.util.Arrays;

/** Looks for cycles of blocks none of which polls (rule 5). */
final class Cycles {

  private static final byte OPEN = 1;
  private static final byte DONE = 2;

  private final Listing listing;
  private final Flow flow;
  private byte[] marks = new byte[64];
  private int[] path = new int[64];
  private int[] cursor = new int[64];

  Cycles(Listing listing, Flow flow) {
    this.listing = listing;
    this.flow = flow;
  }

  /**
   * @param polls by block, whether it looks for interrupts
   * @param loops by block that starts a loop
   */
  void requirePolls(boolean[] polls, Weakness[] loops) throws VerificationError {
    int blocks = flow.reached();
    boolean some = false;
    // Every cycle leads back to a start, and stays in what that dominates if it is entered there.
    for (int start = 0; start < blocks; start++) {
      if (flow.isHeader(start) && isEndless(start, loops) && !polls[start]) {
        if (!some) {
          begin(blocks);
        }
        some = true;
        search(start, flow.isRegular() ? start : 0, flow.isRegular() ? flow.behind(start) : blocks, polls, loops);
      }
    }
  }

  private static boolean isEndless(int header, Weakness[] loops) {
    return loops[header] != null && loops[header].isEndless();
  }

  private void begin(int blocks) {
    if (marks.length < blocks) {
      marks = new byte[blocks];
      path = new int[blocks];
      cursor = new int[blocks];
    } else {
      Arrays.fill(marks, 0, blocks, (byte) 0);
    }
  }

  /** Looks for cycles that lead through a block, among those from one number to another. */
  private void search(int start, int from, int behind, boolean[] polls, Weakness[] loops) throws VerificationError {
    if (marks[start] == 0) {
      int depth = 0;
      open(0, start);
      while (depth >= 0) {
        int block = path[depth];
        if (cursor[depth] == flow.ways(block)) {
          marks[block] = DONE;
          depth--;
          continue;
        }
        int to = flow.way(block, cursor[depth]++);
        if (to < from || to >= behind) {
          continue;
        }
        boolean ends = flow.isHeader(to) && flow.isBack(block, to) && !isEndless(to, loops);
        if (ends || polls[to] || marks[to] == DONE) {
          continue;
        }
        if (marks[to] == OPEN) {
          int first = flow.isEmpty(to) ? flow.way(to, 0) : to;
          throw listing.error(Rule.POLLS, listing.offset(flow.start(first)), "a loop that no interrupt can end");
        }
        open(++depth, to);
      }
    }
  }

  private void open(int depth, int block) {
    path[depth] = block;
    cursor[depth] = 0;
    marks[block] = OPEN;
  }
}
