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

  /** A new global of type v128 in the store. */
  public static Global create(Store store, GlobalType type, long low, long high) {
    return store.inside(() -> new Global(store, GlobalInstance.create(store.state(), type, low, high)));
  }

  @Override
  public GlobalType type() {
    return global.type();
  }

  @Override
  public Store store() {
    return store;
  }

  /** The value as a raw slot, of a v128 its low half. */
  public long get() {
    return store.inside(global::get);
  }

  /**
   * The value as {@link HostFunction} has it in slots: two for a v128, the low half first, else one.
   */
  public long[] slots() {
    return store.inside(() -> type().value().slots() == 2
        ? new long[] {global.get(), global.high()} : new long[] {global.get()});
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

  /**
   * Sets a mutable global of type v128.
   *
   * @throws IllegalStateException if it is immutable or of another type
   */
  public void set(long low, long high) {
    if (!global.type().mutable() || global.type().value().slots() != 2) {
      throw new IllegalStateException("the global is immutable or no v128");
    }
    store.inside(() -> {
      global.set(low, high);
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
