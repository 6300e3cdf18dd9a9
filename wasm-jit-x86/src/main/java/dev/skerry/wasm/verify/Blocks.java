package dev.skerry.wasm.verify;

import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The blocks of a listing in the order in which they lie, and the ways from each to others, whether control reaches it
 * or not. Branches to calls of stubs that do not come back, and to polls that come back right behind, do not end
 * blocks. A block has up to two ways, or those of a jump table; the number of blocks stands for no way. Where several
 * jumps use the same table, all of them lead to one block without instructions, behind all others, and that leads on by
 * the table: there are as many ways as jumps and places then, not as many as pairs of them.
 */
final class Blocks {

  static final int NONE = -1;
  private static final int CALL_REL32 = ControlRows.CALL_REL32.id();
  private static final int TRAP = Symbol.TRAP.ordinal();
  private static final int RUNTIME = Symbol.RUNTIME.ordinal();
  private static final int INTERRUPT = Symbol.INTERRUPT.ordinal();
  private static final int STACK = Symbol.STACK.ordinal();

  /** How an instruction ends a block. */
  static final byte GOES_ON = 0;
  /** A branch to a trap, or to a stub after which the function begins again; what follows goes on. */
  static final byte TRAPS = 1;
  /** A branch to a poll that comes back to what follows. */
  static final byte POLLS = 2;
  static final byte ENDS = 3;
  private static final int HOW = 3;
  /** Beside how it ends: control does not go on behind, and leads to a target. */
  private static final int STOPS_BIT = 2;
  private static final int LEADS_BIT = 3;
  /** Of calls: it is one of a trap; of a stub that looks whether to stop. */
  private static final int TRAP_BIT = 4;
  private static final int POLL_BIT = 5;

  /** Instructions with bits in one word, as a power of 2. */
  private static final int WORD_BITS = 6;
  /** So many instructions may come before a branch that lets the function begin again. */
  private static final int MOST_BEFORE = 8;
  /** A jump table is looked for so many instructions before its jump. */
  private static final int LOOK_BACK = 24;
  /** Jump tables have so many entries for each byte of the function, all together, and so many at most. */
  private static final int MOST_ENTRIES = 64;
  private static final long MOST_ENTRIES_IN_ALL = 1 << 22;
  private static final int KEPT = 1 << 16;
  private static final int[] NO_WAYS = {};

  private final Listing listing;
  private CompiledFunction code;

  /** By instruction: how it ends a block, whether a block starts there, a bit for each; where it branches to. */
  private byte[] ends = new byte[256];
  private long[] leads = new long[256 / Long.SIZE + 1];
  private int[] targets = new int[256];
  /** By word of those bits: how many blocks start before. */
  private int[] before = new int[256 / Long.SIZE + 1];
  /** By block, and one more: its first instruction; its ways, or the complement of its jump table and no way. */
  int[] starts = new int[65];
  long[] pairs = new long[65];
  private int count;

  /** Instructions that jump through tables, in order; by the same: the table's offset and entries, and its ways. */
  private int tables;
  private int[] jumps = {};
  private int[][] extents = {};
  private int[][] ways = {};
  private long entriesLeft;
  /** What was proved of tables that are larger than they look, by the jump: offset and entries. */
  private final Map<Integer, int[]> proved = new HashMap<>();

  /** The function's first instruction. */
  private int entry;
  /** The branch that lets the function begin again, or -1; a bit for each register that was written until there. */
  private int again;
  private int writtenBefore;

  Blocks(Listing listing) {
    this.listing = listing;
  }

  /** Forgets how many entries of jump tables were proved to be used. */
  void begin(CompiledFunction compiled) {
    code = compiled;
    proved.clear();
  }

  /** Lets go of the function. */
  void release() {
    code = null;
    proved.clear();
    Arrays.fill(ways, 0, tables, null);
    Arrays.fill(extents, 0, tables, null);
    tables = 0;
  }

  /** Whether there are ways to all that a jump may go to by so many entries of a table; the next time there will be. */
  boolean covers(int jump, int table, int entries) {
    int found = Arrays.binarySearch(jumps, 0, tables, jump);
    if (found >= 0 && extents[found][0] == table && extents[found][1] >= entries) {
      return true;
    }
    proved.put(jump, new int[] {table, entries});
    return false;
  }

  /** Finds blocks and ways. */
  void find() throws VerificationError {
    findEnds();
    numberBlocks();
    findWays();
  }

  // Where blocks end and start.

