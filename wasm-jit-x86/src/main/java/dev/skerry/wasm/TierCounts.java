package dev.skerry.wasm;

/**
 * Where the functions of modules run at a moment. Those of neither tier were never called.
 *
 * @param functions defined in the modules
 * @param interpreted those that were called and have no machine code
 * @param compiled those that have machine code
 */
public record TierCounts(int functions, int interpreted, int compiled) {

  /** No functions. */
  public static final TierCounts NONE = new TierCounts(0, 0, 0);

  /** These functions and others. */
  public TierCounts plus(TierCounts other) {
    return new TierCounts(functions + other.functions, interpreted + other.interpreted, compiled + other.compiled);
  }
}
