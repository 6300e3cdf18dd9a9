package dev.skerry.wasm;

/** Which of an engine's tiers run guest code. Results are the same in each, but for NaN payloads. */
public enum Tier {
  /** The interpreter alone. */
  INTERP,
  /** Machine code alone: every function is compiled before it first runs, but for those that the compiler refuses. */
  JIT,
  /** Functions start in the interpreter, and what turns out hot is compiled in the background. */
  AUTO
}
