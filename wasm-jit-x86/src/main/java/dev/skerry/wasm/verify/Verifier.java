package dev.skerry.wasm.verify;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Proves of one function's finished machine code that it stays in its sandbox, whatever made it. Blocks are followed in
 * the order in which they dominate each other, so that each is seen after all that lead forward to it; where a loop
 * starts, what is known before it is guessed to be so each time, and where what comes back says less, the loop is
 * followed once more with less. A rough proof comes first; an exact one where that does not get on, and that one says
 * what is wrong. It shares no code with lowering or allocation; what it takes as given is the {@link Contract}. Not
 * for more than one thread.
 */
public final class Verifier {

  /** An instruction is followed so often at most, on average: the proof takes time by the size of the code. */
  private static final int ROUNDS = 40;
  private static final int LEAST_WORK = 1 << 14;
  /** States, symbols and lists take so many bytes at most for each instruction, and so many beside. */
  private static final int ROOM = 1 << 11;
  private static final long LEAST_ROOM = 16 << 20;
  /** Bytes of a state that is kept, but for its lists; of a symbol; of a slot that changes in a loop. */
  private static final int STATE_ROOM = 1 << 10;
  private static final int SYMBOL_ROOM = 48;
  private static final int SLOT_ROOM = 128;
  /** So much less room kept a proof that its verifier is not used again. */
  private static final long MOST_KEPT = 64 << 20;
  /** So many changes of the frame, as a power of 2, are looked at as quickly as an instruction is followed. */
  private static final int CHANGES_SHIFT = 3;
  /** Jump tables that are larger than they look take a round each. */
  private static final int TABLE_ROUNDS = 8;
  /** Verifiers that nobody uses just now. */
  private static final ConcurrentLinkedQueue<Verifier> IDLE = new ConcurrentLinkedQueue<>();

  private static final int RSP = Gpr.RSP.ordinal();

  private final Analysis analysis = new Analysis();
  private final Listing listing = analysis.listing;
  private final Facts facts = analysis.facts;
  private final Pairs pairs = new Pairs(analysis);
  private final Flow flow = new Flow(listing);
  private final Loops loops = new Loops(listing, flow);
  private final Cycles cycles = new Cycles(listing, flow);
  private final AccessRule accesses = new AccessRule(analysis);
  private final CallRule calls = new CallRule(analysis);
  private final Step step = new Step(analysis, accesses);
  private final Stretch stretch = new Stretch(analysis, step, accesses);
  private final Retries retries = new Retries(listing, flow);

  private final Frame frame = new Frame();
  private State state = new State(frame);
  /** By block: what is known on the ways there, until it is followed; of the start of a loop until that is done. */
  private State[] kept = new State[64];
  /** By block that starts a loop: what may change from time to time. */
  private Weakness[] weak = new Weakness[64];
  /** By block: how many facts there are at its end, in the lower half, and changes of the frame; whether it polls. */
  private long[] marks = new long[64];
  private boolean[] polls = new boolean[64];
  /** Blocks from where on the walk may be gone again, and that it is in. */
  private int[] open = new int[16];
  private int openCount;
  private State[] free = new State[64];
  private int freeCount;
  /** The block that the state is meant for, if it goes on there. */
  private int next;
  private boolean guesses;
  private boolean restart;
  private long work;
  /** Bytes that states and lists may still take, symbols left aside. */
  private long room;

  private Verifier() {
  }

  /** As {@link ProvedCode#prepare}. */
  static void prepare() {
    Verifier made = new Verifier();
    made.listing.allow(AllowedRows.here());
    IDLE.add(made);
  }

  /**
   * Proves the rules, or says which one is broken and where.
   *
   * @param code as the compiler made it, or as it was read from disk; nothing in it is trusted
   */
  public static void verify(CompiledFunction code, Contract contract) throws VerificationError {
    verify(code, contract, AllowedRows.here());
  }

  /**
   * Proves code for another processor.
   *
   * @param allowed by row, whether the code may have it; see {@link AllowedRows}
   */
  static void verify(CompiledFunction code, Contract contract, boolean[] allowed) throws VerificationError {
    Verifier idle = IDLE.poll();
    Verifier verifier = idle == null ? new Verifier() : idle;
    try {
      verifier.prove(code, contract, allowed);
    } catch (RuntimeException defect) {
      VerificationError error = new VerificationError(Rule.INSTRUCTIONS, contract.function(), 0, "",
          "the proof failed: " + defect, "");
      error.initCause(defect);
      throw error;
    }
    // One that failed may be left in the middle of something.
    verifier.release();
  }

