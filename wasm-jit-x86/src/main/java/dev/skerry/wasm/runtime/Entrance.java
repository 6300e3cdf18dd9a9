package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeMemoryException;

/**
 * How threads come into a store and leave it: one at a time is inside ({@link Lease}), and whoever wants to know who
 * comes and goes is told: limits of time, and the ticker.
 */
public final class Entrance {

  final Lease lease;
  private final Interrupts interrupts;
  private final TimeLimits limits;
  /** Whether a ticker asks what runs here, or nobody wants to know. */
  private volatile boolean ticked;
  private int idleTicks;

  /**
   * @param free what is done once, when nobody is inside and nobody comes any more
   * @param ticked false if a ticker is to ask what runs here
   */
  Entrance(Interrupts interrupts, Runnable free, boolean ticked) {
    this.interrupts = interrupts;
    this.ticked = ticked;
    this.lease = new Lease(free, this::isWatched);
    this.limits = new TimeLimits(interrupts, lease);
  }

  TimeLimits limits() {
    return limits;
  }

  /** Whether coming and going counts. Whoever sets what this reads takes the lease's reservation away. */
  private boolean isWatched() {
    return !ticked || limits.measured;
  }

  /** Enters; true if {@link #leave} must follow. */
  boolean enter() {
    boolean entered = false;
    try {
      entered = lease.enter();
      if (entered && isWatched()) {
        observe();
      }
      return entered;
    } catch (Throwable thrown) {
      if (entered) {
        lease.seat.left = true;
      }
      if (limits.measured && lease.owner() != Thread.currentThread()) {
        // Whoever set a limit may have seen this thread inside, on its way to where it was refused.
        limits.measure(false);
      }
      throw thrown;
    }
  }

  /** Tells whoever wants to know that a thread is inside; it is not if that throws. */
  private void observe() {
    if (!ticked) {
      Ticker.add(this);
    }
    if (limits.measured) {
      limits.measure(true);
    }
  }

  /** Leaves; if there is no stack for that, the caller must say in the seat that the thread left. */
  void leave(Lease.Seat own) {
    if (!lease.leave(own) && limits.measured) {
      limits.measure(false);
    }
  }

  /** Goes on where {@link Lease.Seat#goes} left. */
  void giveUp(Lease.Seat seat) {
    lease.giveUp(seat);
    if (limits.measured) {
      limits.measure(false);
    }
  }

  /** What is done inside a store. */
  public interface Action<T, E extends Exception> {

    T run() throws E;
  }

  /** Does something as the only thread inside; wherever Java's stack ends in that, the thread is outside then. */
  public <T, E extends Exception> T inside(Action<T, E> action) throws E {
    boolean entered = enter();
    Lease.Seat own = lease.seat;
    try {
      return action.run();
    } finally {
      if (entered) {
        try {
          leave(own);
        } catch (Throwable thrown) {
          own.left |= own.place == Lease.Seat.INSIDE;
          throw thrown;
        }
      }
    }
  }

  /** Asks what runs, if anybody is inside; how often in a row nobody was. */
  int tick() {
    if (lease.owner() == null) {
      return ++idleTicks;
    }
    idleTicks = 0;
    interrupts.requestSample();
    return 0;
  }

  /**
   * Says whether anybody is inside, or that cannot be found out; else whoever comes from now on sees what was written
   * before.
   */
  boolean isEntered() {
    try {
      lease.unreserve();
    } catch (NativeMemoryException noBarrier) {
      return true;
    }
    return lease.owner() != null;
  }

  boolean isTicked() {
    return ticked;
  }

  void ticked(boolean now) {
    ticked = now;
  }
}
