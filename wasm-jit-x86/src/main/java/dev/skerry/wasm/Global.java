package dev.skerry.wasm;

import dev.skerry.wasm.format.GlobalType;

/** A global instance (WASM core 4.2.9). */
public final class Global implements Extern {

  /** A new global in the store; the value is a raw slot as in {@link HostFunction}. */
  public static Global create(Store store, GlobalType type, long value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public GlobalType type() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Store store() {
    throw new UnsupportedOperationException();
  }

  public long get() {
    throw new UnsupportedOperationException();
  }

  /** Sets a mutable global. */
  public void set(long value) {
    throw new UnsupportedOperationException();
  }
}
