package dev.skerry.wasm;

import dev.skerry.wasm.format.FuncType;

/** A function instance (WASM core 4.2.6). */
public final class Func implements Extern {

  /** A host function that belongs to no instance. */
  public static Func host(Store store, FuncType type, HostFunction function) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FuncType type() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Store store() {
    throw new UnsupportedOperationException();
  }

  /** This function's index in its store's table of function references; never 0. */
  public int ref() {
    throw new UnsupportedOperationException();
  }

  /**
   * Calls with Java values: Integer, Long, Float, Double; any object or null for externref; {@link Func} or null for
   * funcref; a {@code long[2]} for v128.
   *
   * @throws Trap when the guest traps; an exception that a host function threw passes through unchanged
   * @throws IllegalArgumentException when the arguments don't fit the type
   */
  public Object[] call(Object... args) {
    throw new UnsupportedOperationException();
  }

  /** Calls with raw slots as in {@link HostFunction#call}: arguments in, results out, in place. */
  public void invoke(long[] slots) {
    throw new UnsupportedOperationException();
  }
}
