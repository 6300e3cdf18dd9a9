package dev.skerry.wasm;

import dev.skerry.wasm.cache.CachePartition;
import dev.skerry.wasm.format.Feature;
import java.util.Set;

/**
 * How a module is compiled.
 *
 * @param features what the module may use beyond WebAssembly 2.0 without SIMD; of the others it is refused by name
 * @param memory what the module's bytes, everything declared in it and its code are counted against, until it is
 *     collected; compiling ends with a {@link CompileError} of kind {@link CompileError.Kind#LIMIT} where it refuses
 * @param poll called at least every few milliseconds of work, on the compiling thread; what it throws ends the compile
 * @param partition whose compiled code the module shares, where the engine has a cache
 */
public record CompileOptions(Set<Feature> features, MemoryBudget memory, Runnable poll, CachePartition partition) {

  /** All features, memory without a limit, and nothing that ends a compile. */
  public static final CompileOptions DEFAULT =
      new CompileOptions(Module.FEATURES, MemoryBudget.UNLIMITED, () -> { });

  /** Options of a module that shares compiled code with all that have no partition either. */
  public CompileOptions(Set<Feature> features, MemoryBudget memory, Runnable poll) {
    this(features, memory, poll, CachePartition.NONE);
  }

  /** @throws IllegalArgumentException if the engine does not run one of the features */
  public CompileOptions {
    if (!Module.FEATURES.containsAll(features)) {
      throw new IllegalArgumentException("not all of " + features + " are features that run");
    }
  }

  public CompileOptions withFeatures(Set<Feature> chosen) {
    return new CompileOptions(chosen, memory, poll, partition);
  }

  public CompileOptions withMemory(MemoryBudget budget) {
    return new CompileOptions(features, budget, poll, partition);
  }

  public CompileOptions withPoll(Runnable action) {
    return new CompileOptions(features, memory, action, partition);
  }

  public CompileOptions withPartition(CachePartition other) {
    return new CompileOptions(features, memory, poll, other);
  }
}