  private void release() {
    analysis.release();
    accesses.release();
    calls.release();
    flow.release();
    if (!listing.isLarge() && wholeRoom() - roomLeft() < MOST_KEPT) {
      IDLE.add(this);
    }
  }

  private void prove(CompiledFunction code, Contract contract, boolean[] allowed) throws VerificationError {
    begin(code, contract, allowed);
    if (!isProvedRoughly(code)) {
      prove(code, false);
    }
  }

  /** Whether a rough proof alone, or an exact one, shows that the code keeps the rules. */
  static boolean isProved(CompiledFunction code, Contract contract, boolean roughly) {
    try {
      Verifier verifier = new Verifier();
      verifier.begin(code, contract, AllowedRows.here());
      verifier.prove(code, roughly);
      return true;
    } catch (VerificationError refused) {
      return false;
    }
  }

  private void begin(CompiledFunction code, Contract contract, boolean[] allowed) throws VerificationError {
    analysis.begin(code, contract, allowed);
    accesses.begin();
  }

  /**
   * Whether the rules are kept even if little is known where ways meet: quick, and enough for nearly all functions.
   * Whatever is known then is known in an exact proof too. What ends it is told to nobody, for the exact proof decides;
   * each of the two has work of its own, so both together are bounded as one is.
   */
  private boolean isProvedRoughly(CompiledFunction code) {
    try {
      prove(code, true);
      return true;
    } catch (VerificationError refused) {
      return false;
    }
  }

  private void prove(CompiledFunction code, boolean rough) throws VerificationError {
    analysis.rough = rough;
    frame.setRough(rough);
    flow.begin(code);
    work = (long) ROUNDS * listing.count() + LEAST_WORK;
    int rounds = 0;
    do {
      if (++rounds > TABLE_ROUNDS) {
        throw listing.error(Rule.BRANCHES, 0, "too many jump tables are larger than they look");
      }
      restart = false;
      flow.build();
      if (flow.headerCount() > 0) {
        loops.find();
      }
      solve();
    } while (restart);
    if (flow.headerCount() > 0) {
      cycles.requirePolls(polls, weak);
    }
  }

  /** Follows all blocks; where a guess about a loop led to a refusal, without guesses. */
  private void solve() throws VerificationError {
    guesses = true;
    try {
      followAll();
    } catch (VerificationError refused) {
      if (flow.headerCount() == 0 || analysis.rough) {
        throw refused;
      }
      guesses = false;
      followAll();
    }
    if (facts.isFull()) {
      throw listing.error(Rule.INSTRUCTIONS, 0, "the function is too large to be proved");
    }
  }

  private void followAll() throws VerificationError {
    int blocks = flow.reached();
    if (kept.length < blocks) {
      int room = blocks + (blocks >> 1);
      kept = new State[room];
      weak = new Weakness[room];
      marks = new long[room];
      polls = new boolean[room];
    } else {
      Arrays.fill(kept, 0, blocks, null);
      Arrays.fill(weak, 0, blocks, null);
    }
    facts.clear();
    room = wholeRoom();
    retries.begin();
    calls.begin(state);
    if (flow.changedAtBegin() >= 0) {
      state.beginAgain(flow.changedAtBegin());
    }
    frame.begin();
    next = 0;
    openCount = 0;
    for (int block = 0; block < blocks && !restart;) {
      if (next == block) {
        goOn(block);
      } else if (kept[block] != null) {
        long mark = mark(flow.dominator(block));
        facts.forget((int) mark);
        frame.undo((int) (mark >>> Integer.SIZE));
        enter(block);
      } else {
        // No way that can be taken leads there, nor to what it dominates.
        Arrays.fill(polls, block, flow.behind(block), true);
        block = close(flow.behind(block));
        continue;
      }
      int last = follow(block);
      block = close(end(last));
    }
  }

  /** Notes what was known at the end of a block; the block behind it. */
  private int end(int block) {
    marks[block] = mark();
    frame.mark();
    return block + 1;
  }

