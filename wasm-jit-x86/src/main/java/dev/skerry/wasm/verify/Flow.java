package dev.skerry.wasm.verify;

import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Where control may go in a listing: blocks, the order in which they dominate each other, and loops. Branches to calls
 * of stubs that do not come back, and to polls that come back right behind, do not end blocks. One flow is used again
 * for other functions.
 */
final class Flow {

  static final int NONE = -1;

  /** How an instruction ends a block. */
  static final byte GOES_ON = 0;
  /** A branch to a trap, or to a stub after which the function begins again; what follows goes on. */
  static final byte TRAPS = 1;
  /** A branch to a poll that comes back to what follows. */
  static final byte POLLS = 2;
  static final byte ENDS = 3;

  /** Steps for each way from block to block that it may take to find what dominates blocks. */
  private static final int MOST_WORK = 64;
  private static final int LEAST_WORK = 1 << 10;
  /** So many instructions may come before a branch that lets the function begin again. */
  private static final int MOST_BEFORE = 8;
  /** A jump table is looked for so many instructions before its jump. */
  private static final int LOOK_BACK = 24;
  private static final int KEPT = 1 << 16;

  private final Listing listing;
  private CompiledFunction code;

  /** By instruction: how it ends a block, whether a block starts there, a bit for each; which; where it branches to. */
  private byte[] ends = new byte[256];
  private long[] leads = new long[256 / Long.SIZE + 1];
  private int[] blockAt = new int[256];
  private int[] targets = new int[256];
  /** By instruction that jumps through a table: the instructions that it may jump to. */
  private final Map<Integer, int[]> tables = new HashMap<>();
  /** By the same: the offset of the table, and how many entries it has; and what was proved of them. */
  private final Map<Integer, int[]> extents = new HashMap<>();
  private final Map<Integer, int[]> proved = new HashMap<>();

  private int count;
  /** By block: its first instruction, the one behind its last, and where its successors start, and end, in a list. */
  private int[] starts = new int[64];
  private int[] stops = new int[64];
  private int[] firstSuccessor = new int[65];
  private int[] successors = new int[128];
  private int successorCount;

  /** Blocks that control may reach, each after all that lead forward to it; by block its place there, or -1. */
  private int[] order = new int[64];
  private int[] number = new int[64];
  private int reached;
  /**
   * By block: how many blocks before it in the walk lead to it, whether others do, what dominates it; and what
   * dominates it and all that lead back to it, or -1.
   */
  private int[] forward = new int[64];
  private boolean[] headers = new boolean[64];
  private int[] dominator = new int[64];
  private int[] roots = new int[64];
  private int[] firstHeader = new int[64];
  private int[] nextHeader = new int[64];
  private int[] depth = new int[64];
  private int[] jump = new int[64];
  private int[] firstChild = new int[64];
  private int[] nextChild = new int[64];
  /** Blocks in order of domination; by block its place there, and that behind the last one that it dominates. */
  private int[] walk = new int[64];
  private int[] place = new int[64];
  private int[] behind = new int[64];
  private int[] stack = new int[64];
  private int[] cursor = new int[64];
  private int headerCount;
  /** The function's first instruction. */
  private int entry;
  /** The branch that lets the function begin again, or -1; a bit for each register that was written until there. */
  private int again;
  private int writtenBefore;

  Flow(Listing listing) {
    this.listing = listing;
  }

  /** Forgets how many entries of jump tables were proved to be used. */
  void begin(CompiledFunction compiled) {
    code = compiled;
    proved.clear();
  }

  /** Whether the flow has all ways that a jump may go through so many entries of a table; the next one will have. */
  boolean covers(int jump, int table, int count) {
    int[] extent = extents.get(jump);
    if (extent != null && extent[0] == table && extent[1] >= count) {
      return true;
    }
    proved.put(jump, new int[] {table, count});
    return false;
  }

  /** Finds blocks, order and loops. */
  void build() throws VerificationError {
    findEnds();
    findBlocks();
    findOrder();
    dominate();
    walk();
    if (hasSideEntry()) {
      dominateByAll();
      walk();
    }
    findLoops();
  }

  // Blocks.

