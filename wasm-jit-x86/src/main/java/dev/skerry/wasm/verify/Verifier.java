package dev.skerry.wasm.verify;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Proves of one function's finished machine code that it stays in its sandbox, whatever made it. Blocks are followed in
 * the order in which they dominate each other, so that each is seen after all that lead forward to it; where a loop
 * starts, what is known before it is guessed to be so each time, and where what comes back says less, the loop is
 * followed once more with less. It shares no code with lowering or allocation; what it takes as given is the
 * {@link Contract}. Not for more than one thread.
 */
public final class Verifier {

  /** An instruction is followed so often at most, on average: the proof takes time by the size of the code. */
  private static final int ROUNDS = 40;
  private static final int LEAST_WORK = 1 << 14;
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
  private final State state = new State(frame);
  /** By block: what is known on the ways there, until it is followed; of the start of a loop until that is done. */
  private State[] kept = new State[64];
  /** By block that starts a loop: what may change from time to time. */
  private Weakness[] weak = new Weakness[64];
  /** By block: how many facts there are at its end, and changes of the frame; whether it polls. */
  private int[] marks = new int[64];
  private int[] frameMarks = new int[64];
  private boolean[] polls = new boolean[64];
  /** Blocks from where on the walk may be gone again, and that it is in. */
  private int[] open = new int[16];
  private int openCount;
  private final ArrayDeque<State> free = new ArrayDeque<>();
  /** The block that the state is meant for, if it goes on there. */
  private int next;
  private boolean guesses;
  private boolean restart;
  private long work;

  private Verifier() {
  }

  /** As {@link ProvedCode#prepare}. */
  static void prepare() {
    AllowedRows.here();
    IDLE.add(new Verifier());
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
    if (!listing.isLarge()) {
      IDLE.add(this);
    }
  }

  private void prove(CompiledFunction code, Contract contract, boolean[] allowed) throws VerificationError {
    analysis.begin(code, contract, allowed);
    accesses.begin();
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
      if (flow.headerCount() == 0) {
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
    int blocks = flow.count();
    if (kept.length < blocks) {
      int room = blocks + (blocks >> 1);
      kept = new State[room];
      weak = new Weakness[room];
      marks = new int[room];
      frameMarks = new int[room];
      polls = new boolean[room];
    } else {
      Arrays.fill(kept, 0, blocks, null);
      Arrays.fill(weak, 0, blocks, null);
    }
    facts.clear();
    calls.begin(state);
    if (flow.changedAtBegin() >= 0) {
      state.beginAgain(flow.changedAtBegin());
    }
    frame.begin();
    next = flow.at(0);
    openCount = 0;
    for (int place = 0; place < flow.reached() && !restart;) {
      int block = flow.at(place);
      if (next != block && kept[block] == null) {
        // No way that can be taken leads there, nor to what it dominates.
        for (int i = place; i < flow.behind(block); i++) {
          polls[flow.at(i)] = true;
        }
        place = close(flow.behind(block));
        continue;
      }
      facts.forget(flow.dominator(block) < 0 ? 0 : marks[flow.dominator(block)]);
      frame.undo(frameMark(block));
      enter(block);
      follow(block);
      marks[block] = facts.mark();
      frameMarks[block] = frame.mark();
      place = close(place + 1);
    }
  }

  /** Loops that end before that place of the walk are done with, or followed again; where to go on. */
  private int close(int place) {
    int on = place;
    while (openCount > 0 && flow.behind(open[openCount - 1]) == place && on == place) {
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
        on = flow.placeOf(root);
      } else if (!flow.isHeader(root) || flow.root(root) == root) {
        release(root);
      }
    }
    return on;
  }

  private void release(int block) {
    if (kept[block] != null) {
      free.push(kept[block]);
      kept[block] = null;
    }
  }

  private State take(State from) {
    State made = free.poll();
    made = made == null ? new State(frame) : made;
    made.take(from);
    return made;
  }

  // Blocks.

  /** Makes the state what is known at the block's start. */
  private void enter(int block) throws VerificationError {
    boolean header = flow.isHeader(block);
    boolean root = flow.firstHeader(block) >= 0;
    if (next != block) {
      state.take(kept[block]);
    }
    if (!flow.hasOneWay(block) && block != flow.at(0)) {
      state.arrive(kept[block]);
    }
    next = Flow.NONE;
    if (!header && !root) {
      release(block);
    } else if (kept[block] == null) {
      kept[block] = take(state);
    }
    if (root) {
      open(block);
    }
    if (state.edge() != null) {
      Conditions.refine(analysis, state, state.edge());
      state.setEdge(null);
    }
    if (header) {
      enterLoop(block);
    }
    if (header || !flow.hasOneWay(block)) {
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
    if (weak[header] == null) {
      weak[header] = new Weakness(analysis, !guesses, flow.root(header) == header);
      if (guesses) {
        guess(header);
      }
    }
    weak[header].enter(state, pairs, frameMark(header));
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
      if (register >= 0 && loop.isWeak(frame.slot(Value.addend(pointer) + loops.distance(move)))) {
        loop.guess(1 << register, 0, state);
      }
    }
  }

