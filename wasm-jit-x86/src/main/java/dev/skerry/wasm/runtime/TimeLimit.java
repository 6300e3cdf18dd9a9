package dev.skerry.wasm.runtime;

import dev.skerry.wasm.Timeout.Clock;
import dev.skerry.wasm.Trap;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.ScheduledFuture;

/**
 * One limit of time of one store. An alarm looks at the clock when the time can be up at the earliest: a processor's
 * time is never ahead of the wall's, for one thread at a time is inside. Thread-safe.
 */
public final class TimeLimit implements AutoCloseable {

  /** So often is a processor's clock read at most. */
  private static final long SHORTEST_LOOK_NANOS = 100_000;

  private final TimeLimits limits;
  private final Clock clock;
  private final long nanos;
  private final long begin = System.nanoTime();
  private ScheduledFuture<?> alarm;
  private boolean reached;
  private boolean closed;

  // Of a processor's clock: who is inside and what its clock said then, and what was used by those who left.
  private Thread inside;
  private long enteredAt;
  private long used;

  /**
   * Of time that counts from now on; {@link #look} then watches it.
   *
   * @throws UnsupportedOperationException if this JVM cannot measure the processor time of other threads
   */
  TimeLimit(TimeLimits limits, Clock clock, long nanos) {
    this.limits = limits;
    this.clock = clock;
    this.nanos = nanos;
    if (clock == Clock.CPU) {
      ProcessorTime.require();
    }
  }

  Clock clock() {
    return clock;
  }

  /** Whoever was inside before has left. */
  synchronized void enter(Thread thread) {
    used = usedNanos();
    inside = thread;
    enteredAt = ProcessorTime.of(thread);
  }

  synchronized void leave(Thread thread) {
    if (inside == thread) {
      try {
        used = usedNanos();
      } finally {
        // Also without memory to look at the clock: what it does from now on does not count.
        inside = null;
      }
    }
  }

  /** What was used so far. */
  public synchronized long usedNanos() {
    if (clock == Clock.WALL) {
      return System.nanoTime() - begin;
    }
    return inside == null ? used : used + Math.max(0, ProcessorTime.of(inside) - enteredAt);
  }

  public synchronized boolean isReached() {
    return reached;
  }

  /** Looks whether the time is up, and when to look again. */
  void look() {
    boolean now;
    synchronized (this) {
      long left = nanos - usedNanos();
      if (closed || reached) {
        return;
      }
      now = left <= 0;
      reached = now;
      if (!now) {
        alarm = Alarms.after(clock == Clock.WALL ? left : Math.max(left, SHORTEST_LOOK_NANOS), this::look);
      }
    }
    if (now) {
      limits.timeOut();
    }
  }

  /** Lifts it, for good. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (alarm != null) {
        alarm.cancel(false);
      }
    }
    limits.lift(this);
  }

  /** The trap that tells of it. */
  Trap trap() {
    String seconds = BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
    return new Trap(Trap.Kind.TIMED_OUT,
        seconds + (clock == Clock.WALL ? " s" : " s of processor time"), List.of());
  }

  /** Processor time of threads; its classes are loaded with the first limit of that kind. */
  private static final class ProcessorTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ProcessorTime() {
    }

    static void require() {
      if (!THREADS.isThreadCpuTimeSupported() || !THREADS.isThreadCpuTimeEnabled()) {
        throw new UnsupportedOperationException("this JVM does not measure the processor time of threads");
      }
    }

    /** Nanoseconds; of a thread that ended, or has not begun, -1, which is less than any. */
    @SuppressWarnings("deprecation") // threadId is not there before Java 19
    static long of(Thread thread) {
      return THREADS.getThreadCpuTime(thread.getId());
    }
  }
}
