package dev.skerry.wasm.verify;

import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.InstructionScanner;

/**
 * Loops that need no poll, for they go round again only when another thread has got on: they try a compare-and-exchange
 * until it succeeds, each time with the value that was found the time before, at the same address, and do nothing else.
 */
final class Retries {

  private static final int RAX = Gpr.RAX.ordinal();
  private static final int RSP = Gpr.RSP.ordinal();

  private final Listing listing;
  private final Flow flow;
  /** The compare-and-exchange that was followed last, or -1; what it expects and finds; its address. */
  private int exchange;
  private long expected;
  private long found;
  private long base;
  private long index;

  Retries(Listing listing, Flow flow) {
    this.listing = listing;
    this.flow = flow;
  }

  /** Goes on with another function, or the same from its begin: nothing was followed. */
  void begin() {
    exchange = -1;
  }

  /** A compare-and-exchange is about to be followed. */
  void before(int at, State state) {
    exchange = at;
    expected = state.registers[RAX];
    base = register(state, listing.base(at));
    index = register(state, listing.indexRegister(at));
  }

  private static long register(State state, int register) {
    return register < State.REGISTERS ? state.registers[register] : Value.ANY;
  }

  void after(State state) {
    found = state.registers[RAX];
  }

  /**
   * Whether a loop is such a one.
   *
   * @param from the block that leads back to its start with the state
   */
  boolean isRetry(int header, int from, State back, Weakness loop) {
    boolean simple = from == header || flow.dominator(from) == header && flow.hasOneWay(from);
    // What looks through blocks comes behind what holds for two ways back of a loop at most.
    return simple && exchange >= flow.start(header) && exchange < flow.stop(header)
        && listing.operand(exchange, 0) == InstructionScanner.MEMORY && isAfterFailure(header, from)
        && isPlain(header) && (from == header || isPlain(from)) && loop.becomes(expected, found, back)
        && isFixed(base, listing.base(exchange), header, from, loop)
        && isFixed(index, listing.indexRegister(exchange), header, from, loop);
  }

  /** Whether a part of the address is the same each time; what is no number may be another one of its kind. */
  private boolean isFixed(long value, int register, int header, int from, Weakness loop) {
    return register == InstructionScanner.NONE || (Value.isNumber(value) ? loop.isFixed(value)
        : !isWritten(register, header) && !isWritten(register, from));
  }

  private boolean isWritten(int register, int block) {
    int written = 0;
    for (int at = flow.start(block); at < flow.stop(block); at++) {
      written |= Effects.written(listing.row(at), listing.operand(at, 0), listing.operand(at, 1));
    }
    return (written >>> register & 1) != 0;
  }

  /** Whether the way back begins with a branch that is taken only where the exchange found another value. */
  private boolean isAfterFailure(int header, int from) {
    int last = flow.stop(header) - 1;
    int next = flow.start(from);
    if (exchange >= last || listing.effect(last) != Effect.BRANCH) {
      return false;
    }
    for (int at = exchange + 1; at < last; at++) {
      if (!leavesFlags(listing.effect(at))) {
        return false;
      }
    }
    boolean taken = flow.target(last) == next;
    boolean falls = last + 1 == next;
    return taken != falls && Conditions.of(listing.row(last)) == (taken ? Condition.NE : Condition.E);
  }

  private static boolean leavesFlags(Effect effect) {
    return switch (effect) {
      case MOVE, ZERO_EXTEND, SIGN_EXTEND_WORD, ADDRESS, SET, CONDITIONAL_MOVE, NOTHING -> true;
      default -> false;
    };
  }

  /** Whether nothing else than the compare-and-exchange writes more than general registers and the frame. */
  private boolean isPlain(int block) {
    for (int at = flow.start(block); at < flow.stop(block); at++) {
      Effect effect = listing.effect(at);
      boolean last = at == flow.stop(block) - 1 && (effect == Effect.BRANCH || effect == Effect.JUMP);
      if (at != exchange && !last && effect != Effect.NOTHING && !isSpill(at)
          && !(Effects.writesFirstAlone(listing.row(at)) && listing.operand(at, 0) < InstructionScanner.MEMORY)) {
        return false;
      }
    }
    return true;
  }

  /** Whether something is put into the frame, which is not what the exchange changes. */
  private boolean isSpill(int at) {
    return listing.effect(at) == Effect.MOVE && listing.operand(at, 0) == InstructionScanner.MEMORY
        && listing.base(at) == RSP && !Value.isStack(base) && !Value.isStack(index);
  }
}
