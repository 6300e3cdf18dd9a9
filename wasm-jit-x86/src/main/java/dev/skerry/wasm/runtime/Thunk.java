package dev.skerry.wasm.runtime;

/**
 * Machine code between the driver and compiled functions of one type.
 *
 * @param kind which way it leads
 * @param address of its first byte
 * @param stackParameterBytes what the function that it stands for, or calls, pops from the stack
 */
record Thunk(Kind kind, long address, int stackParameterBytes) implements CodeObject {

  /** Which way a thunk leads. */
  enum Kind {
    /** From the driver into a function. */
    ENTRY,
    /** From the driver into a loop of a function. */
    LOOP_ENTRY,
    /** From a compiled caller to the driver. */
    EXIT
  }
}
