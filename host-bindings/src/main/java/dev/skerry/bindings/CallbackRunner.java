package dev.skerry.bindings;

import dev.skerry.wasm.Func;

/** Calls back into guest code inside the current task: the agent meters it and reports its traps. */
@FunctionalInterface
public interface CallbackRunner {

  /** Calls with raw slots; a trap is reported to the agent and not thrown. */
  void run(Func callback, long... arguments);
}
