package dev.skerry.origin.cli;

import dev.skerry.wasm.Store;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of a program's time: interrupts its store, and where that does not help, since the program waits for input,
 * ends the process.
 */
final class Deadline implements AutoCloseable {

  /** How long the program has to leave after the interrupt, before the process ends under it. */
  private static final long GRACE_MILLIS = 500;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean expired;

  /** Starts counting. @param abandon what to do when the program does not leave */
  Deadline(Store store, double seconds, Runnable abandon) {
    Thread watcher = new Thread("deadline") {
      @Override
      public void run() {
        try {
          if (finished.await((long) (seconds * 1e9), TimeUnit.NANOSECONDS)) {
            return;
          }
          expired = true;
          store.interrupt();
          if (!finished.await(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
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

  boolean expired() {
    return expired;
  }

  @Override
  public void close() {
    finished.countDown();
  }
}
