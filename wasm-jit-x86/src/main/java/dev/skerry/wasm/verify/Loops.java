package dev.skerry.wasm.verify;

import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;
import java.util.Arrays;

/**
 * Which general registers get new numbers in each loop of a flow: a guess at what can be known where a loop starts,
 * that saves a second round. Values that are fetched from the frame do not count, for they may be the same again.
 */
final class Loops {

  private static final int RSP = Gpr.RSP.ordinal();
  private static final int OPERAND = (1 << InstructionScanner.OPERAND_BITS) - 1;

  private final Listing listing;
  private final Flow flow;
  /** By block: a bit for each register; of a block that starts a loop those of the whole loop. */
  private int[] written = new int[64];
  /** By block: the block that starts the outermost loop found so far that it is in, itself if there is none. */
  private int[] loop = new int[64];
  private int[] firstBefore = new int[64];
  private int[] before = new int[64];
  private int[] work = new int[64];

  Loops(Listing listing, Flow flow) {
    this.listing = listing;
    this.flow = flow;
  }

  /** Finds what loops write. */
  void find() {
    int blocks = flow.count();
    if (written.length < blocks + 2) {
      int room = blocks + (blocks >> 1) + 2;
      written = new int[room];
      loop = new int[room];
      firstBefore = new int[room];
      work = new int[room];
    }
    findPredecessors(blocks);
    for (int i = 0; i < flow.reached(); i++) {
      int block = flow.at(i);
      loop[block] = block;
      written[block] = writtenIn(block);
    }
    // Blocks that a loop's start dominates come behind it, so inner loops are found first.
    for (int i = flow.reached() - 1; i >= 0; i--) {
      int header = flow.at(i);
      if (flow.isHeader(header)) {
        if (flow.root(header) == header) {
          gather(header);
        } else {
          written[header] = (1 << State.REGISTERS) - 1;
        }
      }
    }
  }

  /** A bit for each general register that gets a new number in the loop that starts there. */
  int written(int header) {
    return written[header];
  }

  private void findPredecessors(int blocks) {
    Arrays.fill(firstBefore, 0, blocks + 2, 0);
    for (int i = 0; i < flow.reached(); i++) {
      int block = flow.at(i);
      for (int k = flow.firstSuccessor(block); k < flow.firstSuccessor(block + 1); k++) {
        firstBefore[flow.successor(k) + 2]++;
      }
    }
    for (int block = 2; block < blocks + 2; block++) {
      firstBefore[block] += firstBefore[block - 1];
    }
    if (before.length < firstBefore[blocks + 1]) {
      before = new int[2 * firstBefore[blocks + 1]];
    }
    for (int i = 0; i < flow.reached(); i++) {
      int block = flow.at(i);
      for (int k = flow.firstSuccessor(block); k < flow.firstSuccessor(block + 1); k++) {
        before[firstBefore[flow.successor(k) + 1]++] = block;
      }
    }
  }

  /** Everything that leads back to a loop's start without passing it is in the loop. */
  private void gather(int header) {
    int count = push(header, header, 0);
    int mask = written[header];
    while (count > 0) {
      int block = work[--count];
      mask |= written[block];
      count = push(block, header, count);
    }
    written[header] = mask;
  }

  private int push(int block, int header, int from) {
    int count = from;
    for (int k = firstBefore[block]; k < firstBefore[block + 1]; k++) {
      int inner = block == header && !flow.isBack(before[k], block) ? header : outermost(before[k]);
      if (inner != header) {
        loop[inner] = header;
        work[count++] = inner;
      }
    }
    return count;
  }

  private int outermost(int block) {
    int top = block;
    while (loop[top] != top) {
      loop[top] = loop[loop[top]];
      top = loop[top];
    }
    return top;
  }

  private int writtenIn(int block) {
    int mask = 0;
    for (int i = flow.start(block); i < flow.stop(block); i++) {
      int operands = listing.operands(i);
      int second = operands >> InstructionScanner.OPERAND_BITS & OPERAND;
      boolean fetched = second == InstructionScanner.MEMORY && listing.base(i) == RSP
          && listing.effect(i) == Effect.MOVE;
      mask |= fetched ? 0 : Effects.written(listing.row(i), operands & OPERAND, second);
    }
    return mask & ~(1 << RSP);
  }
}
