package dev.skerry.wasm.verify;

import dev.skerry.wasm.regalloc.CompiledFunction;
import java.util.Arrays;

/**
 * Where control may go in a listing: blocks that it reaches, in the order in which they dominate each other, and loops.
 * Blocks are numbered in that order: each comes after all that lead forward to it, and what it dominates comes right
 * behind it. Most have up to two ways to others; the number behind the last block stands for no way. One flow is used
 * again for other functions.
 */
final class Flow {

  static final int NONE = -1;

  /** How an instruction ends a block. */
  static final byte TRAPS = Blocks.TRAPS;
  static final byte POLLS = Blocks.POLLS;
  static final byte ENDS = Blocks.ENDS;

  /** Steps for each way from block to block that it may take to find what dominates blocks. */
  private static final int MOST_WORK = 64;
  private static final int LEAST_WORK = 1 << 10;
  /** So many of them are taken one by one, before steps that take many at once are prepared. */
  private static final int MOST_PLAIN_WORK = 8;

  private static final int SIGN = Integer.SIZE - 1;

  /** Of a block: one way leads to it, but for ways back from what it dominates; ways lead back to it. */
  private static final byte ONE_WAY = 1;
  private static final byte HEADER = 2;
  /** There are starts of loops with that root. */
  private static final byte ROOT = 4;

  private final Listing listing;
  private final Blocks blocks;
  private int reached;

  /**
   * By block as they lie, and one for no way: its place in an order where each comes after all that lead to it, but
   * for ways back; -1 if it is not reached.
   */
  private int[] number = new int[65];
  private int[] stack = new int[65];
  /**
   * By that number: the block as they lie; whether one way leads to it from before it; the two ways, or the complement
   * of a jump table.
   */
  private int[] order = new int[65];
  private byte[] oneWay = new byte[65];
  private long[] onward = new long[65];
  /** By the same: what dominates it most closely; how many it dominates, itself included; the final number. */
  private int[] above = new int[65];
  private int[] size = new int[65];
  private int[] place = new int[65];
  private int[] free = new int[65];
  /** Ways back, the number of where they start, and of where they lead. */
  private int[] back = new int[16];
  private int backCount;
  /** Steps that may be taken one by one; then, for those looked at already, how many dominate it, and one of them. */
  private long plainWork;
  private int prepared;
  private int[] depth = {};
  private int[] jump = {};

  // By final number.
  /** The first instruction, and in the upper half the one behind the last. */
  private long[] bounds = new long[65];
  /** The block that is led to, and in the upper half the one that follows. */
  private long[] ways = new long[65];
  /** What dominates it, and in the upper half the number behind what it dominates. */
  private long[] tree = new long[65];
  private byte[] flags = new byte[65];
  /** What dominates a start of a loop and all that lead back to it, or -1; the starts with that root, as a list. */
  private int[] roots = new int[65];
  private int[] firstHeader = new int[65];
  private int[] nextHeader = new int[65];
  private int headerCount;
  private boolean regular;

  Flow(Listing listing) {
    this.listing = listing;
    blocks = new Blocks(listing);
  }

  /** As {@link Blocks#begin}. */
  void begin(CompiledFunction compiled) {
    blocks.begin(compiled);
  }

  /** Lets go of the function. */
  void release() {
    blocks.release();
  }

  /** As {@link Blocks#covers}. */
  boolean covers(int jump, int table, int entries) {
    return blocks.covers(jump, table, entries);
  }

  /** Finds blocks, order and loops. */
  void build() throws VerificationError {
    blocks.find();
    makeRoom(blocks.count() + 1);
    findOrder();
    dominate();
    findPlaces();
    regular = !hasSideEntry();
    if (!regular) {
      dominateByAll();
      findPlaces();
    }
    numberByPlace();
    if (regular) {
      findLoops();
    } else {
      findIrregularLoops();
    }
  }

  private void makeRoom(int least) {
    if (number.length >= least) {
      return;
    }
    int room = least + (least >> 1);
    number = new int[room];
    stack = new int[room];
    order = new int[room];
    free = new int[room];
    oneWay = new byte[room];
    onward = new long[room];
    above = new int[room];
    size = new int[room];
    place = new int[room];
    bounds = new long[room];
    ways = new long[room];
    tree = new long[room];
    flags = new byte[room];
    roots = new int[room];
    firstHeader = new int[room];
    nextHeader = new int[room];
    depth = new int[0];
    jump = new int[0];
  }

