package dev.skerry.wasm.runtime;

import dev.skerry.wasm.Timeout;
import java.util.ArrayList;
import java.util.List;

/** The limits of time that are set for one store at this moment. Thread-safe. */
public final class TimeLimits {

  private final Interrupts interrupts;
  private final Lease lease;
  private final List<TimeLimit> limits = new ArrayList<>();
  /** Whether any of them is of processor time, so that coming and going counts. Written here alone. */
  volatile boolean measured;

  TimeLimits(Interrupts interrupts, Lease lease) {
    this.interrupts = interrupts;
    this.lease = lease;
  }

  /**
   * Sets a limit for whatever runs and begins from now on.
   *
   * @param nanos more than 0
   * @throws UnsupportedOperationException if this JVM cannot measure that
   */
  public TimeLimit begin(Timeout.Clock clock, long nanos) {
    TimeLimit limit = new TimeLimit(this, clock, nanos);
    try {
      add(limit);
      limit.look();
      return limit;
    } catch (Throwable thrown) {
      // The system refused a barrier, or a thread for alarms.
      limit.close();
      throw thrown;
    }
  }

  private synchronized void add(TimeLimit limit) {
    limits.add(limit);
    if (limit.clock() == Timeout.Clock.CPU) {
      // Whoever enters or leaves takes or gives up the lease and then looks at the mark; so one of us sees the other.
      measured = true;
      lease.unreserve();
      Thread inside = lease.owner();
      if (inside != null) {
        // It may be on its way to where it finds its reservation gone: then it comes again, or is refused.
        limit.enter(inside);
      }
    }
  }

  /** A limit was reached, unless it was lifted meanwhile. */
  void timeOut() {
    synchronized (this) {
      if (isAnyReached()) {
        interrupts.raise(Interrupt.TIMEOUT);
      }
    }
    interrupts.nudge();
  }

  synchronized void lift(TimeLimit limit) {
    limits.remove(limit);
    boolean any = false;
    for (TimeLimit left : limits) {
      any |= left.clock() == Timeout.Clock.CPU;
    }
    measured = any;
    if (!isAnyReached()) {
      interrupts.drop(Interrupt.TIMEOUT);
    }
  }

  private boolean isAnyReached() {
    for (TimeLimit limit : limits) {
      if (limit.isReached()) {
        return true;
      }
    }
    return false;
  }

  synchronized void throwIfReached() {
    for (TimeLimit limit : limits) {
      if (limit.isReached()) {
        throw limit.trap();
      }
    }
  }

  /** Counts the calling thread's time from now on, or no more. */
  void measure(boolean entered) {
    Thread thread = Thread.currentThread();
    synchronized (this) {
      // Takes no memory, for there may be none.
      for (int i = 0; i < limits.size(); i++) {
        TimeLimit limit = limits.get(i);
        if (limit.clock() == Timeout.Clock.CPU && entered) {
          limit.enter(thread);
        } else if (limit.clock() == Timeout.Clock.CPU) {
          limit.leave(thread);
        }
      }
    }
  }
}
