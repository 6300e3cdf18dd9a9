package dev.skerry.wasm.runtime;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks stores that run guests, about every millisecond, what is running: so tier 0 itself counts nothing. The thread
 * ends when no store has run for a while.
 */
final class Ticker implements Runnable {

  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  /** Ticks that a store may be found idle before it is left alone. */
  private static final int MAX_IDLE_TICKS = 20;

  /** How long the thread waits for a store before it ends. */
  private static final long LINGER_MILLIS = 500;

  private static final Ticker CURRENT = new Ticker();

  /** Each by how threads come into it. */
  private final List<Entrance> stores = new ArrayList<>();
  private Thread thread;

  private Ticker() {
  }

  /** Begins to ask a store, which has just been entered. */
  static void add(Entrance store) {
    CURRENT.take(store);
  }

  private synchronized void take(Entrance store) {
    if (!store.isTicked()) {
      if (thread == null) {
        Thread next = new Thread(this, "skerry-ticker");
        next.setDaemon(true);
        next.start();
        thread = next;
      }
      store.ticked(true);
      stores.add(store);
      if (stores.size() == 1) {
        notifyAll();
      }
    }
  }

  @Override
  public void run() {
    while (tick()) {
      LockSupport.parkNanos(PERIOD_NANOS);
    }
  }

  /** Asks all; false if there has been none for a while, and this thread is no longer needed. */
  private synchronized boolean tick() {
    for (Iterator<Entrance> all = stores.iterator(); all.hasNext();) {
      Entrance store = all.next();
      if (store.tick() > MAX_IDLE_TICKS) {
        store.ticked(false);
        // Whoever enters takes the lease and then looks at the mark; so one of us sees the other.
        if (store.isEntered()) {
          store.ticked(true);
        } else {
          all.remove();
        }
      }
    }
    if (stores.isEmpty()) {
      try {
        wait(LINGER_MILLIS);
      } catch (InterruptedException e) {
        // As if the time were up: this thread is of no use to whoever wants it to end.
      }
    }
    if (stores.isEmpty()) {
      thread = null;
    }
    return thread != null;
  }
}