  private void findEnds() throws VerificationError {
    int instructions = listing.count();
    if (ends.length < instructions + 1 || ends.length > KEPT) {
      int room = Math.max(instructions + (instructions >> 2), 256) + 1;
      ends = new byte[room];
      leads = new long[room / Long.SIZE + 1];
      targets = new int[room];
      before = new int[room / Long.SIZE + 1];
    }
    Arrays.fill(ends, 0, instructions + 1, GOES_ON);
    Arrays.fill(leads, 0, instructions / Long.SIZE + 1, 0);
    tables = 0;
    entriesLeft = Math.min(MOST_ENTRIES_IN_ALL, (long) MOST_ENTRIES * code.code().length);
    entry = listing.index(code.entry());
    lead(entry);
    findAgain();
    int controls = listing.controlCount();
    for (int k = 0; k < controls; k++) {
      int i = listing.control(k);
      Effect effect = listing.effect(i);
      if (effect == Effect.CALL) {
        call(i);
      } else if (effect == Effect.RETURN) {
        end(i, NONE, false);
      } else {
        int target = listing.target(i);
        if (target < 0 || listing.row(target) == CALL_REL32) {
          leadSomewhere(i, effect, target);
        } else {
          end(i, target, effect == Effect.BRANCH && target != i + 1);
        }
      }
    }
    if (ends[instructions - 1] != GOES_ON && listing.effect(instructions - 1) == Effect.BRANCH) {
      throw outOfFunction(instructions - 1);
    }
  }

  private VerificationError outOfFunction(int at) {
    return listing.error(Rule.BRANCHES, listing.offset(at), "a conditional branch out of the function");
  }

  private void lead(int instruction) {
    leads[instruction >>> WORD_BITS] |= 1L << instruction;
  }

  private boolean leads(int instruction) {
    return (leads[instruction >>> WORD_BITS] >>> instruction & 1) != 0;
  }

  /** @param goesOn whether control may also go on behind */
  private void end(int at, int target, boolean goesOn) {
    int how = goesOn ? ENDS : ENDS | 1 << STOPS_BIT;
    targets[at] = target;
    lead(at + 1);
    if (target != NONE) {
      how |= 1 << LEADS_BIT;
      lead(target);
    }
    ends[at] = (byte) how;
  }

  /** A branch or jump to a call, to what a table says, or out of the function. */
  private void leadSomewhere(int at, Effect effect, int target) throws VerificationError {
    if (effect == Effect.JUMP) {
      end(at, target, false);
      if (target == NONE) {
        leadByTable(at);
      }
    } else if (target == NONE) {
      throw outOfFunction(at);
    } else if (at == again || listing.calls(target, Symbol.TRAP)) {
      ends[at] = TRAPS;
      targets[at] = target;
    } else if (isPoll(at, target)) {
      ends[at] = POLLS;
      targets[at] = target;
    } else {
      end(at, target, target != at + 1);
    }
  }

  /** Whether a branch leads to a call for an interrupt that comes back right behind the branch. */
  private boolean isPoll(int at, int target) throws VerificationError {
    return listing.calls(target, Symbol.INTERRUPT) && Conditions.of(listing.row(at)) == Condition.NE
        && target + 1 < listing.count() && listing.effect(target + 1) == Effect.JUMP
        && listing.target(target + 1) == at + 1;
  }

  /**
   * Looks whether the function begins with a branch to a call of a stub and a jump back to the begin, and nothing
   * before the branch that writes more than registers and flags: after the stub all else is as it was at the begin.
   */
  private void findAgain() throws VerificationError {
    again = NONE;
    writtenBefore = 0;
    int at = entry;
    int written = 0;
    while (at - entry < MOST_BEFORE && at + 1 < listing.count() && isHarmless(at)) {
      written |= Effects.written(listing.row(at), listing.operand(at, 0), listing.operand(at, 1));
      at++;
    }
    if (at + 1 >= listing.count() || listing.effect(at) != Effect.BRANCH) {
      return;
    }
    int target = listing.target(at);
    if (target > at && target + 1 < listing.count() && listing.calls(target, Symbol.STACK)
        && listing.effect(target + 1) == Effect.JUMP && listing.target(target + 1) == entry) {
      again = at;
      writtenBefore = written;
    }
  }

  /** Whether an instruction does nothing but write a general register that is not the stack pointer, or the flags. */
  private boolean isHarmless(int at) {
    int operand = listing.operand(at, 0);
    return switch (listing.effect(at)) {
      case MOVE, ADDRESS -> Effects.firstIsGeneral(listing.row(at)) && operand < State.REGISTERS
          && operand != Gpr.RSP.ordinal();
      case COMPARE -> true;
      default -> false;
    };
  }

  /**
   * A bit for each general register that may be anything when the function begins, for it may have begun before; or -1
   * if it begins once.
   */
  int changedAtBegin() {
    return again == NONE ? NONE : writtenBefore;
  }

