package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.TableType;

/** A table instance (WASM core 4.2.7): 32-bit references in native memory, and the record that leads to them. */
public final class TableInstance {

  /** Of any table, whatever its indices. */
  private static final long MAX_ELEMENTS = 0xffff_ffffL;
  private static final int SLICE = 1 << 16;

  private final StoreState store;
  private final TableType type;
  private final long record;
  private NativeBlock elements;
  private long size;

  private TableInstance(StoreState store, TableType type, long record, NativeBlock elements, long size) {
    this.store = store;
    this.type = type;
    this.record = record;
    this.elements = elements;
    this.size = size;
    publish();
    if (type.element().isExceptionReference()) {
      store.exceptions().roots().add(this);
    }
    if (type.element().isExternReference()) {
      store.externs().roots().add(this);
    }
  }

  /** A table that belongs to no instance. */
  public static TableInstance create(StoreState store, TableType type, int ref) throws LinkError {
    NativeBlock block = store.own(NativeBlock.allocate(Layout.RECORD_BYTES));
    try {
      return create(store, type, ref, block.address());
    } catch (LinkError e) {
      store.release(block);
      throw e;
    }
  }

  static TableInstance create(StoreState store, TableType type, int ref, long record) throws LinkError {
    return create(store, type, ref, record, type.limits().min());
  }

  /** A table of that many elements, from the type's lower limit on. */
  static TableInstance create(StoreState store, TableType type, int ref, long record, long count) throws LinkError {
    if (count < 0 || count > MAX_ELEMENTS || !store.usage().takeElements(count)) {
      throw new LinkError("a table of " + Long.toUnsignedString(count) + " elements is over the store's limit of "
          + store.limits().tableElements() + " elements");
    }
    try {
      NativeBlock block = store.own(NativeBlock.allocate(count * Integer.BYTES));
      TableInstance table = new TableInstance(store, type, record, block, count);
      if (ref != 0) {
        table.fill(0, ref, count);
      }
      return table;
    } catch (NativeMemoryException e) {
      store.usage().returnElements(count);
      throw new LinkError("a table of " + count + " elements is more than the system has: " + e.getMessage());
    }
  }

  /** Gives the table back before the store is closed; nothing can reach it any more. */
  void discard() {
    store.exceptions().roots().remove(this);
    store.externs().roots().remove(this);
    store.usage().returnElements(size);
    store.release(elements);
  }

  private void publish() {
    NativeAccess.putLong(record + Layout.RECORD_BASE, elements.address());
    NativeAccess.putLong(record + Layout.RECORD_LENGTH, size);
  }

  public StoreState store() {
    return store;
  }

  /** The declared type, with the current size as lower limit. */
  public TableType type() {
    return type.with(new Limits(size, type.limits().max()));
  }

  long record() {
    return record;
  }

  public long size() {
    return size;
  }

  private long address(long index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("element " + index + " of a table of " + size);
    }
    return elements.address() + NativeAccess.clamp(index, size - 1) * Integer.BYTES;
  }

  public int get(long index) {
    return NativeAccess.getInt(address(index));
  }

  public void set(long index, int ref) {
    NativeAccess.putInt(address(index), ref);
  }

  /** As {@link #set}, of an element that is known to be there. */
  void setWithin(int index, int ref) {
    NativeAccess.putInt(elements.address() + (long) index * Integer.BYTES, ref);
  }

  /** Says whether so many elements are there from an index on; both unsigned. */
  boolean contains(long from, long count) {
    return RuntimeOperations.isWithin(from, count, size);
  }

  /** Grows by so many elements; the former size, or -1. */
  public long grow(long count, int ref) {
    long former = size;
    boolean limited = Long.compareUnsigned(type.limits().max(), MAX_ELEMENTS) < 0;
    long most = limited ? type.limits().max() : MAX_ELEMENTS;
    if (count < 0 || count > most - former || !store.usage().takeElements(count)) {
      return -1;
    }
    long needed = (former + count) * Integer.BYTES;
    if (needed > elements.byteLength()) {
      NativeBlock larger;
      try {
        larger = store.own(NativeBlock.allocate(Math.max(needed, elements.byteLength() + elements.byteLength() / 2)));
      } catch (NativeMemoryException e) {
        store.usage().returnElements(count);
        return -1;
      }
      NativeAccess.copy(elements.address(), larger.address(), former * Integer.BYTES);
      NativeBlock smaller = elements;
      elements = larger;
      size = former + count;
      publish();
      store.release(smaller);
    } else {
      size = former + count;
      publish();
    }
    fill(former, ref, count);
    return former;
  }

  /** Fills elements that are there. */
  void fill(long from, int ref, long count) {
    for (long done = 0; done < count; done++) {
      if (done % SLICE == 0) {
        store.pollBetweenSlices();
      }
      set(from + done, ref);
    }
  }

  /** Copies elements that are there, between tables or within one. */
  static void copy(TableInstance target, long to, TableInstance source, long from, long count) {
    NativeAccess.copy(source.elements.address() + from * Integer.BYTES,
        target.elements.address() + to * Integer.BYTES, count * Integer.BYTES);
  }
}