  private void follow(int block) throws VerificationError {
    int start = flow.start(block);
    int stop = flow.stop(block);
    work -= stop - start;
    if (work < 0) {
      throw listing.error(Rule.INSTRUCTIONS, listing.offset(start),
          "the proof takes more than " + ROUNDS + " steps for each instruction");
    }
    polls[block] = false;
    for (int at = stretch.follow(state, start, stop); at < stop; at = stretch.follow(state, at + 1, stop)) {
      switch (listing.effect(at)) {
        case BRANCH:
          if (!branch(block, at)) {
            return;
          }
          break;
        case JUMP:
          jump(block, at);
          return;
        case RETURN:
          calls.leave(state, at);
          return;
        case COMPARE_EXCHANGE:
          retries.before(at, state);
          step.run(state, at);
          retries.after(state);
          break;
        case CALL:
          if (!call(block, at)) {
            return;
          }
          break;
        default:
          throw new IllegalStateException("control does not leave at " + listing.instruction(at));
      }
    }
    if (flow.end(stop - 1) != Flow.ENDS) {
      if (stop == listing.count()) {
        throw listing.error(Rule.BRANCHES, listing.offset(stop - 1), "control leaves the end of the code");
      }
      go(block, flow.blockAt(stop), null);
    }
  }

  /** @return whether control comes back behind the call, and the block goes on there */
  private boolean call(int block, int at) throws VerificationError {
    if (listing.calls(at, Symbol.TRAP)) {
      calls.stub(state, at);
      return false;
    }
    calls.call(state, at);
    polls[block] |= listing.calls(at, Symbol.INTERRUPT) || listing.calls(at, Symbol.STACK);
    boolean comesBack = flow.comesBack(at, listing.callRow(at + 1));
    if (comesBack && at + 1 == listing.count()) {
      throw listing.error(Rule.BRANCHES, listing.offset(at), "a call that comes back behind the end of the code");
    }
    if (flow.end(at) != Flow.ENDS) {
      return true;
    }
    int pad = flow.target(at);
    if (pad != Flow.NONE) {
      calls.requireGuard(state, at);
      State landed = take(state);
      landed.afterCall();
      State back = take(state);
      state.take(landed);
      go(block, flow.blockAt(pad), null);
      if (next != Flow.NONE) {
        keep(next);
      }
      state.take(back);
      free.push(landed);
      free.push(back);
    }
    if (comesBack) {
      go(block, flow.blockAt(at + 1), null);
    }
    return false;
  }

  /** @return whether the block may go on behind the branch */
  private boolean branch(int block, int at) throws VerificationError {
    Condition condition = Conditions.of(listing.row(at));
    int target = flow.target(at);
    switch (flow.end(at)) {
      case Flow.TRAPS -> {
        calls.stub(state, target);
        if (Conditions.holds(state, condition)) {
          return false;
        }
        Conditions.refine(analysis, state, condition.negated());
      }
      case Flow.POLLS -> {
        calls.stub(state, target);
        polls[block] |= isPoll(condition);
        state.afterStop();
      }
      default -> {
        polls[block] |= isPoll(condition) && listing.calls(target, Symbol.INTERRUPT);
        int taken = flow.blockAt(target);
        int behind = flow.blockAt(at + 1);
        go(block, taken, condition);
        if (next == taken) {
          keep(taken);
        }
        if (behind != taken) {
          go(block, behind, condition.negated());
        }
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
    int target = flow.target(at);
    int operand = listing.operand(at, 0);
    if (target != Flow.NONE) {
      go(block, flow.blockAt(target), null);
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
      for (int way = 0; way < flow.ways(block); way++) {
        go(block, flow.way(block, way), null);
        if (next != Flow.NONE) {
          keep(next);
        }
      }
    }
  }

  /** Facts before this mark hold on all ways to a block, one of which comes from another one. */
  private int common(int block, int to) {
    return flow.dominator(to) == block ? facts.mark() : marks[flow.dominator(to)];
  }

  /** Changes of the frame up to the end of what dominates a block. */
  private int frameMark(int block) {
    return flow.dominator(block) < 0 ? 0 : frameMarks[flow.dominator(block)];
  }

  /** As {@link #frameMark}, on a way from one block to another. */
  private int commonFrame(int block, int to) {
    return flow.dominator(to) == block ? frame.changes() : frameMarks[flow.dominator(to)];
  }

  /** The state, meant for the block that follows, is kept for it, for it is needed again. */
  private void keep(int block) {
    kept[block] = take(state);
    next = Flow.NONE;
  }

  /**
   * Control goes from one block to another with the state, which stays as it is.
   *
   * @param condition what holds then of the flags, or null
   */
  private void go(int block, int to, Condition condition) {
    if (flow.isBack(block, to)) {
      work -= weak[to].comeBack(
          state, kept[to], pairs, polls[to] || retries.isRetry(to, block, state, weak[to])) >> CHANGES_SHIFT;
    } else if (flow.hasOneWay(to)) {
      state.setEdge(condition);
      if (flow.placeOf(to) == flow.placeOf(block) + 1) {
        next = to;
      } else {
        kept[to] = take(state);
        state.setEdge(null);
      }
    } else if (kept[to] == null) {
      kept[to] = take(state);
      kept[to].begin(analysis, common(block, to), commonFrame(block, to));
    } else {
      work -= kept[to].join(state, pairs, common(block, to), commonFrame(block, to)) >> CHANGES_SHIFT;
    }
  }
}
