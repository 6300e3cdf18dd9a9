package dev.skerry.wasm.verify;

import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;
import java.util.Arrays;

/**
 * Which general registers and places of the frame get new numbers in each loop of a flow: a guess at what can be known
 * where a loop starts, that saves a second round. Values that are fetched from the frame do not count, for they may be
 * the same again.
 */
final class Loops {

  private static final int RSP = Gpr.RSP.ordinal();
  /** What a call that comes back gives is there. */
  private static final int RAX = Gpr.RAX.ordinal();
  private static final int NONE = -1;
  private static final int ALL_REGISTERS = (1 << State.REGISTERS) - 1;
  /** Of a block that is in no loop. */
  private static final int UNKNOWN = -1;
  /** Moves are listed for so many loops around them at most. */
  private static final int MOST_AROUND = 4;

  private final Listing listing;
  private final Flow flow;
  /** By block of a loop: a bit for each register; of a block that starts a loop those of the whole loop. */
  private int[] written = new int[64];
  /** By block: the block that starts the outermost loop found so far that it is in, itself if there is none. */
  private int[] loop = new int[64];
  private int[] firstBefore = new int[64];
  private int[] before = new int[64];
  private int[] work = new int[64];
  /** By block: the start of the innermost loop that it is in, and is not the start of; or -1. */
  private int[] around = new int[64];
  /** By block: whether something is called, and a bit for each register that is set behind the last call. */
  private boolean[] calls = new boolean[64];
  private boolean someCall;
  private int[] setSince = new int[64];
  private int[] lost = new int[64];
  private int[] clobbered = new int[64];
  /** Moves to the frame and from it: the block, the distance from the stack pointer, the register loaded, or -1. */
  private int moves;
  private int[] blocks = new int[16];
  private int[] distances = new int[16];
  private int[] registers = new int[16];
  /** By block that starts a loop: the first of the moves in it; by entry of that list: the move, and the next. */
  private int[] firstMove = new int[64];
  private int entries;
  private int[] moveOf = new int[16];
  private int[] nextEntry = new int[16];

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
      around = new int[room];
      firstMove = new int[room];
      calls = new boolean[room];
      setSince = new int[room];
      lost = new int[room];
      clobbered = new int[room];
    }
    findPredecessors(blocks);
    moves = 0;
    entries = 0;
    someCall = false;
    for (int i = 0; i < flow.reached(); i++) {
      int block = flow.at(i);
      loop[block] = block;
      around[block] = NONE;
      firstMove[block] = NONE;
      clobbered[block] = 0;
      calls[block] = false;
      setSince[block] = 0;
      written[block] = UNKNOWN;
    }
    // Blocks that a loop's start dominates come behind it, so inner loops are found first.
    for (int i = flow.reached() - 1; i >= 0; i--) {
      int header = flow.at(i);
      if (flow.isHeader(header)) {
        if (flow.root(header) == header) {
          gather(header);
        } else {
          written[header] = ALL_REGISTERS;
        }
      }
    }
    listMoves();
    if (someCall) {
      findClobbered();
    }
  }

  /** Notes of each loop which registers calls in it leave unknown, on one way at least, when it comes back. */
  private void findClobbered() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < flow.reached(); i++) {
        lost[flow.at(i)] = 0;
      }
      for (int i = 0; i < flow.reached(); i++) {
        int block = flow.at(i);
        if (around[block] == NONE && !flow.isHeader(block)) {
          continue;
        }
        int out = (calls[block] ? ALL_REGISTERS : lost[block] | clobbered[block]) & ~setSince[block];
        for (int k = flow.firstSuccessor(block); k < flow.firstSuccessor(block + 1); k++) {
          int to = flow.successor(k);
          if (flow.isBack(block, to)) {
            clobbered[to] |= out;
          } else {
            lost[to] |= out;
          }
        }
      }
    }
  }

  /** A bit for each general register that is not known when the loop that starts there comes back. */
  int clobbered(int header) {
    return clobbered[header];
  }

  /** Notes of each loop which moves to the frame and from it are in it. */
  private void listMoves() {
    for (int move = 0; move < moves; move++) {
      int block = blocks[move];
      int header = flow.isHeader(block) ? block : around[block];
      for (int i = 0; i < MOST_AROUND && header != NONE; i++) {
        if (entries == moveOf.length) {
          moveOf = Arrays.copyOf(moveOf, 2 * entries);
          nextEntry = Arrays.copyOf(nextEntry, 2 * entries);
        }
        moveOf[entries] = move;
        nextEntry[entries] = firstMove[header];
        firstMove[header] = entries++;
        header = around[header];
      }
    }
  }

  /** The first move to the frame or from it in the loop that starts there, or -1; then the others. */
  int firstMove(int header) {
    return firstMove[header];
  }

  int nextMove(int entry) {
    return nextEntry[entry];
  }

  /** How far from the stack pointer the place in the frame is. */
  int distance(int entry) {
    return distances[moveOf[entry]];
  }

  /** The register that is loaded from the frame; or -1 if something is stored there. */
  int loaded(int entry) {
    return registers[moveOf[entry]];
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
    int mask = writtenIn(header);
    while (count > 0) {
      int block = work[--count];
      mask |= written[block] == UNKNOWN ? writtenIn(block) : written[block];
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
        around[inner] = header;
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
    int since = 0;
    for (int i = flow.start(block); i < flow.stop(block); i++) {
      long word = listing.word(i);
      int row = InstructionScanner.row(word);
      int first = InstructionScanner.operand(word, 0);
      int second = InstructionScanner.operand(word, 1);
      Effect effect = Effects.of(row);
      boolean ofFrame = effect == Effect.MOVE && InstructionScanner.base(word) == RSP;
      if (ofFrame && (first == InstructionScanner.MEMORY || second == InstructionScanner.MEMORY)) {
        addMove(block, listing.displacement(i), first < InstructionScanner.MEMORY ? first : NONE);
      }
      if (!ofFrame || first != InstructionScanner.MEMORY) {
        int set = Effects.written(row, first, second);
        since |= set;
        mask |= ofFrame ? 0 : set;
        if (effect == Effect.CALL && losesRegisters(i)) {
          calls[block] = true;
          someCall = true;
          since = 1 << RSP | 1 << RAX;
          mask |= 1 << RAX;
        }
      }
    }
    setSince[block] = since;
    written[block] = mask & ~(1 << RSP);
    return written[block];
  }

  /** Whether a call is none of a stub that keeps registers. */
  private boolean losesRegisters(int at) {
    int relocation = listing.relocation(at);
    return relocation < 0 || listing.symbol(relocation) == Symbol.FUNCTION || listing.symbol(relocation).isRuntime();
  }

  private void addMove(int block, int distance, int register) {
    if (moves == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * moves);
      distances = Arrays.copyOf(distances, 2 * moves);
      registers = Arrays.copyOf(registers, 2 * moves);
    }
    blocks[moves] = block;
    distances[moves] = distance;
    registers[moves++] = register;
  }
}
