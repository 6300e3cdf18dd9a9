package dev.skerry.wasm;

import dev.skerry.wasm.format.Feature;
import java.util.Set;

/**
 * How a module is compiled.
 *
 * @param features what the module may use beyond WebAssembly 2.0 without SIMD; of the others it is refused by name
 * @param memory what the module's bytes, everything declared in it and its code are counted against, until it is
 *     collected; compiling ends with a {@link CompileError} of kind {@link CompileError.Kind#LIMIT} where it refuses
 * @param poll called at least every few milliseconds of work, on the compiling thread; what it throws ends the compile
 */
public record CompileOptions(Set<Feature> features, MemoryBudget memory, Runnable poll) {

  /** All features, memory without a limit, and nothing that ends a compile. */
  public static final CompileOptions DEFAULT =
      new CompileOptions(Module.FEATURES, MemoryBudget.UNLIMITED, () -> { });

  /** @throws IllegalArgumentException if the engine does not run one of the features */
  public CompileOptions {
    if (!Module.FEATURES.containsAll(features)) {
      throw new IllegalArgumentException("not all of " + features + " are features that run");
    }
  }

  public CompileOptions withFeatures(Set<Feature> chosen) {
    return new CompileOptions(chosen, memory, poll);
  }

  public CompileOptions withMemory(MemoryBudget budget) {
    return new CompileOptions(features, budget, poll);
  }

  public CompileOptions withPoll(Runnable action) {
    return new CompileOptions(features, memory, action);
  }
}
