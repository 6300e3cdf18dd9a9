package dev.skerry.wasm.verify;

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
    boolean endless = false;
    for (int block = 0; block < flow.reached(); block++) {
      endless |= flow.isHeader(block) && loops[block] != null && loops[block].isEndless();
    }
    // Every cycle leads back to the start of a loop.
    if (endless) {
      search(polls, loops);
    }
  }

  private void search(boolean[] polls, Weakness[] loops) throws VerificationError {
    int blocks = flow.reached();
    marks = new byte[blocks];
    path = new int[blocks];
    cursor = new int[blocks];
    for (int start = 0; start < blocks; start++) {
      if (polls[start] || marks[start] != 0) {
        continue;
      }
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
        if (to == blocks) {
          continue;
        }
        boolean ends = flow.isHeader(to) && flow.isBack(block, to)
            && (loops[to] == null || !loops[to].isEndless());
        if (ends || polls[to] || marks[to] == DONE) {
          continue;
        }
        if (marks[to] == OPEN) {
          throw listing.error(Rule.POLLS, listing.offset(flow.start(to)), "a loop that no interrupt can end");
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
