package dev.skerry.wasm;

import dev.skerry.wasm.runtime.CodeRegion;
import dev.skerry.wasm.runtime.NativeTier;
import dev.skerry.wasm.runtime.Tiering;
import dev.skerry.wasm.runtime.TypeRegistry;

/**
 * The embedder's engine: configuration and what all its stores share (canonical types, memory platform, limits).
 * Thread-safe.
 */
public final class Engine {

  private final TypeRegistry types = new TypeRegistry();

  private final CompileTurns compiles = new CompileTurns(Runtime.getRuntime().availableProcessors());
  private final EngineOptions options;
  private final Tiering tiering;

  private Engine(EngineOptions options, Tiering tiering) {
    this.options = options.supported();
    this.tiering = tiering;
  }

  TypeRegistry types() {
    return types;
  }

  CompileTurns compiles() {
    return compiles;
  }

  /** An engine with the options that the system properties say. */
  public static Engine create() {
    return create(EngineOptions.fromProperties());
  }

  /** An engine that runs code as the options say. */
  public static Engine create(EngineOptions options) {
    return create(options, null);
  }

  /** An engine whose machine code comes from somebody else. */
  static Engine create(EngineOptions options, Tiering tiering) {
    return new Engine(options, tiering);
  }

  /** What stores run machine code with; null if guests are interpreted only. */
  NativeTier nativeTier() {
    return options.tier() == Tier.INTERP ? null
        : new NativeTier(CodeRegion.current(), tiering, options.memory() == MemoryStrategy.GUARD);
  }

  /** How this engine runs code: what was asked for, as far as this machine can. */
  public EngineOptions options() {
    return options;
  }

  /** A new, empty store with the given limits. One thread at a time may run code in a store. */
  public Store newStore(StoreLimits limits) {
    return newStore(limits, MemoryBudget.UNLIMITED);
  }

  /**
   * As {@link #newStore(StoreLimits)}.
   *
   * @param heap what instances and modules of the store take of Java's heap is counted against, beside the store's own
   *     limit; given back when the store is closed
   */
  public Store newStore(StoreLimits limits, MemoryBudget heap) {
    return new Store(this, limits, heap);
  }

  /** A new, empty store with default limits. */
  public Store newStore() {
    return newStore(StoreLimits.DEFAULT);
  }
}