  /** A call of a trap ends a block, as one does that has a landing pad, or does not come back. */
  private void call(int at) throws VerificationError {
    int symbol = listing.callee(at);
    int row = listing.callRow(at + 1);
    int landing = row < 0 ? NONE : code.callSites()[row + CompiledFunction.CALL_LANDING];
    boolean traps = symbol == TRAP;
    boolean comesBack = !traps && !(symbol == RUNTIME && row >= 0 && throwsAlways(row));
    if (landing >= 0 || !comesBack) {
      end(at, landing >= 0 ? listing.index(landing) : NONE, comesBack);
    }
    ends[at] |= (traps ? 1 << TRAP_BIT : 0) | (symbol == INTERRUPT || symbol == STACK ? 1 << POLL_BIT : 0);
  }

  private boolean throwsAlways(int callRow) {
    int operation = code.callSites()[callRow + CompiledFunction.CALL_OPERATION];
    return operation == Op.THROW || operation == Op.THROW_REF;
  }

  // Jump tables.

  private void leadByTable(int at) throws VerificationError {
    if (listing.operand(at, 0) < InstructionScanner.MEMORY) {
      if (tables == jumps.length) {
        int room = 2 * tables + 1;
        jumps = Arrays.copyOf(jumps, room);
        extents = Arrays.copyOf(extents, room);
        ways = Arrays.copyOf(ways, room);
      }
      int[] extent = proved.get(at);
      int[] found = extent == null ? guessed(at) : entries(extent);
      for (int target : found) {
        lead(target);
      }
      jumps[tables] = at;
      ways[tables++] = found;
    }
  }

  private int[] entries(int[] extent) throws VerificationError {
    extents[tables] = extent;
    int[] found = listing.table(extent[0], extent[1]);
    entriesLeft -= found.length;
    if (entriesLeft < 0) {
      throw listing.error(Rule.BRANCHES, 0, "more entries of jump tables than " + MOST_ENTRIES + " for each byte, or "
          + MOST_ENTRIES_IN_ALL);
    }
    return found;
  }

  private int[] guessed(int at) throws VerificationError {
    int table = tableOf(at);
    try {
      return entries(new int[] {table, guess(at)});
    } catch (VerificationError wrongGuess) {
      return entries(new int[] {table, 1});
    }
  }

  /** The offset that the last lea before an indirect jump names. */
  private int tableOf(int at) throws VerificationError {
    for (int i = at - 1; i >= Math.max(0, at - LOOK_BACK); i--) {
      if (listing.effect(i) == Effect.ADDRESS && listing.operand(i, 1) == InstructionScanner.RIP) {
        return listing.after(i) + listing.displacement(i);
      }
    }
    throw listing.error(Rule.BRANCHES, listing.offset(at), "an indirect jump without a table before it");
  }

  /**
   * How many entries a table has if the comparison before the jump is meant for it, or the byte that was made a word;
   * the proof must bear that out.
   */
  private int guess(int at) {
    for (int i = at - 1; i >= Math.max(0, at - LOOK_BACK); i--) {
      if (listing.effect(i) == Effect.COMPARE && listing.operand(i, 1) == InstructionScanner.IMMEDIATE) {
        long bound = listing.immediate(i) & 0xffff_ffffL;
        return bound < Integer.MAX_VALUE ? (int) bound + 1 : 1;
      }
      if (listing.effect(i) == Effect.ZERO_EXTEND && Effects.sourceWidth(listing.row(i)) == Byte.SIZE) {
        return 1 << Byte.SIZE;
      }
    }
    return 1;
  }

  /** Two numbers in one. */
  static long pair(int first, int second) {
    return (long) second << Integer.SIZE | first & 0xffff_ffffL;
  }

  static int second(long pair) {
    return (int) (pair >>> Integer.SIZE);
  }

  // Blocks and ways.

  private void numberBlocks() {
    int instructions = listing.count();
    for (int i = again; again != NONE && i > entry; i--) {
      if (leads(i)) {
        // Others come in between the begin and the branch.
        end(again, targets[again], true);
        again = NONE;
      }
    }
    // What would start behind the last instruction is no block.
    leads[instructions / Long.SIZE] &= ~(1L << instructions);
    int words = instructions / Long.SIZE + 1;
    int found = 0;
    for (int word = 0; word < words; word++) {
      before[word] = found;
      found += Long.bitCount(leads[word]);
    }
    count = found;
    if (starts.length <= found) {
      int room = found + (found >> 1) + 1;
      starts = new int[room];
      pairs = new long[room];
    }
    int block = 0;
    for (int word = 0; word < words; word++) {
      for (long left = leads[word]; left != 0; left &= left - 1) {
        starts[block++] = word * Long.SIZE + Long.numberOfTrailingZeros(left);
      }
    }
    starts[found] = instructions;
  }

