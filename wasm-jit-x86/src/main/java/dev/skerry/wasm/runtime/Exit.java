package dev.skerry.wasm.runtime;

/** Why compiled code stopped and went back to the driver. */
final class Exit {

  /** The function that was entered returned. */
  static final int DONE = 0;
  /** No call can be entered directly: of no use as a reason. */
  static final int STOPPED = -1;
  /** A function is called that the driver must run: its descriptor and arguments are in the store context. */
  static final int CALL = 1;
  /** An instruction that the runtime does; the call site says which. */
  static final int RUNTIME = 2;
  /** A poll saw that an interrupt is pending. All registers are kept. */
  static final int INTERRUPT = 3;
  /** The stack ends, or an interrupt moved its limit. All registers are kept. */
  static final int STACK = 4;
  /** A function is called that has no code for compiled callers yet. All registers are kept. */
  static final int LINK = 5;
  /** An access faulted that leaves its bounds to the page tables. */
  static final int FAULT = 6;
  /** And above: a trap of the kind with that ordinal. */
  static final int FIRST_TRAP = 16;

  private Exit() {
  }
}
