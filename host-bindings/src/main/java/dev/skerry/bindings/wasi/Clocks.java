package dev.skerry.bindings.wasi;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;

/**
 * The clocks that a guest may read. Coarse ones never show finer steps than their resolution, and their CPU-time clocks
 * are the monotonic one, because the CPU time of a thread or process that others share tells about the others.
 */
public final class Clocks {

  static final int REALTIME = 0;
  static final int MONOTONIC = 1;
  static final int PROCESS_CPUTIME = 2;
  static final int THREAD_CPUTIME = 3;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final long resolution;
  private final boolean countsCpu;
  private final long origin = System.nanoTime();

  private Clocks(long resolution, boolean countsCpu) {
    this.resolution = resolution;
    this.countsCpu = countsCpu;
  }

  /** The host's clocks as they are: for programs that the person who runs them trusts with time. */
  public static Clocks precise() {
    return new Clocks(1, true);
  }

  /** Clocks with steps of that length. */
  public static Clocks coarse(Duration resolution) {
    return new Clocks(resolution.toNanos(), false);
  }

  /** The length of a clock's steps in nanoseconds. */
  long resolution(int clock) throws Errno.Failure {
    checked(clock);
    return resolution;
  }

  /** A clock's time in nanoseconds. */
  long time(int clock) throws Errno.Failure {
    long now = switch (checked(clock)) {
      case REALTIME -> {
        Instant instant = Instant.now();
        yield instant.getEpochSecond() * NANOS_PER_SECOND + instant.getNano();
      }
      case MONOTONIC -> monotonic();
      default -> countsCpu ? cpuTime() : monotonic();
    };
    return now - now % resolution;
  }

  /** One thread runs a guest, so its time is the process's too; -1 where the system does not count it. */
  private long cpuTime() {
    long time = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    return time < 0 ? monotonic() : time;
  }

  private long monotonic() {
    return System.nanoTime() - origin;
  }

  private static int checked(int clock) throws Errno.Failure {
    if (clock < REALTIME || clock > THREAD_CPUTIME) {
      throw Errno.INVAL.failure();
    }
    return clock;
  }
}