  // Order.

  /** Follows all ways, the one behind a block last, and orders blocks by when all that is behind them was followed. */
  private void findOrder() {
    int count = blocks.count();
    long[] pairs = blocks.pairs;
    int[] number = this.number;
    int[] cursors = blocks.tables() == 0 ? null : new int[blocks.tables()];
    Arrays.fill(number, 0, count, NONE);
    number[count] = 0;
    int left = count;
    int deep = 0;
    int block = blocks.entry();
    number[block] = 0;
    follow:
    while (true) {
      int to = (int) pairs[block];
      if (to < 0) {
        to = nextOfTable(~to, cursors);
      }
      if (number[to] < 0) {
        number[to] = 0;
        stack[deep++] = block;
        block = to;
        continue;
      }
      while (true) {
        to = Blocks.second(pairs[block]);
        if (number[to] < 0) {
          number[to] = 0;
          stack[deep++] = ~block;
          block = to;
          continue follow;
        }
        order[--left] = block;
        while (deep > 0 && stack[deep - 1] < 0) {
          order[--left] = ~stack[--deep];
        }
        if (deep == 0) {
          break follow;
        }
        block = stack[--deep];
        if ((int) pairs[block] < 0) {
          continue follow;
        }
      }
    }
    reached = count - left;
    System.arraycopy(order, left, order, 0, reached);
    for (int i = 0; i < reached; i++) {
      number[order[i]] = i;
    }
    number[count] = reached;
  }

  /** The next block of a table that was not reached before, or the number of blocks. */
  private int nextOfTable(int table, int[] cursors) {
    int[] ways = blocks.ways(table);
    while (cursors[table] < ways.length) {
      int to = ways[cursors[table]++];
      if (number[to] < 0) {
        return to;
      }
    }
    return blocks.count();
  }

  // Dominators.

  /** Goes through blocks in order: what dominates one is known once all that lead forward to it were gone through. */
  private void dominate() {
    backCount = 0;
    plainWork = (long) MOST_PLAIN_WORK * (reached + MOST_PLAIN_WORK);
    prepared = 0;
    int blockCount = reached;
    long[] pairs = blocks.pairs;
    int[] number = this.number;
    int[] order = this.order;
    int[] above = this.above;
    long[] onward = this.onward;
    Arrays.fill(above, 0, blockCount, NONE);
    oneWay[0] = 0;
    for (int i = 0; i < blockCount; i++) {
      // No way is like a first one.
      above[blockCount] = NONE;
      long pair = pairs[order[i]];
      int to = (int) pair;
      int other = number[Blocks.second(pair)];
      if (to < 0) {
        leadByTable(i, blocks.ways(~to));
      } else {
        to = number[to];
        lead(i, to);
      }
      lead(i, other);
      onward[i] = Blocks.pair(to, other);
    }
  }

  private void leadByTable(int at, int[] ways) {
    for (int to : ways) {
      lead(at, number[to]);
    }
  }

  /** There is a way from one to the other. */
  private void lead(int at, int to) {
    if (to > at) {
      int old = above[to];
      int first = old >> SIGN;
      oneWay[to] = (byte) (first & ONE_WAY);
      above[to] = common(old & ~first | at & first, at);
    } else {
      leadBack(at, to);
    }
  }

  private void leadBack(int at, int to) {
    if (backCount == back.length) {
      back = Arrays.copyOf(back, 2 * backCount);
    }
    back[backCount++] = at;
    back[backCount++] = to;
  }

  /** The nearest that dominates both. */
  private int common(int a, int b) {
    if (plainWork < 0) {
      return farCommon(a, b);
    }
    int high = Math.max(a, b);
    int low = Math.min(a, b);
    int work = 0;
    while (high != low) {
      int next = above[high];
      high = Math.max(next, low);
      low = Math.min(next, low);
      work++;
    }
    plainWork -= work;
    return high;
  }

