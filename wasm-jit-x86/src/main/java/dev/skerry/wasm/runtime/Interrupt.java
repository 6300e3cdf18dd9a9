package dev.skerry.wasm.runtime;

/** The bits of a store's interrupt word: what whoever runs must stop for. */
final class Interrupt {

  /** Trap. Stays until it is cleared. */
  static final int KILL = 1;
  /** Suspend, if that is possible, and go on when resumed. */
  static final int YIELD = 2;
  /** Say what is running, and go on. */
  static final int SAMPLE = 4;
  /** Trap: a limit of time is reached. Stays until that is lifted. */
  static final int TIMEOUT = 8;

  /** What ends whatever runs. */
  static final int END = KILL | TIMEOUT;

  private Interrupt() {
  }
}
