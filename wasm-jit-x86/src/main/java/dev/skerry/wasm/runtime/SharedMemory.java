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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A memory that several stores, and so several threads, use at once. It never moves, its length is published to all of
 * them under a lock, and it lives until the last of them lets go. Thread-safe.
 */
final class SharedMemory {

  /** {@code memory.atomic.wait}: woken, another value was there, or time is up. */
  private static final int WOKEN = 0;
  private static final int NOT_EQUAL = 1;
  private static final int TIMED_OUT = 2;

  /** How long a waiting thread does not see that its store was interrupted. */
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final LinearMemory linear;
  private final List<Holder> holders = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Long, Deque<Waiter>> waiters = new HashMap<>();

  private static final class Waiter {
    private final Condition condition;
    private boolean woken;

    Waiter(Condition condition) {
      this.condition = condition;
    }
  }

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
      if (!store.takeMemory(bytes)) {
        return -1;
      }
      if (!linear.grow(linear.byteLength() + bytes)) {
        store.returnMemory(bytes);
        return -1;
      }
      holders.forEach(Holder::publish);
      return former;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until woken if the expected value is there.
   *
   * @param timeout nanoseconds; negative for no end
   * @return the result of the instruction
   */
  int await(StoreState store, long at, int bytes, long expected, long timeout) {
    long start = System.nanoTime();
    boolean interrupted = false;
    lock.lock();
    try {
      if (NativeAtomics.get(linear.address() + at, bytes) != expected) {
        return NOT_EQUAL;
      }
      Waiter waiter = new Waiter(lock.newCondition());
      waiters.computeIfAbsent(at, key -> new ArrayDeque<>()).add(waiter);
      try {
        while (!waiter.woken) {
          store.pollBetweenSlices();
          long left = timeout - (System.nanoTime() - start);
          if (timeout >= 0 && left <= 0) {
            return TIMED_OUT;
          }
          interrupted |= pause(waiter, timeout < 0 ? POLL_NANOS : Math.min(POLL_NANOS, left));
        }
        return WOKEN;
      } finally {
        forget(at, waiter);
      }
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Says whether the thread was interrupted, which ends no wait: a store's interrupt does. */
  private static boolean pause(Waiter waiter, long nanos) {
    try {
      waiter.condition.awaitNanos(nanos);
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private void forget(long at, Waiter waiter) {
    Deque<Waiter> queue = waiters.get(at);
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
      Deque<Waiter> queue = waiters.get(at);
      long woken = 0;
      while (queue != null && !queue.isEmpty() && woken < most) {
        Waiter waiter = queue.remove();
        waiter.woken = true;
        waiter.condition.signal();
        woken++;
      }
      return woken;
    } finally {
      lock.unlock();
    }
  }
}