  /** The block that starts at an instruction; at the end, how many there are. */
  int at(int instruction) {
    int word = instruction >>> WORD_BITS;
    return before[word] + Long.bitCount(leads[word] & (1L << instruction) - 1);
  }

  /** Two ways from each block, without a branch that a processor would have to guess. */
  private void findWays() {
    int instructions = listing.count();
    int blocks = count;
    for (int block = 0; block < blocks; block++) {
      int last = starts[block + 1] - 1;
      int how = ends[last];
      int first = at(instructions + (targets[last] - instructions & -(how >> LEADS_BIT & 1)));
      pairs[block] = pair(first, block + 1 + (blocks - block - 1 & -(how >> STOPS_BIT & 1)));
    }
    if (tables > 0) {
      findWaysOfTables();
    }
  }

  /** A block has one way to each that its table leads to, in the order of the table. */
  private void findWaysOfTables() {
    int[] seen = new int[count];
    for (int table = 0; table < tables; table++) {
      int[] found = ways[table];
      int distinct = 0;
      for (int target : found) {
        int block = at(target);
        if (seen[block] <= table) {
          seen[block] = table + 1;
          found[distinct++] = block;
        }
      }
      ways[table] = Arrays.copyOf(found, distinct);
      leadFrom(table, ~table);
    }
    if (tables > 1) {
      shareTables();
    }
  }

  /** Lets the block that ends with the jump by a table lead to a block, or as a table says, and nowhere else. */
  private void leadFrom(int table, int to) {
    int block = at(jumps[table] + 1) - 1;
    // What comes before the first block is in none.
    if (block >= 0) {
      pairs[block] = pair(to, count);
    }
  }

  /** Lets jumps that use the same table lead to one block, which leads on. */
  private void shareTables() {
    Map<Long, Integer> known = new HashMap<>();
    int[] first = new int[tables];
    int[] empty = new int[tables];
    int blocks = count;
    for (int table = 0; table < tables; table++) {
      Integer other = known.putIfAbsent(pair(extents[table][0], extents[table][1]), table);
      first[table] = other == null ? table : other;
      if (other != null && empty[other] == 0) {
        empty[other] = blocks++;
      }
    }
    if (blocks > count) {
      addEmpty(blocks);
      for (int table = 0; table < tables; table++) {
        leadBy(table, first[table], empty[first[table]]);
      }
    }
  }

  /** There are so many blocks with those without instructions. */
  private void addEmpty(int blocks) {
    if (starts.length <= blocks) {
      starts = Arrays.copyOf(starts, blocks + 1);
      pairs = Arrays.copyOf(pairs, blocks + 1);
    }
    for (int block = 0; block < count; block++) {
      int first = (int) pairs[block];
      int second = second(pairs[block]);
      pairs[block] = pair(first == count ? blocks : first, second == count ? blocks : second);
    }
    Arrays.fill(starts, count, blocks + 1, listing.count());
    count = blocks;
  }

  /** Lets a jump by a table that others jump by too lead to an empty block, which leads on as the first of them did. */
  private void leadBy(int table, int first, int empty) {
    if (empty == 0) {
      return;
    }
    leadFrom(table, empty);
    if (table == first) {
      pairs[empty] = pair(~table, count);
    } else {
      ways[table] = NO_WAYS;
    }
  }

  /** The blocks that a jump table leads to, each once. */
  int[] ways(int table) {
    return ways[table];
  }

  int tables() {
    return tables;
  }

  int count() {
    return count;
  }

  /** The block that the function begins with. */
  int entry() {
    return at(entry);
  }

  /** How the instruction ends its block. */
  byte end(int instruction) {
    return (byte) (ends[instruction] & HOW);
  }

  /** How the instruction ends its block, and of a call more, for {@link #isTrap} and the like. */
  int how(int instruction) {
    return ends[instruction];
  }

  /** Whether a call is one of a trap. */
  static boolean isTrap(int how) {
    return (how >> TRAP_BIT & 1) != 0;
  }

  /** Whether a call is one of a stub that looks whether to stop. */
  static boolean polls(int how) {
    return (how >> POLL_BIT & 1) != 0;
  }

  /** Whether a block goes on behind a call. */
  static boolean goesOn(int how) {
    return (how & HOW) == GOES_ON;
  }

  /** Whether control comes back behind a call. */
  static boolean comesBack(int how) {
    return (how >> STOPS_BIT & 1) == 0;
  }

  /** Where a direct branch leads, or a landing pad is, or -1. */
  int target(int instruction) {
    return targets[instruction];
  }
}
