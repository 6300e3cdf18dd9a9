package dev.skerry.wasm.runtime;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Who is inside a store. One thread at a time; another one that comes meanwhile is refused, not queued. Native memory
 * is freed exactly once, by whoever leaves last or closes.
 */
final class Lease {

  /** Inside for some microseconds, on behalf of nobody: others wait for it. */
  private static final Thread UPKEEP = new Thread("upkeep");

  private final AtomicReference<Thread> owner = new AtomicReference<>();
  private final CountDownLatch freed = new CountDownLatch(1);
  private final Runnable free;
  private volatile boolean closing;

  Lease(Runnable free) {
    this.free = free;
  }

  /**
   * Enters; true if the caller must {@link #leave}, false if this thread is inside already.
   *
   * @throws IllegalStateException if the store is closed or another thread is inside
   */
  boolean enter() {
    Thread current = Thread.currentThread();
    if (owner.getOpaque() == current) {
      return false;
    }
    while (!owner.compareAndSet(null, current)) {
      requireOpen();
      Thread holder = owner.get();
      if (holder == null || holder == UPKEEP) {
        Thread.onSpinWait();
        continue;
      }
      throw new IllegalStateException("the store is in use by another thread, one at a time may enter it");
    }
    if (closing) {
      leave();
      requireOpen();
    }
    return true;
  }

  void requireOpen() {
    if (closing) {
      throw new IllegalStateException("the store is closed");
    }
  }

  void leave() {
    owner.set(null);
    if (closing) {
      tryFree();
    }
  }

  /** Does something quick if nobody is inside and the store is open; false if it did not. */
  boolean whileEmpty(Runnable action) {
    if (closing || !owner.compareAndSet(null, UPKEEP)) {
      return false;
    }
    try {
      if (closing) {
        return false;
      }
      action.run();
      return true;
    } finally {
      leave();
    }
  }

  /** The thread that is inside, or null. */
  Thread owner() {
    Thread current = owner.get();
    return current == UPKEEP ? null : current;
  }

  /** Says whether any thread is inside. */
  boolean isTaken() {
    return owner.get() != null;
  }

  boolean isClosing() {
    return closing;
  }

  /** Refuses newcomers from now on. */
  void startClosing() {
    closing = true;
  }

  /** Waits until the last thread has left and all is freed; a thread that is inside returns at once. */
  void finishClosing() {
    if (owner.get() == Thread.currentThread()) {
      return;
    }
    tryFree();
    boolean interrupted = false;
    while (freed.getCount() > 0) {
      try {
        freed.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void tryFree() {
    if (freed.getCount() > 0 && owner.compareAndSet(null, Thread.currentThread())) {
      try {
        if (freed.getCount() > 0) {
          free.run();
          freed.countDown();
        }
      } finally {
        owner.set(null);
      }
    }
  }
}
