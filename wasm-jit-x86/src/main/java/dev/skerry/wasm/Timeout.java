package dev.skerry.wasm;

import dev.skerry.wasm.runtime.TimeLimit;
import java.time.Duration;

/**
 * A limit of time that code in a store keeps to as long as this is open. When it is reached, whatever runs in the store
 * traps with {@link Trap.Kind#TIMED_OUT} and a message that names the limit, within a millisecond; so does whatever
 * begins before this is closed. Several may be open at once. Any thread may open, ask and close one.
 */
public final class Timeout implements AutoCloseable {

  /** What is measured, from the moment when the limit was set. */
  public enum Clock {
    /** Time that passes, whatever the store does. */
    WALL,
    /** Processor time of whoever is inside the store: guest code, and the host functions that it calls. */
    CPU
  }

  private final TimeLimit limit;

  Timeout(TimeLimit limit) {
    this.limit = limit;
  }

  /** Says whether the time is up. */
  public boolean isReached() {
    return limit.isReached();
  }

  /** What was used of it so far. */
  public Duration used() {
    return Duration.ofNanos(limit.usedNanos());
  }

  /** Lifts the limit. Code may run again, unless another one is reached. */
  @Override
  public void close() {
    limit.close();
  }
}
