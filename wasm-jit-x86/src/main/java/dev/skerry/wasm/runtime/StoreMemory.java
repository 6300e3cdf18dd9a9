package dev.skerry.wasm.runtime;

import dev.skerry.wasm.MemoryBudget;

/**
 * What one store has taken of the memory that it may have: linear memories and instances, and apart from them the
 * modules that were compiled for it, with their code. Each may take the limit: a guest that has grown its memories as
 * far as it may can still call a function for the first time. What lies in Java's heap is counted against a budget of
 * the embedder's too. Thread-safe; it outlives the store, and grants nothing more then.
 */
public final class StoreMemory implements MemoryBudget {

  private final long limit;
  private final MemoryBudget heap;
  private long taken;
  private long takenOfHeap;
  private boolean closed;

  StoreMemory(long limit, MemoryBudget heap) {
    this.limit = limit;
    this.heap = heap;
  }

  /** Takes native memory; false if that would be over the limit. */
  synchronized boolean takeNative(long bytes) {
    if (closed || bytes > limit - taken) {
      return false;
    }
    taken += bytes;
    return true;
  }

  synchronized void giveBackNative(long bytes) {
    if (!closed) {
      taken -= bytes;
    }
  }

  @Override
  public synchronized String take(long bytes) {
    if (closed || bytes > limit - takenOfHeap) {
      return closed ? "a store that is closed" : "the store's limit of " + limit + " bytes";
    }
    String refused = heap.take(bytes);
    takenOfHeap += refused == null ? bytes : 0;
    return refused;
  }

  @Override
  public synchronized void giveBack(long bytes) {
    if (!closed) {
      takenOfHeap -= bytes;
      heap.giveBack(bytes);
    }
  }

  /** Bytes taken at this moment. */
  public synchronized long taken() {
    return taken + takenOfHeap;
  }

  /** Gives back everything, once and for all. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      heap.giveBack(takenOfHeap);
      taken = 0;
      takenOfHeap = 0;
    }
  }
}
