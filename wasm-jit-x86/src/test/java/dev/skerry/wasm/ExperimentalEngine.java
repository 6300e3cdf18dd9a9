package dev.skerry.wasm;

import dev.skerry.wasm.tier.Experiments;

/** Engines with compilers that are none of the product's. */
public final class ExperimentalEngine {

  private ExperimentalEngine() {
  }

  /** Without passes and refinements of these names, with commas between. */
  public static Engine without(EngineOptions options, String names) {
    return Engine.create(options, Experiments.without(options.supported(), names));
  }

  /** With code that is laid out by profiles which say anything at all. */
  public static Engine misled(EngineOptions options, long seed) {
    return Engine.create(options, Experiments.misled(options.supported(), seed));
  }

  /** With code for a processor with nothing but SSE4.1. */
  public static Engine plain(EngineOptions options) {
    return Engine.create(options, Experiments.plain(options.supported()));
  }

  /** With accesses to memory as they are in C: a guest can do what it wants, and no proof of its code succeeds. */
  public static Engine unchecked() {
    EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT).withMemory(MemoryStrategy.GUARD)
        .withVerify(false);
    return Engine.create(options, Experiments.unchecked(options));
  }

  /** With guests that nothing can interrupt. */
  public static Engine unpolled() {
    EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT).withMemory(MemoryStrategy.GUARD)
        .withVerify(false);
    return Engine.create(options, Experiments.unpolled(options));
  }

  /** With guests that count the checks they execute, in the i64 at an address of memory 0 that they do not use. */
  public static Engine counting(MemoryStrategy memory, int address) {
    EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT).withMemory(memory);
    return Engine.create(options, Experiments.counting(options, address));
  }
}
