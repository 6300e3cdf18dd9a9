package dev.skerry.wasm.runtime;

import dev.skerry.wasm.MemoryBudget;

/**
 * What one store has taken of the memory that it may have: linear memories, and apart from them its instances and the
 * modules that were compiled for it, with their code. Each of the two may take the limit: a guest that has grown its
 * memories as far as it may can still call a function for the first time. What lies in Java's heap is counted against
 * a budget of the embedder's too. Thread-safe; it outlives the store, and grants nothing more then, nor holds on to the
 * budget: what gives back memory of collected modules must keep nothing alive that may lead to them.
 */
public final class StoreMemory implements MemoryBudget {

  private final long limit;
  private MemoryBudget heap;
  private long linear;
  /** Of instances and modules; in Java's heap or not, and in Java's heap alone. */
  private long others;
  private long othersInHeap;
  private boolean closed;

  StoreMemory(long limit, MemoryBudget heap) {
    this.limit = limit;
    this.heap = heap;
  }

  /** Takes bytes of linear memory; false if that would be over the limit. */
  synchronized boolean takeLinear(long bytes) {
    if (closed || bytes > limit - linear) {
      return false;
    }
    linear += bytes;
    return true;
  }

  synchronized void giveBackLinear(long bytes) {
    if (!closed) {
      linear -= bytes;
    }
  }

  /** As {@link #take}, with bytes that are not in Java's heap. */
  synchronized String take(long heapBytes, long nativeBytes) {
    if (closed || heapBytes + nativeBytes > limit - others) {
      return closed ? "a store that is closed" : "the store's limit of " + limit + " bytes";
    }
    String refused = heap.take(heapBytes);
    if (refused == null) {
      others += heapBytes + nativeBytes;
      othersInHeap += heapBytes;
    }
    return refused;
  }

  /** As {@link #giveBack(long)}, with bytes that are not in Java's heap. */
  synchronized void giveBack(long heapBytes, long nativeBytes) {
    if (!closed) {
      others -= heapBytes + nativeBytes;
      othersInHeap -= heapBytes;
      heap.giveBack(heapBytes);
    }
  }

  @Override
  public String take(long bytes) {
    return take(bytes, 0);
  }

  @Override
  public void giveBack(long bytes) {
    giveBack(bytes, 0);
  }

  /** Bytes taken at this moment. */
  public synchronized long taken() {
    return linear + others;
  }

  /** Gives back everything, once and for all. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      heap.giveBack(othersInHeap);
      heap = MemoryBudget.UNLIMITED;
      linear = 0;
      others = 0;
    }
  }
}
