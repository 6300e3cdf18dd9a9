package dev.skerry.bindings;

import dev.skerry.wasm.Func;

/** Calls back into guest code inside the current task: the agent meters it and reports its traps. */
@FunctionalInterface
public interface CallbackRunner {

  /**
   * Calls with raw slots; a trap is reported to the agent and not thrown.
   *
   * @param then runs once when the callback has returned or trapped, or waits for something ({@code Call.await}): at
   *     once, or later in the same task where the guest was suspended for the sake of others
   */
  void run(Func callback, Runnable then, long... arguments);
}