  /** How many facts there are, in the lower half, and changes of the frame. */
  private long mark() {
    return (long) frame.changes() << Integer.SIZE | facts.mark();
  }

  /** The same at the end of a block, or where the function begins. */
  private long mark(int block) {
    return block < 0 ? 0 : marks[block];
  }

  /** Loops that end before that block are done with, or followed again; where to go on. */
  private int close(int block) {
    int on = block;
    while (openCount > 0 && flow.behind(open[openCount - 1]) == block && on == block) {
      int root = open[--openCount];
      boolean news = false;
      for (int header = flow.firstHeader(root); header >= 0; header = flow.nextHeader(header)) {
        news |= weak[header] != null && weak[header].takeNews();
      }
      for (int header = flow.firstHeader(root); header >= 0; header = flow.nextHeader(header)) {
        if (header != root) {
          release(header);
        }
      }
      if (news) {
        on = root;
      } else if (!flow.isHeader(root) || flow.root(root) == root) {
        release(root);
      }
    }
    return on;
  }

  private void release(int block) {
    if (kept[block] != null) {
      release(kept[block]);
      kept[block] = null;
    }
  }

  private void release(State unused) {
    if (freeCount == free.length) {
      free = Arrays.copyOf(free, 2 * freeCount);
    }
    free[freeCount++] = unused;
  }

  private State spare() {
    if (freeCount > 0) {
      return free[--freeCount];
    }
    room -= STATE_ROOM;
    return new State(frame);
  }

  private State copy(State of) {
    State made = spare();
    made.take(of);
    return made;
  }

  // Blocks.

  /** The state is what is known at the end of the block before, which goes on to this one alone. */
  private void goOn(int block) throws VerificationError {
    if (flow.isPlain(block)) {
      next = Flow.NONE;
      refine();
    } else {
      enter(block);
    }
  }

  private void refine() {
    Condition edge = state.edge();
    if (edge != null) {
      Conditions.refine(analysis, state, edge);
      state.setEdge(null);
    }
  }

  /** Makes the state what is known at the block's start. */
  private void enter(int block) throws VerificationError {
    boolean header = flow.isHeader(block);
    boolean root = flow.isRoot(block);
    boolean meets = !flow.hasOneWay(block);
    if (meets && block != 0) {
      kept[block].arrive(analysis);
    }
    if (header || root) {
      if (next != block) {
        state.take(kept[block]);
      } else if (kept[block] == null) {
        kept[block] = copy(state);
      }
    } else if (next != block) {
      release(state);
      state = kept[block];
      kept[block] = null;
    }
    next = Flow.NONE;
    if (root) {
      open(block);
    }
    refine();
    if (header) {
      enterLoop(block);
    }
    if (header || meets && !analysis.rough) {
      state.name(facts);
    }
  }

  private void open(int root) {
    if (openCount == open.length) {
      open = Arrays.copyOf(open, 2 * openCount);
    }
    open[openCount++] = root;
  }

  private void enterLoop(int header) {
    state.arriveAtJoin();
    if (flow.root(header) != header) {
      state.setImpossible(false);
    }
    if (weak[header] == null) {
      weak[header] = new Weakness(analysis, !guesses, flow.root(header) == header);
      if (guesses) {
        guess(header);
      }
    }
    weak[header].enter(state, pairs, (int) (mark(flow.dominator(header)) >>> Integer.SIZE));
  }

  /** What is written in a loop is taken to be numbers that change. */
  private void guess(int header) {
    Weakness loop = weak[header];
    loop.guess(loops.written(header), loops.clobbered(header), state);
    long pointer = state.registers[RSP];
    if (!Value.is(pointer, Kind.STACK)) {
      return;
    }
    for (int move = loops.firstMove(header); move >= 0; move = loops.nextMove(move)) {
      int slot = frame.slot(Value.addend(pointer) + loops.distance(move));
      if (slot >= 0 && loops.loaded(move) < 0) {
        loop.guessSlot(slot, frame.value(slot));
      }
    }
    for (int move = loops.firstMove(header); move >= 0; move = loops.nextMove(move)) {
      int register = loops.loaded(move);
      if (register >= 0 && changes(loop, frame.slot(Value.addend(pointer) + loops.distance(move)))) {
        loop.guess(1 << register, 0, state);
      }
    }
  }

