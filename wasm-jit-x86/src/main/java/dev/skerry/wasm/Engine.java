package dev.skerry.wasm;

import dev.skerry.wasm.runtime.TypeRegistry;

/**
 * The embedder's engine: configuration and what all its stores share (canonical types, memory platform, limits).
 * Thread-safe.
 */
public final class Engine {

  private final TypeRegistry types = new TypeRegistry();

  private Engine() {
  }

  TypeRegistry types() {
    return types;
  }

  /** An engine with default limits. */
  public static Engine create() {
    return new Engine();
  }

  /** A new, empty store with the given limits. One thread at a time may run code in a store. */
  public Store newStore(StoreLimits limits) {
    return new Store(this, limits);
  }

  /** A new, empty store with default limits. */
  public Store newStore() {
    return newStore(StoreLimits.DEFAULT);
  }
}
