package dev.skerry.wasm.regalloc;

/**
 * Where a function makes its frame: where it begins, or behind the conditions at its begin on which it returns at once
 * without having touched the frame. So the shortest way through a function, half of all calls of a recursive one,
 * checks no stack and stores nothing.
 */
final class LatePrologue {

  private static final int NONE = -1;
  private static final int RSP = 4;
  /** Instructions of a block that is written again to return without a frame. */
  private static final int MOST_TO_RETURN = 6;

  /** The block that the frame is made at the begin of; no other block leads there than one without a frame. */
  final int block;
  private final Flow flow;
  private final Lir lir;
  private final Allocation allocation;
  /** By block: whether it runs without the frame. */
  private final boolean[] before;

  LatePrologue(Allocation allocation, Frame frame, boolean enabled) {
    this.allocation = allocation;
    this.flow = allocation.flow();
    this.lir = allocation.lir();
    before = new boolean[flow.blockCount];
    int at = 0;
    if (enabled && frame.bytes > 0 && lir.parameterBytes == 0) {
      for (int next = next(at); next != NONE; next = next(at)) {
        before[at] = true;
        before[other(at, next)] = true;
        at = next;
      }
    }
    block = at;
  }

  /** Whether a block runs without the frame. */
  boolean isBefore(int ofFlow) {
    return before[ofFlow];
  }

  /** Says that the blocks that matter here are written, even if they only jump. */
  void keep(int[] onward) {
    onward[block] = block;
    for (int b = 0; b < onward.length; b++) {
      onward[b] = before[b] ? b : onward[b];
    }
  }

  /** Where control goes on if it does not return at once, from a block that can do without the frame; or NONE. */
  private int next(int at) {
    int first = flow.successorStart[at];
    if (flow.successorStart[at + 1] - first != 2 || !isFrameless(at) || last(at) != Pseudo.BRANCH) {
      return NONE;
    }
    return leaves(flow.successors[first + 1]) ? flow.successors[first]
        : leaves(flow.successors[first]) ? flow.successors[first + 1] : NONE;
  }

  private int other(int at, int next) {
    int first = flow.successorStart[at];
    return flow.successors[first] == next ? flow.successors[first + 1] : flow.successors[first];
  }

  private boolean leaves(int block) {
    if (!isFrameless(block)) {
      return false;
    }
    if (last(block) == Pseudo.JUMP) {
      int target = flow.successors[flow.successorStart[block]];
      return last(target) == Pseudo.RETURN && isFrameless(target)
          && flow.end(target) - flow.first(target) <= MOST_TO_RETURN;
    }
    return last(block) == Pseudo.RETURN || last(block) == Pseudo.TRAP;
  }

  private Pseudo last(int block) {
    int op = lir.words[lir.starts[flow.end(block) - 1]] & Lir.OP;
    return Pseudo.is(op) ? Pseudo.of(op) : null;
  }

  /** Whether nothing in a block needs the frame, calls, or polls. */
  private boolean isFrameless(int block) {
    if (flow.isLoopHeader(block) || flow.isLanding(block)) {
      return false;
    }
    Moves moves = allocation.moves();
    int end = allocation.moveStart()[flow.to[block] / Flow.STEP];
    for (int m = allocation.moveStart()[flow.from[block] / Flow.STEP]; m < end; m++) {
      boolean slot = moves.destination(m) >= Lir.FIRST_VIRTUAL
          || moves.kind(m) == Moves.PLACE && moves.source(m) >= Lir.FIRST_VIRTUAL;
      if (slot || moves.kind(m) == Moves.REPEAT) {
        return false;
      }
    }
    boolean frameless = true;
    for (int i = flow.first(block); i < flow.end(block) && frameless; i++) {
      frameless = allocation.dropped()[i] || isFramelessAt(lir.starts[i]);
    }
    return frameless;
  }

  private boolean isFramelessAt(int at) {
    int[] words = allocation.words();
    int op = words[at] & Lir.OP;
    if (Pseudo.is(op)) {
      switch (Pseudo.of(op)) {
        case MOVE, PARALLEL_MOVE, ENTRY -> {
          return true;
        }
        case CONSTANT, TRAP_IF, TRAP, RETURN, JUMP, BRANCH -> { }
        default -> {
          return false;
        }
      }
    }
    int last = at + (words[at] >>> Lir.LENGTH_SHIFT);
    for (int w = at + 1; w <= last; w++) {
      switch (words[w] & Lir.KIND) {
        case Lir.SLOT -> {
          return false;
        }
        case Lir.REGISTER -> {
          if (words[w] >>> Lir.NUMBER_SHIFT == RSP) {
            return false;
          }
        }
        case Lir.MEMORY -> {
          if (words[w + 1] >>> Lir.NUMBER_SHIFT == RSP) {
            return false;
          }
          w += 3;
        }
        case Lir.FIXED_USE, Lir.FIXED_DEF -> w++;
        default -> { }
      }
    }
    return true;
  }
}
