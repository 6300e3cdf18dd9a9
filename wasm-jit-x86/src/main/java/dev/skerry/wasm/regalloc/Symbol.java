package dev.skerry.wasm.regalloc;

/** What the 32-bit displacement of a call or jump out of a function leads to. */
public enum Symbol {
  /** The stub that ends the activation with the trap whose {@code Trap.Kind} has the index as ordinal. */
  TRAP,
  /** The stub for a prologue whose check of the stack limit failed; returns if it was an interrupt that went by. */
  STACK,
  /** The stub of a poll that found an interrupt; keeps all registers. */
  INTERRUPT,
  /** The stub that lets the runtime do an instruction. */
  RUNTIME,
  /** The entry of the function of the same module with the index. */
  FUNCTION,
  /** The stub for {@code memory.fill} in memory 0; its site is one of the runtime's, which does what it does not. */
  FILL,
  /** As {@link #FILL}, for {@code memory.copy}. */
  COPY;

  /** How many there are. */
  public static final int COUNT = values().length;

  private static final Symbol[] ALL = values();

  /** Whether the site of a call is one where the runtime does an instruction. */
  public boolean isRuntime() {
    return this == RUNTIME || this == FILL || this == COPY;
  }

  /** The one with that ordinal. */
  public static Symbol of(int ordinal) {
    return ALL[ordinal];
  }
}
