package dev.skerry.wasm.ir;

/** What a graph may hold, checked before it is built: larger functions stay in tier 0. */
final class GraphLimits {

  /** Arguments, results, and values that branches carry on the operand stack. */
  static final int VALUES = 1 << 23;
  /** Values of locals that branches carry. */
  static final int JOINED = 1 << 23;
  /** Words of the sets of locals: those of one set, times the places where control flow branches or joins. */
  static final int SET_WORDS = 1 << 26;
  /** Words of the sets of locals that are kept at once. */
  static final int HELD_WORDS = 1 << 22;

  /** Steps of the search for dominators where loops have several entries. */
  static final int DOMINATOR_STEPS = 1 << 26;

  /** Catch clauses that may catch one exception. */
  static final int CLAUSES = 1 << 10;

  private GraphLimits() {
  }

  static CompilationRefused refused(String what, long limit) {
    return new CompilationRefused(CompilationRefused.Reason.LIMIT,
        "the function has too many " + what + ": more than " + limit);
  }
}
