package dev.skerry.wasm.regalloc;

/**
 * Which blocks are written again where another jumps to them: those that end with a jump by a table, and short ones
 * that go on to such a block. So each case of an interpreter's loop has a jump to the next case of its own, which the
 * processor foresees by what comes after that case.
 */
final class Copies {

  /** Instructions of a block that is copied. */
  private static final int MOST_IN_DISPATCH = 16;
  private static final int MOST_BEFORE = 5;
  /** Instructions that all copies of a function may have, beside a part of its own. */
  private static final int ALWAYS = 128;
  private static final int PART = 4;

  private final Flow flow;
  private final Lir lir;
  private final boolean[] dispatches;
  private int left;

  Copies(Flow flow, boolean enabled) {
    this.flow = flow;
    this.lir = flow.lir;
    dispatches = new boolean[flow.blockCount];
    boolean any = false;
    for (int b = 1; enabled && b < flow.blockCount; b++) {
      dispatches[b] = !flow.isCold(b) && flow.depth[b] > 0 && last(b) == Pseudo.SWITCH && isPlain(b, MOST_IN_DISPATCH);
      any |= dispatches[b];
    }
    left = any ? ALWAYS + lir.instructionCount / PART : 0;
  }

  private Pseudo last(int block) {
    int op = lir.words[lir.starts[flow.end(block) - 1]] & Lir.OP;
    return Pseudo.is(op) ? Pseudo.of(op) : null;
  }

  private boolean isPlain(int block, int most) {
    boolean plain = flow.end(block) - flow.first(block) <= most && !flow.isLanding(block);
    for (int i = flow.first(block); i < flow.end(block) && plain; i++) {
      plain = (lir.words[lir.starts[i]] & Lir.OP) != Pseudo.CALL.op;
    }
    return plain;
  }

  /** Says whether a jump to the block is to be left out for a copy of it, and counts that. */
  boolean take(int from, int block, int[] onward) {
    if (left <= 0 || flow.isCold(from) || !dispatches[block] && !leadsOn(block, onward)) {
      return false;
    }
    left -= flow.end(block) - flow.first(block);
    return true;
  }

  private boolean leadsOn(int block, int[] onward) {
    return last(block) == Pseudo.JUMP && !flow.isCold(block) && isPlain(block, MOST_BEFORE)
        && dispatches[onward[flow.successors[flow.successorStart[block]]]];
  }
}
