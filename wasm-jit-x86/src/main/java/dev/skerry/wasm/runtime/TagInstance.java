package dev.skerry.wasm.runtime;

/** A tag instance (WASM core 4.2.10): the object itself is the identity. */
public final class TagInstance {

  private final StoreState store;
  private final CanonicalType type;

  public TagInstance(StoreState store, CanonicalType type) {
    this.store = store;
    this.type = type;
  }

  public StoreState store() {
    return store;
  }

  public CanonicalType type() {
    return type;
  }
}