  private void findEnds() throws VerificationError {
    int instructions = listing.count();
    if (ends.length < instructions + 1 || ends.length > KEPT) {
      int room = Math.max(instructions + (instructions >> 2), 256) + 1;
      ends = new byte[room];
      leads = new long[room / Long.SIZE + 1];
      blockAt = new int[room];
      targets = new int[room];
    }
    Arrays.fill(ends, 0, instructions + 1, GOES_ON);
    Arrays.fill(leads, 0, instructions / Long.SIZE + 1, 0);
    tables.clear();
    extents.clear();
    entry = listing.index(code.entry());
    lead(entry);
    findAgain();
    for (int k = 0; k < listing.controlCount(); k++) {
      int i = listing.control(k);
      switch (listing.effect(i)) {
        case BRANCH -> branch(i);
        case JUMP -> jump(i);
        case RETURN -> end(i, NONE);
        case CALL -> call(i);
        default -> { }
      }
    }
  }

  private void lead(int instruction) {
    leads[instruction / Long.SIZE] |= 1L << instruction;
  }

  private boolean leads(int instruction) {
    return (leads[instruction / Long.SIZE] >>> instruction & 1) != 0;
  }

  private void end(int at, int target) {
    ends[at] = ENDS;
    targets[at] = target;
    lead(at + 1);
    if (target != NONE) {
      lead(target);
    }
  }

