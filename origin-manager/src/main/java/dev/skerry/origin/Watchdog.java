package dev.skerry.origin;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that looks at every running task of a host each few milliseconds, so that each limit on time and memory is
 * enforced from outside the guest. It sleeps while nothing runs.
 */
final class Watchdog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
  private static final long TICK_NANOS = Duration.ofMillis(5).toNanos();
  /** While agents wait for a thread. */
  private static final long SHORT_TICK_NANOS = Duration.ofMillis(2).toNanos();
  private static final int IDLE_TICKS = 20;

  private final Set<Runnable> running = ConcurrentHashMap.newKeySet();
  private final WorkerPool pool;
  private final Thread thread = new Thread(this::watch, "skerry-watchdog");
  private volatile boolean asleep;
  private volatile boolean closed;

  Watchdog(WorkerPool pool) {
    this.pool = pool;
    thread.setDaemon(true);
    thread.start();
  }

  /** From now on until {@link #end}, the check is called at each tick, on the watchdog's thread. */
  void begin(Runnable check) {
    running.add(check);
    if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  void end(Runnable check) {
    running.remove(check);
  }

  private void watch() {
    int idle = 0;
    boolean crowded = false;
    while (!closed) {
      if (running.isEmpty() && ++idle > IDLE_TICKS) {
        asleep = true;
        if (running.isEmpty() && !closed) {
          LockSupport.park(this);
        }
        asleep = false;
        idle = 0;
      } else {
        LockSupport.parkNanos(this, crowded ? SHORT_TICK_NANOS : TICK_NANOS);
      }
      for (Runnable check : running) {
        idle = 0;
        safely(check);
      }
      crowded = pool.relieve();
    }
  }

  /** Whatever one check meets, the others must go on: without this thread no limit holds. */
  private static void safely(Runnable check) {
    try {
      check.run();
    } catch (Throwable fault) {
      LOG.error("a check of the watchdog failed: {}", TerminalText.escape(fault.toString()));
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
