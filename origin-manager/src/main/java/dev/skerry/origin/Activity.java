package dev.skerry.origin;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * What a page still has to do: runnable tasks and fetches. Whatever follows from a piece of work is begun before that
 * piece ends, so a count of zero means that nothing but a timer can start anything.
 */
final class Activity {

  /** A timer that is due within this time keeps a page from being settled. */
  static final long QUIET_NANOS = Duration.ofMillis(500).toNanos();

  private static final Duration LONGEST_WAIT = Duration.ofDays(365);

  private int pending;

  /** One piece of work; ending it twice counts once. */
  static final class Token {

    private final Activity activity;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Token(Activity activity) {
      this.activity = activity;
    }

    void end() {
      if (activity != null && ended.compareAndSet(false, true)) {
        activity.ended();
      }
    }
  }

  /** A token for work that nobody waits for. */
  static final Token UNCOUNTED = new Token(null);

  synchronized Token begin() {
    pending++;
    return new Token(this);
  }

  private synchronized void ended() {
    pending--;
    if (pending == 0) {
      notifyAll();
    }
  }

  /** Makes waiting threads look again. */
  synchronized void changed() {
    notifyAll();
  }

  /**
   * Waits until nothing is pending and no timer is due within {@link #QUIET_NANOS}.
   *
   * @param nanosToNextTimer the time until the next timer that counts, or {@link Long#MAX_VALUE}
   * @return false when the time ran out first
   */
  synchronized boolean await(Duration time, LongSupplier nanosToNextTimer) throws InterruptedException {
    Duration bounded = time.compareTo(LONGEST_WAIT) < 0 ? time : LONGEST_WAIT;
    long deadline = System.nanoTime() + bounded.toNanos();
    while (pending > 0 || nanosToNextTimer.getAsLong() <= QUIET_NANOS) {
      long remaining = deadline - System.nanoTime();
      if (remaining <= 0) {
        return false;
      }
      wait(remaining / 1_000_000 + 1);
    }
    return true;
  }
}
