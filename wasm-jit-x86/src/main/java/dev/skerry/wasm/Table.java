package dev.skerry.wasm;

import dev.skerry.wasm.format.TableType;

/** A table instance (WASM core 4.2.7) of references. */
public final class Table implements Extern {

  /** A new table in the store, filled with one reference (0 for null). */
  public static Table create(Store store, TableType type, int ref) throws LinkError {
    throw new UnsupportedOperationException();
  }

  @Override
  public TableType type() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Store store() {
    throw new UnsupportedOperationException();
  }

  /** The number of elements at this moment. */
  public long size() {
    throw new UnsupportedOperationException();
  }

  /** The raw reference at that index: a store index, 0 for null. */
  public int get(long index) {
    throw new UnsupportedOperationException();
  }

  public void set(long index, int ref) {
    throw new UnsupportedOperationException();
  }
}
