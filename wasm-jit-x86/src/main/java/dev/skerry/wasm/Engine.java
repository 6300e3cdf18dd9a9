package dev.skerry.wasm;

/**
 * The embedder's engine: configuration and what all its stores share (canonical types, memory platform, limits).
 * Thread-safe.
 */
public final class Engine {

  /** An engine with default limits. */
  public static Engine create() {
    throw new UnsupportedOperationException();
  }

  /** A new, empty store with the given limits. One thread at a time may run code in a store. */
  public Store newStore(StoreLimits limits) {
    throw new UnsupportedOperationException();
  }

  /** A new, empty store with default limits. */
  public Store newStore() {
    return newStore(StoreLimits.DEFAULT);
  }
}
