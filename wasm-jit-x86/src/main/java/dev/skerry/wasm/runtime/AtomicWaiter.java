package dev.skerry.wasm.runtime;

import dev.skerry.wasm.AtomicWait;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One that waits at an offset of a shared memory: a thread, or an activation that is suspended and holds none. All of
 * it is under the memory's lock. It is in the memory's queue until it is woken, its time is up or it gives up.
 */
final class AtomicWaiter implements AtomicWait {

  /** Results of the instruction; before there is one. */
  static final int PENDING = -1;
  static final int WOKEN = 0;
  static final int TIMED_OUT = 2;

  private final StoreState store;
  private final SharedMemory memory;
  private final long at;
  private final long timeout;
  private final long begin = System.nanoTime();
  private final ReentrantLock lock;
  private final Condition changed;
  private final List<Runnable> actions = new ArrayList<>();
  private int result = PENDING;
  /** Whether whoever waits is to look at its store. */
  private boolean nudged;
  private ScheduledFuture<?> alarm;

  /**
   * Under the lock.
   *
   * @param timeout nanoseconds; negative for no end
   */
  AtomicWaiter(StoreState store, SharedMemory memory, long at, long timeout, ReentrantLock lock) {
    this.store = store;
    this.memory = memory;
    this.at = at;
    this.timeout = timeout;
    this.lock = lock;
    this.changed = lock.newCondition();
  }

  /** Waits on this thread; the result. The store's interrupts end it with their trap. */
  int await() {
    boolean interrupted = false;
    lock.lock();
    try {
      store.interrupts().add(this);
      while (result == PENDING) {
        store.pollBetweenSlices();
        long left = timeout - (System.nanoTime() - begin);
        if (timeout >= 0 && left <= 0) {
          settle(TIMED_OUT);
        } else {
          interrupted |= pause(left);
        }
      }
      return result;
    } finally {
      leave();
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Says whether the thread was interrupted, which ends no wait: a store's interrupt does. */
  private boolean pause(long nanos) {
    try {
      if (timeout < 0) {
        changed.await();
      } else {
        changed.awaitNanos(nanos);
      }
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** Waits without a thread. */
  void suspend() {
    lock.lock();
    try {
      store.interrupts().add(this);
      // An interrupt that came before found nobody to nudge.
      nudged = store.isEnded();
      if (timeout >= 0 && result == PENDING) {
        alarm = Alarms.after(Math.max(0, timeout - (System.nanoTime() - begin)), this::expire);
      }
      announce();
    } finally {
      lock.unlock();
    }
  }

  /** The result, or {@link #PENDING}: then it is suspended again, and ready when something new happens. */
  int resume() {
    lock.lock();
    try {
      if (result != PENDING) {
        leave();
      }
      nudged = false;
      return result;
    } finally {
      lock.unlock();
    }
  }

  /** Gives up waiting. */
  void cancel() {
    lock.lock();
    try {
      leave();
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    memory.forget(at, this);
    store.interrupts().remove(this);
    if (alarm != null) {
      alarm.cancel(false);
    }
  }

  private void expire() {
    lock.lock();
    try {
      settle(TIMED_OUT);
    } finally {
      lock.unlock();
    }
  }

  /** Ends the wait, under the lock, unless it has ended. */
  void settle(int how) {
    if (result == PENDING) {
      result = how;
      memory.forget(at, this);
      changed.signal();
      announce();
    }
  }

  /** The store's code is to end. */
  void nudge() {
    lock.lock();
    try {
      nudged = true;
      changed.signal();
      announce();
    } finally {
      lock.unlock();
    }
  }

  private void announce() {
    if (result != PENDING || nudged) {
      actions.forEach(Alarms::soon);
      actions.clear();
    }
  }

  @Override
  public boolean isReady() {
    lock.lock();
    try {
      return result != PENDING || nudged;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onReady(Runnable action) {
    lock.lock();
    try {
      actions.add(action);
      announce();
    } finally {
      lock.unlock();
    }
  }
}
