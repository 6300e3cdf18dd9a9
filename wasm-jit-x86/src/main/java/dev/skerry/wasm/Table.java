package dev.skerry.wasm;

import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.runtime.TableInstance;

/** A table instance (WASM core 4.2.7) of references. */
public final class Table implements Extern {

  private final Store store;
  private final TableInstance table;

  Table(Store store, TableInstance table) {
    this.store = store;
    this.table = table;
  }

  TableInstance table() {
    return table;
  }

  /** A new table in the store, filled with one reference (0 for null). */
  public static Table create(Store store, TableType type, int ref) throws LinkError {
    return store.inside(() -> new Table(store, TableInstance.create(store.state(), type, ref)));
  }

  @Override
  public TableType type() {
    return store.inside(table::type);
  }

  @Override
  public Store store() {
    return store;
  }

  /** The number of elements at this moment. */
  public long size() {
    return store.inside(table::size);
  }

  /** The raw reference at that index: a store index, 0 for null. */
  public int get(long index) {
    return store.inside(() -> table.get(index));
  }

  public void set(long index, int ref) {
    store.inside(() -> {
      table.set(index, ref);
      return null;
    });
  }

  /** Grows by so many elements that hold the reference; the former size, or -1 when a limit forbids it. */
  public long grow(long count, int ref) {
    return store.inside(() -> table.grow(count, ref));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Table that && that.table == table;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(table);
  }
}
