package dev.skerry.wasm.verify;

import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;
import dev.skerry.wasm.x64.Row;
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
  /** Moves are listed for so many loops around them at most. */
  private static final int MOST_AROUND = 4;
  /** Loops around loops are followed so often for each block, on average. */
  private static final int MOST_WORK = 32;
  /** Where loops are entered beside their starts, blocks may come before what leads to them: so many looks at all. */
  private static final int LOOKS = 3;

  /** By row: a bit for each register that it always writes; whether it writes its operands, moves, and calls. */
  private static final int[] ROWS = new int[Row.ID_LIMIT];
  private static final int FIRST_BIT = 16;
  private static final int SECOND_BIT = 17;
  private static final int MOVE_BIT = 18;
  private static final int CALL_BIT = 19;

  static {
    int any = Gpr.RBX.ordinal();
    int none = InstructionScanner.NONE;
    for (int row = 0; row < ROWS.length; row++) {
      if (Effects.of(row) != null) {
        ROWS[row] = Effects.written(row, none, none)
            | (Effects.written(row, any, none) >> any & 1) << FIRST_BIT
            | (Effects.written(row, none, any) >> any & 1) << SECOND_BIT
            | (Effects.of(row) == Effect.MOVE ? 1 << MOVE_BIT : 0)
            | (Effects.of(row) == Effect.CALL ? 1 << CALL_BIT : 0);
      }
    }
  }

  private final Listing listing;
  private final Flow flow;
  /** By block: the start of the innermost loop that it is in, and is not the start of; or -1. One more for no block. */
  private int[] around = new int[65];
  private long work;
  /** Blocks that are in loops, in the order of the flow. */
  private int[] members = new int[64];
  private int memberCount;
  /** By block that starts a loop: a bit for each register that is written in the loop. */
  private int[] written = new int[64];
  /** By block of a loop: whether something is called, and a bit for each register that is set behind the last call. */
  private boolean[] calls = new boolean[64];
  private boolean someCall;
  private int[] setSince = new int[64];
  private int[] lost = new int[65];
  private int[] clobbered = new int[65];
  /** The instructions of a block that move to the frame or from it. */
  private int moves;
  private int[] moveAt = new int[64];
  /** By block that starts a loop: the first of the moves in it; by entry of that list: what moves, and the next. */
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
    int reached = flow.reached();
    if (members.length < reached) {
      int room = reached + (reached >> 1);
      members = new int[room];
      written = new int[room];
      around = new int[room + 1];
      firstMove = new int[room];
      calls = new boolean[room];
      setSince = new int[room];
      lost = new int[room + 1];
      clobbered = new int[room + 1];
    }
    findMembers();
    entries = 0;
    someCall = false;
    for (int i = 0; i < memberCount; i++) {
      int block = members[i];
      firstMove[block] = NONE;
      clobbered[block] = 0;
      calls[block] = false;
      written[block] = flow.isHeader(block) && flow.root(block) != block ? ALL_REGISTERS : 0;
    }
    // Loops come before all that is in them.
    for (int i = memberCount - 1; i >= 0; i--) {
      int block = members[i];
      int mask = written[block] | writtenIn(block);
      written[block] = mask;
      if (around[block] != NONE) {
        written[around[block]] |= mask;
      }
      listMoves(block);
    }
    if (someCall) {
      findClobbered();
    }
  }

  // Which blocks are in which loops.

  /** Finds the loops around each block: those of blocks that it leads to, but for the ones that start there. */
  private void findMembers() {
    int reached = flow.reached();
    Arrays.fill(around, 0, reached + 1, NONE);
    work = (long) MOST_WORK * (reached + MOST_WORK);
    int looks = flow.isRegular() ? 1 : LOOKS;
    for (int look = 0; look < looks; look++) {
      for (int block = reached - 1; block >= 0; block--) {
        if (flow.taken(block) < 0) {
          for (int way = 0; way < flow.ways(block); way++) {
            leadTo(block, flow.way(block, way));
          }
        } else {
          leadTo(block, flow.taken(block));
          leadTo(block, flow.following(block));
        }
      }
    }
    memberCount = 0;
    for (int block = 0; block < reached; block++) {
      members[memberCount] = block;
      memberCount += around[block] != NONE || flow.isHeader(block) ? 1 : 0;
    }
  }

  private void leadTo(int block, int to) {
    int loop = around[to];
    if (flow.isBack(block, to) && flow.root(to) == to) {
      loop = to;
    }
    if (loop != NONE && loop != around[block]) {
      putAround(block, loop);
    }
  }

  /** Puts a loop, and those around it, around a block where they are not yet; inner ones start behind outer ones. */
  private void putAround(int block, int loop) {
    int inner = block;
    int outer = loop;
    while (outer != NONE && outer != inner && --work > 0) {
      int next = around[inner];
      if (next >= outer) {
        inner = next;
      } else {
        around[inner] = outer;
        inner = outer;
        outer = next;
      }
    }
  }

  // What they leave unknown.

  /** Notes of each loop which registers calls in it leave unknown, on one way at least, when it comes back. */
  private void findClobbered() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < memberCount; i++) {
        lost[members[i]] = 0;
      }
      for (int i = 0; i < memberCount; i++) {
        int block = members[i];
        int out = (calls[block] ? ALL_REGISTERS : lost[block] | clobbered[block]) & ~setSince[block];
        int ways = flow.ways(block);
        for (int way = 0; way < ways; way++) {
          int to = flow.way(block, way);
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

  /** Notes of each loop around a block that the moves to the frame and from it, of this block, are in it. */
  private void listMoves(int block) {
    int header = flow.isHeader(block) ? block : around[block];
    for (int i = 0; i < MOST_AROUND && header != NONE; i++) {
      if (entries + moves > moveOf.length) {
        moveOf = Arrays.copyOf(moveOf, 2 * (entries + moves));
        nextEntry = Arrays.copyOf(nextEntry, 2 * (entries + moves));
      }
      int last = firstMove[header];
      for (int move = 0; move < moves; move++) {
        moveOf[entries] = moveAt[move];
        nextEntry[entries] = last;
        last = entries++;
      }
      firstMove[header] = last;
      header = around[header];
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
    return listing.displacement(moveOf[entry]);
  }

  /** The register that is loaded from the frame; or -1 if something is stored there. */
  int loaded(int entry) {
    int register = listing.operand(moveOf[entry], 0);
    return register < InstructionScanner.MEMORY ? register : NONE;
  }

  /** A bit for each general register that gets a new number in the loop that starts there. */
  int written(int header) {
    return written[header];
  }

  // What is in a block.

  private int writtenIn(int block) {
    int stop = flow.stop(block);
    int mask = 0;
    int since = 0;
    int move = 0;
    if (stop - flow.start(block) > moveAt.length) {
      moveAt = new int[2 * (stop - flow.start(block))];
    }
    for (int i = flow.start(block); i < stop; i++) {
      long word = listing.word(i);
      int does = ROWS[InstructionScanner.row(word)];
      // What is no register has a number above.
      int set = (does | (does >> FIRST_BIT & 1) << InstructionScanner.operand(word, 0)
          | (does >> SECOND_BIT & 1) << InstructionScanner.operand(word, 1)) & ALL_REGISTERS;
      int ofFrame = InstructionScanner.base(word) == RSP ? does >> MOVE_BIT & 1 : 0;
      moveAt[move] = i;
      move += ofFrame;
      since |= set;
      mask |= set & ofFrame - 1;
      if ((does & 1 << CALL_BIT) != 0 && losesRegisters(i)) {
        calls[block] = true;
        someCall = true;
        since = 1 << RSP | 1 << RAX;
        mask |= 1 << RAX;
      }
    }
    moves = move;
    setSince[block] = since;
    return mask & ~(1 << RSP);
  }

  /** Whether a call is none of a stub that keeps registers. */
  private boolean losesRegisters(int at) {
    int relocation = listing.relocation(at);
    return relocation < 0 || listing.symbol(relocation) == Symbol.FUNCTION || listing.symbol(relocation).isRuntime();
  }
}