  /** Whether each load of a slot is guessed to give another number. */
  private boolean changes(Weakness loop, int slot) {
    return loop.isWeak(slot) || analysis.rough && slot >= 0 && frame.value(slot) == Value.ANY;
  }

  /**
   * Follows a block, and those behind it as long as each is entered from the one before alone: all of them are within
   * the same loops.
   *
   * @return the last one
   */
  private int follow(int first) throws VerificationError {
    int block = first;
    followOne(block);
    while (next == block + 1 && flow.isPlain(next)) {
      block = end(block);
      next = Flow.NONE;
      refine();
      followOne(block);
    }
    return block;
  }

  private void followOne(int block) throws VerificationError {
    int start = flow.start(block);
    int stop = flow.stop(block);
    work -= stop - start;
    requireWork(start);
    polls[block] = false;
    if (flow.isEmpty(block)) {
      goByTable(block);
      return;
    }
    for (int at = stretch.follow(state, start, stop); at < stop; at = stretch.follow(state, at + 1, stop)) {
      Effect effect = listing.effect(at);
      if (effect == Effect.BRANCH) {
        if (!branch(block, at)) {
          return;
        }
      } else if (effect == Effect.JUMP) {
        jump(block, at);
        return;
      } else if (effect == Effect.CALL) {
        if (!call(block, at)) {
          return;
        }
      } else if (effect == Effect.COMPARE_EXCHANGE) {
        retries.before(at, state);
        step.run(state, at);
        retries.after(state);
      } else if (effect == Effect.RETURN) {
        calls.leave(state, at);
        return;
      } else {
        throw new IllegalStateException("control does not leave at " + listing.instruction(at));
      }
    }
    if (stop == listing.count()) {
      throw listing.error(Rule.BRANCHES, listing.offset(stop - 1), "control leaves the end of the code");
    }
    go(block, flow.following(block), null, true);
  }

  private void requireWork(int at) throws VerificationError {
    if (work < 0) {
      throw listing.error(Rule.INSTRUCTIONS, listing.offset(at),
          "the proof takes more than " + ROUNDS + " steps for each instruction");
    }
    if (roomLeft() < 0) {
      throw listing.error(Rule.INSTRUCTIONS, listing.offset(at),
          "the proof takes more than " + ROOM + " bytes of memory for each instruction");
    }
  }

  private long wholeRoom() {
    return (long) ROOM * listing.count() + LEAST_ROOM;
  }

  private long roomLeft() {
    return room - (long) SYMBOL_ROOM * facts.count();
  }

  /** Others ran meanwhile: what they may have moved was forgotten. */
  private void stopped(int at) throws VerificationError {
    work -= frame.movables() >> CHANGES_SHIFT;
    requireWork(at);
  }

  /** @return whether control comes back behind the call, and the block goes on there */
  private boolean call(int block, int at) throws VerificationError {
    int how = flow.how(at);
    if (Blocks.isTrap(how)) {
      calls.stub(state, at);
      return false;
    }
    calls.call(state, at);
    stopped(at);
    polls[block] |= Blocks.polls(how);
    boolean comesBack = Blocks.comesBack(how);
    if (comesBack && at + 1 == listing.count()) {
      throw listing.error(Rule.BRANCHES, listing.offset(at), "a call that comes back behind the end of the code");
    }
    if (Blocks.goesOn(how)) {
      return true;
    }
    leave(block, at, comesBack);
    return false;
  }

  /** Control goes on in other blocks after a call, and perhaps comes back. */
  private void leave(int block, int at, boolean comesBack) throws VerificationError {
    if (flow.target(at) != Flow.NONE) {
      calls.requireGuard(state, at);
      State back = copy(state);
      state.afterCall();
      go(block, flow.taken(block), null, true);
      if (next == Flow.NONE) {
        release(state);
      } else {
        kept[next] = state;
        next = Flow.NONE;
      }
      state = back;
    }
    if (comesBack) {
      go(block, flow.following(block), null, true);
    }
  }

