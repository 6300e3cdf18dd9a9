package dev.skerry.wasm.verify;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.verify.Value.Kind;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Rel;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Proves of one function's finished machine code that it stays in its sandbox, whatever made it: by following every
 * path with what is known of registers and frame, until nothing new is learned. It shares no code with lowering or
 * allocation; what it takes as given is the {@link Contract}.
 */
public final class Verifier {

  /** From so many joins on a block drops what still gets weaker, so that loops come to an end. */
  private static final int PATIENCE = 3;

  private final Analysis analysis;
  private final Listing listing;
  private final Step step;
  private final CallRule calls;
  /** By instruction that starts a block: what is known there, until it is followed if only one way leads there. */
  private final State[] states;
  private final int[] joins;
  /** By instruction that starts a block: where control may go from its end. */
  private final int[][] successors;
  private final BitSet pending = new BitSet();
  private final BitSet polls = new BitSet();
  private boolean restart;

  private Verifier(Analysis analysis) {
    this.analysis = analysis;
    this.listing = analysis.listing;
    this.step = new Step(analysis, new AccessRule(analysis));
    this.calls = new CallRule(analysis);
    int count = listing.count();
    states = new State[count];
    joins = new int[count];
    successors = new int[count][];
  }

  /**
   * Proves the rules, or says which one is broken and where.
   *
   * @param code as the compiler made it, or as it was read from disk; nothing in it is trusted
   */
  public static void verify(CompiledFunction code, Contract contract) throws VerificationError {
    try {
      prove(code, contract);
    } catch (RuntimeException defect) {
      VerificationError error = new VerificationError(Rule.INSTRUCTIONS, contract.function(), 0, "",
          "the proof failed: " + defect, "");
      error.initCause(defect);
      throw error;
    }
  }

  private static void prove(CompiledFunction code, Contract contract) throws VerificationError {
    Listing listing = Listing.of(code, contract.function());
    Verifier verifier = new Verifier(new Analysis(code, contract, listing));
    do {
      verifier.restart = false;
      verifier.solve();
    } while (verifier.restart);
    new Cycles(verifier.successors, verifier.polls, listing).requirePolls();
  }

  private void solve() throws VerificationError {
    Arrays.fill(states, null);
    Arrays.fill(joins, 0);
    Arrays.fill(successors, null);
    polls.clear();
    pending.clear();
    int entry = listing.index(analysis.code.entry());
    arrive(entry, calls.entry());
    for (int block = entry; block >= 0 && !restart; block = pending.nextSetBit(0)) {
      pending.clear(block);
      follow(block);
    }
    if (analysis.symbols.isFull()) {
      throw listing.error(Rule.INSTRUCTIONS, 0, "the function is too large to be proved");
    }
  }

  /** Control comes to a block with what is known there; nobody uses that state any more. */
  private void arrive(int block, State state) {
    state.enter(block, analysis.symbols);
    if (states[block] == null || listing.hasOneWay(block)) {
      states[block] = state;
      pending.set(block);
    } else if (states[block].join(state, block, analysis.symbols, ++joins[block] > PATIENCE)) {
      pending.set(block);
    }
  }

  private void follow(int block) throws VerificationError {
    State state = states[block];
    if (!listing.hasOneWay(block)) {
      state = state.copy();
    }
    for (int at = block;; at++) {
      if (at == listing.count()) {
        throw listing.error(Rule.BRANCHES, listing.offset(at - 1), "control leaves the end of the code");
      }
      if (at > block && listing.isLeader(at)) {
        successors[block] = new int[] {at};
        arrive(at, state);
        return;
      }
      switch (Effects.of(listing.row(at))) {
        case BRANCH:
          branch(block, state, at);
          return;
        case JUMP:
          jump(block, state, at);
          return;
        case RETURN:
          calls.leave(state, at);
          successors[block] = new int[0];
          return;
        case CALL:
          call(block, state, at);
          return;
        default:
          step.run(state, at);
      }
    }
  }

  private void go(int block, State state, int... targets) {
    successors[block] = targets;
    for (int i = 1; i < targets.length; i++) {
      arrive(targets[i], state.copy());
    }
    arrive(targets[0], state);
  }

