package dev.skerry.wasm.runtime;

import dev.skerry.memory.LinearMemory;
import dev.skerry.memory.MemoryImage;
import dev.skerry.memory.MemoryLayout;
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
  /** What this store shares with others, and its hold on it; null for a memory of its own. */
  private final SharedMemory shared;
  private final SharedMemory.Holder holder;
  /** Bytes that the store's books hold for this memory. */
  private long counted;

  private MemoryInstance(StoreState store, MemoryType type, LinearMemory linear, long record) {
    this.store = store;
    this.type = type;
    this.linear = linear;
    this.record = record;
    this.shared = null;
    this.holder = null;
    this.counted = linear.byteLength();
    publish();
  }

  private MemoryInstance(StoreState store, MemoryType type, SharedMemory shared, long counted) {
    this.store = store;
    this.type = type;
    this.shared = shared;
    this.linear = shared.linear();
    this.holder = store.own(shared.hold());
    this.record = holder.record();
    this.counted = counted;
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
    return create(store, type, record, type.limits().min(), null);
  }

  /**
   * A memory that begins with other pages than zero ones.
   *
   * @param pages how many it has
   * @param image what the first ones hold, of which there are no more; or null
   */
  static MemoryInstance create(StoreState store, MemoryType type, long record, long pages, MemoryImage image)
      throws LinkError {
    long maxPages = maxPages(type);
    if (pages < 0 || pages > maxPages || !store.usage().takeMemory(pages * PAGE_BYTES)) {
      throw new LinkError("a memory of " + pages + " pages is over the store's limit of "
          + store.limits().memoryBytes() + " bytes, of which " + store.memory().taken() + " are in use");
    }
    long initial = pages * PAGE_BYTES;
    long reach = Math.min(maxPages, Math.max(pages, store.limits().memoryBytes() / PAGE_BYTES));
    try {
      LinearMemory linear = reserve(store, type, initial, reach * PAGE_BYTES, image);
      return type.shared() ? new MemoryInstance(store, type, new SharedMemory(linear), initial)
          : new MemoryInstance(store, type, store.own(linear), record);
    } catch (NativeMemoryException e) {
      store.usage().returnMemory(initial);
      throw new LinkError("a memory of " + pages + " pages is more than the system has: " + e.getMessage());
    }
  }

  /**
   * The same memory in another store, which counts its present length as its own.
   *
   * @param other a store of the same engine, entered
   * @throws IllegalArgumentException if the memory is not shared
   * @throws IllegalStateException if this store, and all others that had the memory, are closed
   */
  public MemoryInstance share(StoreState other) throws LinkError {
    if (shared == null) {
      throw new IllegalArgumentException("only a shared memory can be in several stores");
    }
    long bytes = linear.byteLength();
    if (!other.usage().takeMemory(bytes)) {
      throw new LinkError("a shared memory of " + bytes + " bytes is over the store's limit of "
          + other.limits().memoryBytes() + " bytes, of which " + other.memory().taken() + " are in use");
    }
    try {
      return new MemoryInstance(other, type, shared, bytes);
    } catch (IllegalStateException | NativeMemoryException e) {
      other.usage().returnMemory(bytes);
      throw e;
    }
  }

  /** With room and guard where code may rely on them, unless there is no address space for them. */
  private static LinearMemory reserve(StoreState store, MemoryType type, long initial, long most, MemoryImage image) {
    if (isMasked(store, type)) {
      return reserve(initial, most, MemoryLayout.MASKED, image);
    }
    if (needsGuard(store, type)) {
      try {
        return reserve(initial, most, MemoryLayout.GUARDED, image);
      } catch (NativeMemoryException e) {
        return reserve(initial, most, MemoryLayout.CHECKED, image);
      }
    }
    return reserve(initial, most, MemoryLayout.CHECKED, image);
  }

  private static LinearMemory reserve(long initial, long most, MemoryLayout layout, MemoryImage image) {
    return image == null ? LinearMemory.reserve(initial, most, layout)
        : LinearMemory.reserve(initial, most, layout, image);
  }

  /** Says whether code forces addresses into a region; those of 64 bits it always checks. */
  private static boolean isMasked(StoreState store, MemoryType type) {
    return store.isMasked() && !type.address().equals(ValType.I64);
  }

  /** Says whether code leaves the bounds to the page tables; those of 64-bit addresses it always checks. */
  private static boolean needsGuard(StoreState store, MemoryType type) {
    return store.isGuarded() && !type.address().equals(ValType.I64);
  }

  /** Says whether machine code may run with this as memory 0: it must stay in place, with the guard that code needs. */
  boolean fitsMachineCode() {
    return !linear.movesOnGrowth() && (!needsGuard(store, type) || linear.isGuarded());
  }

  /** End of the addresses that a fault of machine code is a trap at; 0 if code checks bounds itself. */
  long guardEnd() {
    return needsGuard(store, type) && linear.isGuarded()
        ? linear.address() + MemoryLayout.GUARDED.roomBytes() + MemoryLayout.GUARDED.guardBytes() : 0;
  }

  private static long maxPages(MemoryType type) {
    long most = type.address().equals(ValType.I64) ? MAX_PAGES_64 : ModuleLimits.MEMORY_PAGES;
    return type.limits().bounded() ? Math.min(type.limits().max(), most) : most;
  }

  /** Gives the memory back before the store is closed; nothing can reach it any more. */
  void discard() {
    store.usage().returnMemory(counted);
    store.release(shared == null ? linear : holder);
  }

  private void publish() {
    publish(linear, record);
  }

  /** Writes a record for guest code. */
  static void publish(LinearMemory linear, long record) {
    long length = linear.byteLength();
    NativeAccess.putLong(record + Layout.RECORD_BASE, linear.address());
    NativeAccess.putLong(record + Layout.RECORD_LENGTH, length);
    NativeAccess.putLong(record + Layout.RECORD_MASK,
        linear.isMasked() ? MemoryLayout.regionBytes(length) - 1 : -1);
  }

  public StoreState store() {
    return store;
  }

  /** The declared type, with the current size as lower limit. */
  public MemoryType type() {
    return type.with(new Limits(linear.byteLength() / PAGE_BYTES, type.limits().max()));
  }

  /** What is shared with other stores, or null. */
  SharedMemory shared() {
    return shared;
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
    long former = shared == null ? growOwn(pages) : shared.grow(store, pages, maxPages(type));
    counted += former < 0 ? 0 : pages * PAGE_BYTES;
    return former;
  }

  private long growOwn(long pages) {
    long former = linear.byteLength() / PAGE_BYTES;
    if (pages < 0 || pages > maxPages(type) - former) {
      return -1;
    }
    long bytes = pages * PAGE_BYTES;
    if (!store.usage().takeMemory(bytes)) {
      return -1;
    }
    if (!linear.grow((former + pages) * PAGE_BYTES)) {
      store.usage().returnMemory(bytes);
      return -1;
    }
    publish();
    return former;
  }
}
