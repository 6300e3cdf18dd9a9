package dev.skerry.wasm.runtime;

import dev.skerry.memory.LinearMemory;
import dev.skerry.memory.NativeAtomics;
import dev.skerry.memory.NativeBlock;
import dev.skerry.memory.NativeMemoryException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A memory that several stores, and so several threads, use at once. It never moves, its length is published to all of
 * them under a lock, and it lives until the last of them lets go. Thread-safe.
 */
final class SharedMemory {

  private final LinearMemory linear;
  private final List<Holder> holders = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, Deque<AtomicWaiter>> waiters = new HashMap<>();

  /** One store's hold, with the record that its guests read. */
  final class Holder implements AutoCloseable {
    private final NativeBlock record = NativeBlock.allocate(Layout.RECORD_BYTES);

    long record() {
      return record.address();
    }

    private void publish() {
      MemoryInstance.publish(linear, record.address());
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (holders.remove(this)) {
          record.close();
          if (holders.isEmpty()) {
            linear.close();
          }
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Takes over the memory, which nobody else closes or grows; it is freed with the last holder. */
  SharedMemory(LinearMemory linear) {
    this.linear = linear;
  }

  LinearMemory linear() {
    return linear;
  }

  /**
   * A further hold.
   *
   * @throws IllegalStateException if the last holder is gone
   */
  Holder hold() {
    lock.lock();
    try {
      if (linear.address() == 0) {
        throw new IllegalStateException("the shared memory is gone: all stores that had it are closed");
      }
      Holder holder = holder();
      holders.add(holder);
      holder.publish();
      return holder;
    } finally {
      lock.unlock();
    }
  }

  private Holder holder() {
    try {
      return new Holder();
    } catch (NativeMemoryException e) {
      if (holders.isEmpty()) {
        linear.close();
      }
      throw e;
    }
  }

  /**
   * Grows for all; the former size in pages, or -1. A memory that would move cannot grow under other threads' feet.
   *
   * @param pages unsigned
   */
  long grow(StoreState store, long pages, long maxPages) {
    lock.lock();
    try {
      long former = linear.byteLength() / MemoryInstance.PAGE_BYTES;
      if (pages < 0 || pages > maxPages - former || pages > 0 && linear.movesOnGrowth()) {
        return -1;
      }
      long bytes = pages * MemoryInstance.PAGE_BYTES;
      if (!store.usage().takeMemory(bytes)) {
        return -1;
      }
      if (!linear.grow(linear.byteLength() + bytes)) {
        store.usage().returnMemory(bytes);
        return -1;
      }
      holders.forEach(Holder::publish);
      return former;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Begins to wait if the expected value is there; null if another one is.
   *
   * @param timeout nanoseconds; negative for no end
   */
  AtomicWaiter begin(StoreState store, long at, int bytes, long expected, long timeout) {
    lock.lock();
    try {
      if (NativeAtomics.get(linear.address() + at, bytes) != expected) {
        return null;
      }
      AtomicWaiter waiter = new AtomicWaiter(store, this, at, timeout, lock);
      waiters.computeIfAbsent(at, key -> new ArrayDeque<>()).add(waiter);
      return waiter;
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  void forget(long at, AtomicWaiter waiter) {
    Deque<AtomicWaiter> queue = waiters.get(at);
    if (queue != null) {
      queue.remove(waiter);
      if (queue.isEmpty()) {
        waiters.remove(at);
      }
    }
  }

  /** Wakes so many of those that wait at an offset, who waited longest first; how many it woke. */
  long wake(long at, long most) {
    lock.lock();
    try {
      Deque<AtomicWaiter> queue = waiters.get(at);
      long woken = 0;
      while (queue != null && !queue.isEmpty() && woken < most) {
        queue.peek().settle(AtomicWaiter.WOKEN);
        woken++;
      }
      return woken;
    } finally {
      lock.unlock();
    }
  }
}