  private void call(int block, State state, int at) throws VerificationError {
    int relocation = listing.relocation(at);
    polls.set(block, relocation >= 0 && isStop(listing.symbol(relocation)));
    boolean comesBack = calls.call(state, at);
    if (comesBack && at + 1 == listing.count()) {
      throw listing.error(Rule.BRANCHES, listing.offset(at), "a call that comes back behind the end of the code");
    }
    int landing = calls.landingOf(at);
    int pad = landing < 0 ? Listing.NONE : listing.index(landing);
    successors[block] = IntStream.of(comesBack ? at + 1 : Listing.NONE, pad).filter(to -> to >= 0).toArray();
    if (pad >= 0) {
      arrive(pad, calls.landing(state));
    }
    if (comesBack) {
      arrive(at + 1, state);
    }
  }

  /** Stubs where the driver looks whether it shall go on. */
  private static boolean isStop(Symbol symbol) {
    return symbol == Symbol.INTERRUPT || symbol == Symbol.STACK;
  }

  private void branch(int block, State state, int at) throws VerificationError {
    int target = listing.target(at);
    if (target == Listing.NONE || at + 1 == listing.count()) {
      throw listing.error(Rule.BRANCHES, listing.offset(at), "a conditional branch out of the function");
    }
    Condition condition = Conditions.of(listing.row(at));
    polls.set(block, isPoll(state, condition, target) || target == block && isRetry(block, at));
    boolean always = Conditions.holds(state, condition);
    boolean never = Conditions.holds(state, condition.negated());
    successors[block] = always ? new int[] {target} : never ? new int[] {at + 1} : new int[] {at + 1, target};
    if (!never) {
      State taken = always ? state : state.copy();
      Conditions.refine(analysis, taken, condition);
      arrive(target, taken);
    }
    if (!always) {
      Conditions.refine(analysis, state, condition.negated());
      arrive(at + 1, state);
    }
  }

  /**
   * Whether the block tries a compare-and-exchange again until it succeeds, with the value that was found and at the
   * same address: it then fails only if another thread's succeeded.
   */
  private boolean isRetry(int block, int branch) {
    int last = branch - 1;
    if (last < block || Effects.of(listing.row(last)) != Effect.COMPARE_EXCHANGE
        || Conditions.of(listing.row(branch)) != Condition.NE || !(listing.operand(last, 0) instanceof Mem place)) {
      return false;
    }
    for (int at = block; at < last; at++) {
      boolean changes = !(listing.instruction(at).operands().get(0) instanceof Gpr target)
          || !Effects.writesFirstAlone(listing.row(at)) || target == Gpr.RAX || target == place.base()
          || target == place.index();
      if (changes) {
        return false;
      }
    }
    return true;
  }

  /** Whether the branch goes to the stub for interrupts if the store's word asks for one. */
  private boolean isPoll(State state, Condition condition, int target) {
    if (condition != Condition.NE || state.flagBits() != Integer.SIZE || !Value.is(state.left(), Kind.INTERRUPT)
        || state.right() != Value.constant(0) || Effects.of(listing.row(target)) != Effect.CALL) {
      return false;
    }
    int relocation = listing.relocation(target);
    return relocation >= 0 && listing.symbol(relocation) == Symbol.INTERRUPT;
  }

  private void jump(int block, State state, int at) throws VerificationError {
    int target = listing.target(at);
    if (target != Listing.NONE) {
      go(block, state, target);
      return;
    }
    if (listing.operand(at, 0) instanceof Gpr gpr && Value.is(Analysis.get(state, gpr), Kind.JUMP_TARGET)) {
      int load = Value.symbol(Analysis.get(state, gpr));
      int[] targets = listing.table(analysis.tableOffsets[load], analysis.tableEntries[load]);
      restart = listing.markTable(targets);
      if (!restart) {
        go(block, state, Arrays.stream(targets).distinct().toArray());
      }
      return;
    }
    if (listing.operand(at, 0) instanceof Rel && listing.relocation(at) < 0) {
      throw listing.error(Rule.BRANCHES, listing.offset(at), "a jump out of the function");
    }
    calls.tailCall(state, at);
    successors[block] = new int[0];
  }
}
