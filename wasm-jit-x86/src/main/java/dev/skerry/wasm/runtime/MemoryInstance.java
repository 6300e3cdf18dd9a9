package dev.skerry.wasm.runtime;

import dev.skerry.memory.LinearMemory;
import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.ModuleLimits;
import dev.skerry.wasm.format.ValType;

/** A memory instance (WASM core 4.2.8) and its record, which says to guest code where the bytes are and how many. */
public final class MemoryInstance {

  public static final int PAGE_BYTES = 65_536;

  /** Pages whose bytes a number of Java can count; fewer than the standard allows for 64-bit addresses. */
  private static final long MAX_PAGES_64 = Long.MAX_VALUE / PAGE_BYTES;

  private final StoreState store;
  private final MemoryType type;
  private final LinearMemory linear;
  private final long record;

  private MemoryInstance(StoreState store, MemoryType type, LinearMemory linear, long record) {
    this.store = store;
    this.type = type;
    this.linear = linear;
    this.record = record;
    publish();
  }

  /** A memory that belongs to no instance. */
  public static MemoryInstance create(StoreState store, MemoryType type) throws LinkError {
    NativeBlock block = store.own(NativeBlock.allocate(Layout.RECORD_BYTES));
    try {
      return create(store, type, block.address());
    } catch (LinkError e) {
      store.release(block);
      throw e;
    }
  }

  static MemoryInstance create(StoreState store, MemoryType type, long record) throws LinkError {
    Limits limits = type.limits();
    long maxPages = maxPages(type);
    if (limits.min() < 0 || limits.min() > maxPages || !store.takeMemory(limits.min() * PAGE_BYTES)) {
      throw new LinkError("a memory of " + limits.min() + " pages is over the store's limit of "
          + store.limits().memoryBytes() + " bytes, of which " + store.memoryBytes() + " are in use");
    }
    long initial = limits.min() * PAGE_BYTES;
    long reach = Math.min(maxPages, Math.max(limits.min(), store.limits().memoryBytes() / PAGE_BYTES));
    try {
      LinearMemory linear = store.own(LinearMemory.reserve(initial, reach * PAGE_BYTES));
      return new MemoryInstance(store, type, linear, record);
    } catch (NativeMemoryException e) {
      store.returnMemory(initial);
      throw new LinkError("a memory of " + limits.min() + " pages is more than the system has: " + e.getMessage());
    }
  }

  private static long maxPages(MemoryType type) {
    long most = type.address().equals(ValType.I64) ? MAX_PAGES_64 : ModuleLimits.MEMORY_PAGES;
    return type.limits().bounded() ? Math.min(type.limits().max(), most) : most;
  }

  /** Gives the memory back before the store is closed; nothing can reach it any more. */
  void discard() {
    store.returnMemory(linear.byteLength());
    store.release(linear);
  }

  private void publish() {
    NativeAccess.putLong(record + Layout.RECORD_BASE, linear.address());
    NativeAccess.putLong(record + Layout.RECORD_LENGTH, linear.byteLength());
  }

  public StoreState store() {
    return store;
  }

  /** The declared type, with the current size as lower limit. */
  public MemoryType type() {
    return type.with(new Limits(linear.byteLength() / PAGE_BYTES, type.limits().max()));
  }

  long record() {
    return record;
  }

  /** The bytes; whoever reads or writes them has entered the store. */
  public LinearMemory linear() {
    return linear;
  }

  /** Grows by an unsigned number of pages; the former size in pages, or -1. */
  public long grow(long pages) {
    long former = linear.byteLength() / PAGE_BYTES;
    if (pages < 0 || pages > maxPages(type) - former) {
      return -1;
    }
    long bytes = pages * PAGE_BYTES;
    if (!store.takeMemory(bytes)) {
      return -1;
    }
    if (!linear.grow((former + pages) * PAGE_BYTES)) {
      store.returnMemory(bytes);
      return -1;
    }
    publish();
    return former;
  }
}