  private void branch(int at) throws VerificationError {
    int target = listing.target(at);
    if (target == NONE || at + 1 == listing.count()) {
      throw listing.error(Rule.BRANCHES, listing.offset(at), "a conditional branch out of the function");
    }
    if (at == again || listing.calls(target, Symbol.TRAP)) {
      ends[at] = TRAPS;
      targets[at] = target;
    } else if (listing.calls(target, Symbol.INTERRUPT) && Conditions.of(listing.row(at)) == Condition.NE
        && target + 1 < listing.count() && listing.effect(target + 1) == Effect.JUMP
        && listing.target(target + 1) == at + 1) {
      ends[at] = POLLS;
      targets[at] = target;
    } else {
      end(at, target);
    }
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
    int first = listing.operand(at, 0);
    return switch (listing.effect(at)) {
      case MOVE, ADDRESS -> Effects.firstIsGeneral(listing.row(at)) && first < State.REGISTERS
          && first != Gpr.RSP.ordinal();
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

  private void jump(int at) throws VerificationError {
    end(at, listing.target(at));
    int operand = listing.operand(at, 0);
    if (operand < InstructionScanner.MEMORY) {
      int[] found = entries(at);
      tables.put(at, Arrays.stream(found).distinct().toArray());
      for (int target : found) {
        lead(target);
      }
    }
  }

  private int[] entries(int at) throws VerificationError {
    int[] extent = proved.get(at);
    if (extent == null) {
      extent = new int[] {tableOf(at), guess(at)};
      try {
        int[] found = listing.table(extent[0], extent[1]);
        extents.put(at, extent);
        return found;
      } catch (VerificationError wrongGuess) {
        extent[1] = 1;
      }
    }
    extents.put(at, extent);
    return listing.table(extent[0], extent[1]);
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

  private void call(int at) throws VerificationError {
    int row = listing.callRow(at + 1);
    int landing = row < 0 ? NONE : code.callSites()[row + CompiledFunction.CALL_LANDING];
    if (landing >= 0 || !comesBack(at, row)) {
      end(at, landing >= 0 ? listing.index(landing) : NONE);
    }
  }

  /** Whether control comes back behind a call. */
  boolean comesBack(int at, int callRow) {
    if (listing.calls(at, Symbol.TRAP)) {
      return false;
    }
    if (callRow < 0 || !listing.calls(at, Symbol.RUNTIME)) {
      return true;
    }
    int operation = code.callSites()[callRow + CompiledFunction.CALL_OPERATION];
    return operation != Op.THROW && operation != Op.THROW_REF;
  }

  private void findBlocks() {
    int instructions = listing.count();
    for (int i = again; again != NONE && i > entry; i--) {
      if (leads(i)) {
        // Others come in between the begin and the branch.
        end(again, targets[again]);
        again = NONE;
      }
    }
    count = 0;
    successorCount = 0;
    for (int first = 0; first < instructions; first += Long.SIZE) {
      for (long left = leads[first / Long.SIZE]; left != 0; left &= left - 1) {
        int i = first + Long.numberOfTrailingZeros(left);
        if (count + 1 >= starts.length) {
          grow();
        }
        blockAt[i] = count;
        starts[count++] = i;
      }
    }
    // What would start behind the last instruction is no block.
    count -= count > 0 && starts[count - 1] == instructions ? 1 : 0;
    for (int block = 0; block < count; block++) {
      int stop = block + 1 < count ? starts[block + 1] : instructions;
      stops[block] = stop;
      firstSuccessor[block] = successorCount;
      succeed(stop - 1);
    }
    firstSuccessor[count] = successorCount;
  }

  /** The successors of the block with that last instruction; the one that just follows comes last. */
  private void succeed(int last) {
    if (ends[last] != ENDS) {
      follow(last + 1);
      return;
    }
    int[] table = tables.get(last);
    if (table != null) {
      for (int target : table) {
        addSuccessor(blockAt[target]);
      }
      return;
    }
    if (targets[last] != NONE) {
      addSuccessor(blockAt[targets[last]]);
    }
    Effect effect = listing.effect(last);
    if (effect == Effect.BRANCH && targets[last] != last + 1
        || effect == Effect.CALL && comesBack(last, listing.callRow(last + 1))) {
      follow(last + 1);
    }
  }

  private void follow(int instruction) {
    if (instruction < listing.count()) {
      addSuccessor(blockAt[instruction]);
    }
  }

  private void addSuccessor(int block) {
    if (successorCount == successors.length) {
      successors = Arrays.copyOf(successors, 2 * successorCount);
    }
    successors[successorCount++] = block;
  }

  private void grow() {
    int room = 2 * starts.length;
    starts = Arrays.copyOf(starts, room);
    stops = new int[room];
    firstSuccessor = new int[room + 1];
    order = new int[room];
    number = new int[room];
    forward = new int[room];
    headers = new boolean[room];
    dominator = new int[room];
    roots = new int[room];
    firstHeader = new int[room];
    nextHeader = new int[room];
    depth = new int[room];
    jump = new int[room];
    firstChild = new int[room];
    nextChild = new int[room];
    walk = new int[room];
    place = new int[room];
    behind = new int[room];
    stack = new int[room];
    cursor = new int[room];
  }

  // Order.

  private void findOrder() throws VerificationError {
    Arrays.fill(number, 0, count, NONE);
    int postorder = count;
    int depthOfStack = 0;
    int first = blockAt[entry];
    stack[0] = first;
    cursor[0] = firstSuccessor[first];
    number[first] = 0;
    while (depthOfStack >= 0) {
      int block = stack[depthOfStack];
      if (cursor[depthOfStack] == firstSuccessor[block + 1]) {
        order[--postorder] = block;
        depthOfStack--;
        continue;
      }
      int to = successors[cursor[depthOfStack]++];
      if (number[to] == NONE) {
        number[to] = 0;
        stack[++depthOfStack] = to;
        cursor[depthOfStack] = firstSuccessor[to];
      }
    }
    reached = count - postorder;
    System.arraycopy(order, postorder, order, 0, reached);
    for (int i = 0; i < reached; i++) {
      number[order[i]] = i;
    }
  }

  private void dominate() {
    for (int i = 0; i < reached; i++) {
      dominator[order[i]] = NONE;
    }
    for (int i = 0; i < reached; i++) {
      int block = order[i];
      int above = dominator[block];
      if (above == NONE) {
        depth[block] = 0;
        jump[block] = block;
      } else {
        depth[block] = depth[above] + 1;
        int skipped = jump[above];
        jump[block] = depth[above] - depth[skipped] == depth[skipped] - depth[jump[skipped]] ? jump[skipped] : above;
      }
      for (int k = firstSuccessor[block]; k < firstSuccessor[block + 1]; k++) {
        int to = successors[k];
        if (number[to] > i) {
          dominator[to] = dominator[to] == NONE ? block : common(dominator[to], block);
        }
      }
    }
  }

  /**
   * Takes ways back into account that lead into loops beside their starts: what dominates a block must dominate all
   * that lead to it.
   */
  private void dominateByAll() throws VerificationError {
    long work = (long) MOST_WORK * (successorCount + LEAST_WORK);
    for (boolean changed = true; changed;) {
      changed = false;
      for (int i = 0; i < reached; i++) {
        int block = order[i];
        for (int k = firstSuccessor[block]; k < firstSuccessor[block + 1]; k++) {
          int to = successors[k];
          int old = dominator[to];
          int one = block;
          while (old != NONE && one != old) {
            if (--work < 0) {
              throw listing.error(Rule.BRANCHES, listing.offset(starts[to]), "loops are entered at too many places");
            }
            if (number[one] > number[old]) {
              one = dominator[one];
            } else {
              old = dominator[old];
            }
          }
          changed |= old != dominator[to];
          dominator[to] = old;
        }
      }
    }
  }

  /** The nearest block that dominates both. */
  private int common(int a, int b) {
    int one = a;
    int other = b;
    while (depth[one] > depth[other]) {
      one = depth[jump[one]] >= depth[other] ? jump[one] : dominator[one];
    }
    while (depth[other] > depth[one]) {
      other = depth[jump[other]] >= depth[one] ? jump[other] : dominator[other];
    }
    while (one != other) {
      boolean far = jump[one] != jump[other];
      one = far ? jump[one] : dominator[one];
      other = far ? jump[other] : dominator[other];
    }
    return one;
  }

  private void walk() {
    Arrays.fill(firstChild, 0, count, NONE);
    for (int i = reached - 1; i > 0; i--) {
      int block = order[i];
      nextChild[block] = firstChild[dominator[block]];
      firstChild[dominator[block]] = block;
    }
    int next = 0;
    int deep = 0;
    stack[0] = order[0];
    place[order[0]] = 0;
    walk[next++] = order[0];
    cursor[0] = firstChild[order[0]];
    while (deep >= 0) {
      int child = cursor[deep];
      if (child == NONE) {
        behind[stack[deep]] = next;
        deep--;
        continue;
      }
      cursor[deep] = nextChild[child];
      place[child] = next;
      walk[next++] = child;
      stack[++deep] = child;
      cursor[deep] = firstChild[child];
    }
  }

  /** Whether a way leads back to a block that does not dominate where it comes from. */
  private boolean hasSideEntry() {
    for (int i = 0; i < reached; i++) {
      int block = order[i];
      for (int k = firstSuccessor[block]; k < firstSuccessor[block + 1]; k++) {
        if (number[successors[k]] <= i && !dominates(successors[k], block)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Finds the blocks that ways lead back to, and from where on to follow blocks again because of them. */
  private void findLoops() {
    headerCount = 0;
    for (int i = 0; i < reached; i++) {
      int block = walk[i];
      forward[block] = 0;
      headers[block] = false;
      roots[block] = NONE;
      firstHeader[block] = NONE;
    }
    for (int i = 0; i < reached; i++) {
      int block = walk[i];
      for (int k = firstSuccessor[block]; k < firstSuccessor[block + 1]; k++) {
        int to = successors[k];
        if (place[to] > i) {
          forward[to]++;
          continue;
        }
        headerCount += headers[to] ? 0 : 1;
        headers[to] = true;
        int root = roots[to] == NONE ? to : roots[to];
        while (!dominates(root, block)) {
          root = dominator[root];
        }
        roots[to] = root;
      }
    }
    for (int i = 0; i < reached; i++) {
      int block = walk[i];
      if (headers[block]) {
        nextHeader[block] = firstHeader[roots[block]];
        firstHeader[roots[block]] = block;
      }
    }
  }

  private boolean dominates(int above, int block) {
    return place[above] <= place[block] && place[block] < behind[above];
  }

  // What was found.

  /** How many blocks control may reach. */
  int reached() {
    return reached;
  }

  int count() {
    return count;
  }

  int headerCount() {
    return headerCount;
  }

  /** The block with that number in the order of domination; after each come all that it dominates. */
  int at(int place) {
    return walk[place];
  }

  int placeOf(int block) {
    return place[block];
  }

  /** The place behind the last block that the block dominates. */
  int behind(int block) {
    return behind[block];
  }

  /** What dominates the block most closely, or -1. */
  int dominator(int block) {
    return dominator[block];
  }

  boolean isHeader(int block) {
    return headers[block];
  }

  boolean isReached(int block) {
    return number[block] != NONE;
  }

  /** Whether the way from one block to the next leads back to what was walked before. */
  boolean isBack(int from, int to) {
    return place[to] <= place[from];
  }

  /** What dominates the start of a loop and all that lead back to it: itself, if the loop is entered there alone. */
  int root(int header) {
    return roots[header];
  }

  /** The first start of a loop with that root, or -1; then the others. */
  int firstHeader(int root) {
    return firstHeader[root];
  }

  int nextHeader(int header) {
    return nextHeader[header];
  }

  /** Whether just one way leads to the block, but for ways back from blocks that it dominates. */
  boolean hasOneWay(int block) {
    return forward[block] == 1 && (roots[block] == NONE || roots[block] == block);
  }

  int start(int block) {
    return starts[block];
  }

  /** The instruction behind the block's last. */
  int stop(int block) {
    return stops[block];
  }

  int firstSuccessor(int block) {
    return firstSuccessor[block];
  }

  int successor(int index) {
    return successors[index];
  }

  /** The block that starts at the instruction. */
  int blockAt(int instruction) {
    return blockAt[instruction];
  }

  /** How the instruction ends its block. */
  byte end(int instruction) {
    return ends[instruction];
  }

  /** Where a direct branch leads, or a landing pad is, or -1. */
  int target(int instruction) {
    return targets[instruction];
  }
}