  /** @return whether the block may go on behind the branch */
  private boolean branch(int block, int at) throws VerificationError {
    Condition condition = Conditions.of(listing.row(at));
    int target = flow.target(at);
    switch (flow.end(at)) {
      case Flow.TRAPS -> {
        calls.stub(state, target);
        if (Conditions.holds(state, condition)) {
          state.setImpossible(true);
        }
        Conditions.refine(analysis, state, condition.negated());
      }
      case Flow.POLLS -> {
        calls.stub(state, target);
        polls[block] |= isPoll(condition);
        state.afterStop();
        stopped(at);
      }
      default -> {
        polls[block] |= isPoll(condition) && listing.calls(target, Symbol.INTERRUPT);
        // A branch to what is behind it goes there whether the condition holds or not.
        boolean both = flow.following(block) != flow.reached();
        go(block, flow.taken(block), both ? condition : null, !both);
        if (both) {
          go(block, flow.following(block), condition.negated(), true);
        }
        return false;
      }
    }
    return true;
  }

  /** Whether a branch on the condition looks whether the store's word asks for an interrupt. */
  private boolean isPoll(Condition condition) {
    return condition == Condition.NE && state.flagBits() == Integer.SIZE && Value.is(state.left(), Kind.INTERRUPT)
        && state.right() == Value.constant(0);
  }

  private void jump(int block, int at) throws VerificationError {
    int operand = listing.operand(at, 0);
    if (flow.target(at) != Flow.NONE) {
      go(block, flow.taken(block), null, true);
    } else if (operand >= InstructionScanner.MEMORY) {
      if (operand == InstructionScanner.IMMEDIATE && listing.relocation(at) < 0) {
        throw listing.error(Rule.BRANCHES, listing.offset(at), "a jump out of the function");
      }
      calls.tailCall(state, at);
    } else {
      long value = state.registers[operand];
      if (!Value.is(value, Kind.JUMP_TARGET)) {
        throw analysis.error(Rule.BRANCHES, at, Gpr.of(operand).name(Long.SIZE) + " is " + Value.text(value)
            + ", no entry of a jump table", state);
      }
      int load = Value.symbol(value);
      if (!flow.covers(at, analysis.table(load), analysis.entries(load))) {
        restart = true;
        return;
      }
      if (flow.taken(block) < 0) {
        goByTable(block);
      } else {
        go(block, flow.taken(block), null, true);
      }
    }
  }

  /** Control goes to any of the blocks that a table leads to. */
  private void goByTable(int block) throws VerificationError {
    work -= flow.ways(block) >> CHANGES_SHIFT;
    for (int way = 0; way < flow.ways(block); way++) {
      go(block, flow.way(block, way), null, false);
      requireWork(flow.start(block));
    }
  }

  /**
   * Control goes from one block to another with the state.
   *
   * @param condition what holds then of the flags, or null
   * @param last whether the state is not needed any more but for the block that follows
   */
  private void go(int block, int to, Condition condition, boolean last) {
    if (!flow.hasOneWay(to) || flow.isBack(block, to)) {
      meet(block, to, last);
    } else if (to == block + 1) {
      next = to;
      state.setEdge(condition);
    } else {
      keep(to, last);
      kept[to].setEdge(condition);
    }
  }

  /** Control goes with the state to where other ways lead too. */
  private void meet(int block, int to, boolean last) {
    if (flow.isBack(block, to)) {
      int slots = weak[to].slots();
      work -= weak[to].comeBack(
          state, kept[to], pairs, polls[to] || retries.isRetry(to, block, state, weak[to])) >> CHANGES_SHIFT;
      room -= (long) (weak[to].slots() - slots) * SLOT_ROOM;
      return;
    }
    // What is older holds on all ways there.
    long mark = flow.dominator(to) == block ? mark() : marks[flow.dominator(to)];
    int frameMark = (int) (mark >>> Integer.SIZE);
    if (kept[to] == null) {
      keep(to, last);
      room += kept[to].room();
      work -= kept[to].begin(analysis, (int) mark, frameMark) >> CHANGES_SHIFT;
    } else {
      room += kept[to].room();
      work -= kept[to].join(state, pairs, (int) mark, frameMark) >> CHANGES_SHIFT;
    }
    room -= kept[to].room();
  }

  /** The state, or one like it if it is needed again, is kept for a block. */
  private void keep(int block, boolean last) {
    if (last && next == Flow.NONE) {
      kept[block] = state;
      state = spare();
    } else {
      kept[block] = copy(state);
    }
  }
}
