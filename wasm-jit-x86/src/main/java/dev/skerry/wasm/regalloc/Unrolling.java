package dev.skerry.wasm.regalloc;

import java.util.Arrays;

/**
 * The order in which blocks are written: that of the code, but small innermost loops several times in a row, so that
 * only the first of so many turns polls, and jumps back. Registers are as they were allocated: what a block finds does
 * not depend on where its copy lies.
 *
 * <p>Every cycle still polls: the blocks of a loop that are written again are entered from elsewhere by their first
 * copy's header alone, and go on from each copy to the header of the next, from the last to that of the first.
 */
final class Unrolling {

  private static final int NONE = -1;
  private static final int MOST_COPIES = 8;
  /** Instructions of all copies of a loop together. */
  private static final int MOST_INSTRUCTIONS = 192;

  private final Flow flow;
  private final Lir lir;
  private final int[] onward;
  /** By place in the order of writing: the block, its copy counted from 0, its loop or NONE. */
  private int[] blocks;
  private int[] copies;
  private int[] loops;
  private int count;
  /** By block: the loop that is written several times and that it is in, or NONE, and its place in it. */
  private final int[] loopOf;
  private final int[] placeIn;
  /** By loop: how many blocks and copies it has, and the label of the first block of the second copy. */
  private int[] lengths = new int[4];
  private int[] times = new int[4];
  private int[] firstLabel = new int[4];
  private int loopCount;

  /**
   * @param written the blocks in the order of the code; labels of blocks are their numbers
   * @param onward by block where jumps to it go: itself if it is written
   */
  Unrolling(Flow flow, int[] written, int[] onward, Branches branches, boolean enabled) {
    this.flow = flow;
    this.onward = onward;
    this.lir = flow.lir;
    blocks = new int[written.length];
    copies = new int[written.length];
    loops = new int[written.length];
    loopOf = new int[flow.blockCount];
    Arrays.fill(loopOf, NONE);
    placeIn = new int[flow.blockCount];
    for (int k = 0; k < written.length;) {
      int end = enabled && flow.isLoopHeader(written[k]) && !flow.isCold(written[k]) ? end(written, k) : NONE;
      int most = end == NONE ? 0 : Math.min(MOST_COPIES, MOST_INSTRUCTIONS / size(written, k, end));
      if (most < 2) {
        add(written[k++], 0, NONE);
      } else {
        unroll(written, k, end, most, branches);
        k = end;
      }
    }
  }

  private int size(int[] written, int start, int end) {
    int size = 0;
    for (int k = start; k < end; k++) {
      size += flow.end(written[k]) - flow.first(written[k]);
    }
    return size;
  }

  /** Behind the last block of the loop that begins at a place, if it can be written several times, or NONE. */
  private int end(int[] written, int start) {
    int header = written[start];
    int end = start;
    int size = 0;
    for (int k = start; k < written.length && size <= MOST_INSTRUCTIONS; k++) {
      int block = written[k];
      if (k > start && flow.isLoopHeader(block) || flow.isCold(block) || !isPlain(block)) {
        break;
      }
      size += flow.end(block) - flow.first(block);
      for (int s = flow.successorStart[block]; s < flow.successorStart[block + 1]; s++) {
        end = onward[flow.successors[s]] == header ? k + 1 : end;
      }
    }
    for (int k = start; k < end; k++) {
      loopOf[written[k]] = loopCount;
    }
    boolean closed = end > start && polls(header);
    for (int k = start + 1; k < end; k++) {
      closed &= isEnteredFromWithin(written[k]);
    }
    for (int k = start; k < end; k++) {
      loopOf[written[k]] = NONE;
    }
    return closed ? end : NONE;
  }

  /** Whether only blocks of the loop that is looked at lead to a block, themselves or by one that is not written. */
  private boolean isEnteredFromWithin(int block) {
    boolean within = true;
    for (int s = flow.predecessorStart[block]; s < flow.predecessorStart[block + 1]; s++) {
      int from = flow.predecessors[s];
      if (onward[from] != from && flow.predecessorStart[from + 1] - flow.predecessorStart[from] == 1) {
        from = flow.predecessors[flow.predecessorStart[from]];
      }
      within &= loopOf[from] == loopCount;
    }
    return within;
  }

  private boolean isPlain(int block) {
    if (flow.isLanding(block)) {
      return false;
    }
    for (int i = flow.first(block); i < flow.end(block); i++) {
      int op = lir.words[lir.starts[i]] & Lir.OP;
      if (op == Pseudo.CALL.op || op == Pseudo.SWITCH.op || op == Pseudo.TAIL_CALL.op) {
        return false;
      }
    }
    return true;
  }

  private boolean polls(int header) {
    for (int i = flow.first(header); i < flow.end(header); i++) {
      if ((lir.words[lir.starts[i]] & Lir.OP) == Pseudo.POLL.op) {
        return true;
      }
    }
    return false;
  }

  private void unroll(int[] written, int start, int end, int most, Branches branches) {
    if (loopCount == lengths.length) {
      lengths = Arrays.copyOf(lengths, 2 * loopCount);
      times = Arrays.copyOf(times, 2 * loopCount);
      firstLabel = Arrays.copyOf(firstLabel, 2 * loopCount);
    }
    lengths[loopCount] = end - start;
    times[loopCount] = most;
    for (int copy = 0; copy < most; copy++) {
      for (int k = start; k < end; k++) {
        loopOf[written[k]] = loopCount;
        placeIn[written[k]] = k - start;
        add(written[k], copy, loopCount);
        int label = copy == 0 ? NONE : branches.label();
        firstLabel[loopCount] = copy == 1 && k == start ? label : firstLabel[loopCount];
      }
    }
    loopCount++;
  }

  private void add(int block, int copy, int loop) {
    if (count == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * count);
      copies = Arrays.copyOf(copies, 2 * count);
      loops = Arrays.copyOf(loops, 2 * count);
    }
    blocks[count] = block;
    copies[count] = copy;
    loops[count++] = loop;
  }

  /** How many blocks are written, each copy counted. */
  int count() {
    return count;
  }

  int block(int place) {
    return blocks[place];
  }

  /** Whether it is another than the first copy of a block. */
  boolean isRepeated(int place) {
    return copies[place] > 0;
  }

  /** The label of what is written at a place. */
  int label(int place) {
    return label(blocks[place], copies[place]);
  }

  private int label(int block, int copy) {
    return copy == 0 ? block : firstLabel[loopOf[block]] + (copy - 1) * lengths[loopOf[block]] + placeIn[block];
  }

  /** The label where a jump to a block goes from what is written at a place. */
  int target(int block, int place) {
    int loop = loops[place];
    if (loop == NONE || loopOf[block] != loop) {
      return block;
    }
    return label(block, placeIn[block] > 0 ? copies[place] : (copies[place] + 1) % times[loop]);
  }
}
