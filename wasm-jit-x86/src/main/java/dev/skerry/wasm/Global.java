package dev.skerry.wasm;

import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.runtime.GlobalInstance;

/** A global instance (WASM core 4.2.9). */
public final class Global implements Extern {

  private final Store store;
  private final GlobalInstance global;

  Global(Store store, GlobalInstance global) {
    this.store = store;
    this.global = global;
  }

  GlobalInstance global() {
    return global;
  }

  /** A new global in the store; the value is a raw slot as in {@link HostFunction}. */
  public static Global create(Store store, GlobalType type, long value) {
    return store.inside(() -> new Global(store, GlobalInstance.create(store.state(), type, value)));
  }

  @Override
  public GlobalType type() {
    return global.type();
  }

  @Override
  public Store store() {
    return store;
  }

  public long get() {
    return store.inside(global::get);
  }

  /**
   * Sets a mutable global.
   *
   * @throws IllegalStateException if it is immutable
   */
  public void set(long value) {
    if (!global.type().mutable()) {
      throw new IllegalStateException("the global is immutable");
    }
    store.inside(() -> {
      global.set(value);
      return null;
    });
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Global that && that.global == global;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(global);
  }
}
