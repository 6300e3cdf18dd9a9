package dev.skerry.wasm.verify;

import dev.skerry.wasm.runtime.Layout;

/** Where the stack pointer may be (rule 4). */
final class StackRule {

  /** Frames are smaller than this, whatever was checked. */
  private static final int FRAME_LIMIT = 1 << 21;

  /** Slots that the stack pointer passes in one proof: it takes a second to look at so many. */
  private static final long MOST_PASSED = 1L << 30;

  private StackRule() {
  }

  /**
   * The stack pointer goes to so many bytes from where it was at entry: not above what the function has to pop, and
   * below the lowest place that was checked no further than the reserve reaches.
   */
  static void checkPointer(Analysis analysis, State state, int instruction, long pointer) throws VerificationError {
    int reserve = state.checkedDepth() == State.UNCHECKED ? 0 : state.checkedDepth();
    if (pointer > analysis.code.parameterBytes() || pointer < reserve - Layout.NATIVE_RESERVE
        || pointer < -FRAME_LIMIT) {
      throw analysis.error(Rule.STACK, instruction, "the stack pointer goes to " + pointer
          + ", where the stack was not checked", state);
    }
    if (state.frame.looked() > MOST_PASSED) {
      throw analysis.error(Rule.STACK, instruction, "the stack pointer goes to and fro too often", state);
    }
  }
}