  /** The same, by steps over many. */
  private int farCommon(int a, int b) {
    if (depth.length < reached) {
      depth = new int[number.length];
      jump = new int[number.length];
    }
    for (; prepared <= Math.max(a, b); prepared++) {
      int nearest = above[prepared];
      if (prepared == 0) {
        depth[0] = 0;
        jump[0] = 0;
      } else {
        int skipped = jump[nearest];
        boolean twice = depth[nearest] - depth[skipped] == depth[skipped] - depth[jump[skipped]];
        depth[prepared] = depth[nearest] + 1;
        jump[prepared] = twice ? jump[skipped] : nearest;
      }
    }
    int one = a;
    int other = b;
    while (depth[one] > depth[other]) {
      one = depth[jump[one]] >= depth[other] ? jump[one] : above[one];
    }
    while (depth[other] > depth[one]) {
      other = depth[jump[other]] >= depth[one] ? jump[other] : above[other];
    }
    while (one != other) {
      boolean far = jump[one] != jump[other];
      one = far ? jump[one] : above[one];
      other = far ? jump[other] : above[other];
    }
    return one;
  }

  /** Whether a way leads back to a block that does not dominate where it comes from. */
  private boolean hasSideEntry() {
    for (int i = 0; i < backCount; i += 2) {
      int inner = place[back[i]];
      int start = back[i + 1];
      if (inner < place[start] || inner >= place[start] + size[start]) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes ways back into account that lead into loops beside their starts: what dominates a block must dominate all
   * that lead to it.
   */
  private void dominateByAll() throws VerificationError {
    above[reached] = NONE;
    int wayCount = 2 * reached;
    for (int table = 0; table < blocks.tables(); table++) {
      wayCount += blocks.ways(table).length;
    }
    long work = (long) MOST_WORK * (wayCount + LEAST_WORK);
    for (boolean changed = true; changed;) {
      changed = false;
      work -= wayCount;
      for (int i = 0; i < reached; i++) {
        int table = ~(int) onward[i];
        int choices = table < 0 ? 2 : blocks.ways(table).length;
        for (int choice = 0; choice < choices; choice++) {
          int to = table >= 0 ? number[blocks.ways(table)[choice]]
              : choice == 0 ? (int) onward[i] : Blocks.second(onward[i]);
          int old = above[to];
          int one = i;
          while (old != NONE && one != old) {
            if (--work < 0) {
              throw listing.error(Rule.BRANCHES, listing.offset(blocks.starts[order[to]]),
                  "loops are entered at too many places");
            }
            if (one > old) {
              one = above[one];
            } else {
              old = above[old];
            }
          }
          changed |= old != above[to];
          above[to] = old;
        }
      }
    }
  }

  // The final order.

  /** Each block comes right behind what dominates it and the blocks before it that this one dominates too. */
  private void findPlaces() {
    Arrays.fill(size, 0, reached, 1);
    for (int i = reached - 1; i > 0; i--) {
      size[above[i]] += size[i];
    }
    place[0] = 0;
    free[0] = 1;
    for (int i = 1; i < reached; i++) {
      int nearest = above[i];
      int own = free[nearest];
      free[nearest] = own + size[i];
      free[i] = own + 1;
      place[i] = own;
    }
    place[reached] = reached;
  }

  private void numberByPlace() {
    int count = reached;
    int[] starts = blocks.starts;
    int[] place = this.place;
    long[] bounds = this.bounds;
    long[] ways = this.ways;
    long[] tree = this.tree;
    for (int i = 0; i < count; i++) {
      int own = place[i];
      int block = order[i];
      int to = (int) onward[i];
      bounds[own] = Blocks.pair(starts[block], starts[block + 1]);
      ways[own] = Blocks.pair(to < 0 ? to : place[to], place[Blocks.second(onward[i])]);
      tree[own] = Blocks.pair(i == 0 ? NONE : place[above[i]], own + size[i]);
      flags[own] = oneWay[i];
    }
    if (blocks.tables() > 0) {
      numberTables();
    }
  }

  private void numberTables() {
    for (int i = 0; i < reached; i++) {
      int table = ~(int) onward[i];
      for (int k = 0; table >= 0 && k < blocks.ways(table).length; k++) {
        blocks.ways(table)[k] = place[number[blocks.ways(table)[k]]];
      }
    }
  }

  // Loops.

  /** Finds the blocks that ways lead back to, where they dominate all that those ways come from. */
  private void findLoops() {
    headerCount = 0;
    if (backCount > 0) {
      Arrays.fill(roots, 0, reached, NONE);
    }
    for (int i = 1; i < backCount; i += 2) {
      int header = place[back[i]];
      if ((flags[header] & HEADER) == 0) {
        headerCount++;
        flags[header] |= HEADER | ROOT;
        roots[header] = header;
        firstHeader[header] = header;
        nextHeader[header] = NONE;
      }
    }
  }

  /** Finds the blocks that ways lead back to, and from where on to follow blocks again because of them. */
  private void findIrregularLoops() {
    headerCount = 0;
    int[] forward = free;
    Arrays.fill(forward, 0, reached + 1, 0);
    Arrays.fill(roots, 0, reached, NONE);
    Arrays.fill(firstHeader, 0, reached, NONE);
    for (int block = 0; block < reached; block++) {
      for (int k = 0; k < ways(block); k++) {
        int to = way(block, k);
        if (to > block) {
          forward[to]++;
          continue;
        }
        headerCount += roots[to] == NONE ? 1 : 0;
        int root = roots[to] == NONE ? to : roots[to];
        while (!dominates(root, block)) {
          root = dominator(root);
        }
        roots[to] = root;
      }
    }
    for (int block = 0; block < reached; block++) {
      boolean one = forward[block] == 1 && (roots[block] == NONE || roots[block] == block);
      flags[block] = one ? ONE_WAY : 0;
      if (roots[block] != NONE) {
        flags[block] |= HEADER;
        nextHeader[block] = firstHeader[roots[block]];
        firstHeader[roots[block]] = block;
        flags[roots[block]] |= ROOT;
      }
    }
  }

  private boolean dominates(int one, int block) {
    return one <= block && block < behind(one);
  }

  // What was found.

  /** Whether all loops are entered at their starts alone. */
  boolean isRegular() {
    return regular;
  }

  /** How many blocks control may reach. */
  int reached() {
    return reached;
  }

  int headerCount() {
    return headerCount;
  }

  /** The number behind the last block that the block dominates. */
  int behind(int block) {
    return Blocks.second(tree[block]);
  }

  /** What dominates the block most closely, or -1. */
  int dominator(int block) {
    return (int) tree[block];
  }

  boolean isHeader(int block) {
    return (flags[block] & HEADER) != 0;
  }

  /** Whether there are starts of loops with that root. */
  boolean isRoot(int block) {
    return (flags[block] & ROOT) != 0;
  }

  /** Whether the way from one block to the next leads back to what was walked before. */
  boolean isBack(int from, int to) {
    return to <= from;
  }

  /** What dominates the start of a loop and all that lead back to it: itself, if the loop is entered there alone. */
  int root(int header) {
    return roots[header];
  }

  /** The first start of a loop with that root; then the others, and -1. */
  int firstHeader(int root) {
    return isRoot(root) ? firstHeader[root] : NONE;
  }

  int nextHeader(int header) {
    return nextHeader[header];
  }

  /** Whether just one way leads to the block, but for ways back from blocks that it dominates. */
  boolean hasOneWay(int block) {
    return (flags[block] & ONE_WAY) != 0;
  }

  /** Whether just one way leads to the block, and no loops start there or have it as their root. */
  boolean isPlain(int block) {
    return flags[block] == ONE_WAY;
  }

  int start(int block) {
    return (int) bounds[block];
  }

  /** The instruction behind the block's last. */
  int stop(int block) {
    return Blocks.second(bounds[block]);
  }

  /** Whether the block has no instructions: jumps that use the same table lead to it, and it leads on by the table. */
  boolean isEmpty(int block) {
    return start(block) == stop(block);
  }

  /** The block that the branch, jump or landing at its end leads to, or {@link #reached}; less than 0 of a table. */
  int taken(int block) {
    return (int) ways[block];
  }

  /** The block that starts behind it, where control may go on, or {@link #reached}. */
  int following(int block) {
    return Blocks.second(ways[block]);
  }

  /** How many ways from the block there are. */
  int ways(int block) {
    return taken(block) < 0 ? blocks.ways(~taken(block)).length : 2;
  }

  /** The block that a way leads to, or {@link #reached} for no way. */
  int way(int block, int index) {
    int taken = taken(block);
    if (taken < 0) {
      return blocks.ways(~taken)[index];
    }
    return index == 0 ? taken : following(block);
  }

  /** As {@link Blocks#changedAtBegin}. */
  int changedAtBegin() {
    return blocks.changedAtBegin();
  }

  /** As {@link Blocks#end}. */
  byte end(int instruction) {
    return blocks.end(instruction);
  }

  /** As {@link Blocks#how}. */
  int how(int instruction) {
    return blocks.how(instruction);
  }

  /** As {@link Blocks#target}. */
  int target(int instruction) {
    return blocks.target(instruction);
  }
}
