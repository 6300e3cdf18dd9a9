package dev.skerry.wasm.runtime;

/**
 * Decides which functions get machine code, and when; the driver tells it what guests do. Thread-safe: stores on any
 * threads share it. It makes code known with {@link ModuleCode#install} and {@link ModuleCode#installLoop}.
 */
public interface Tiering {

  /**
   * A function without machine code is about to run for the first time in an instance. Code that is installed before
   * this returns is what runs.
   */
  void firstCall(ModuleCode module, int function);

  /**
   * A function was found running in tier 0 by one of the ticks that come about every millisecond.
   *
   * @param loop byte offset in the module of the loop instruction whose body begins next, or -1
   * @return whether it is to count its branches from now on, which takes time: see {@link ModuleCode#profile}
   */
  boolean sampled(ModuleCode module, int function, int loop);
}
