package dev.skerry.origin.cli;

import dev.skerry.wasm.Store;
import dev.skerry.wasm.Timeout;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of a program's time: a limit of its store's, and where that does not help, since the program waits for input,
 * of the process.
 */
final class Deadline implements AutoCloseable {

  /** How long the program has to leave after its time is up, before the process ends under it. */
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Timeout limit;

  /** Starts counting. @param abandon what to do when the program does not leave */
  Deadline(Store store, double seconds, Runnable abandon) {
    long nanos = Math.max(1, (long) (seconds * 1e9));
    limit = store.limitTime(Timeout.Clock.WALL, Duration.ofNanos(nanos));
    Thread watcher = new Thread("deadline") {
      @Override
      public void run() {
        try {
          if (!finished.await(nanos + GRACE_NANOS, TimeUnit.NANOSECONDS)) {
            abandon.run();
          }
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    };
    watcher.setDaemon(true);
    watcher.start();
  }

  @Override
  public void close() {
    finished.countDown();
    limit.close();
  }
}
