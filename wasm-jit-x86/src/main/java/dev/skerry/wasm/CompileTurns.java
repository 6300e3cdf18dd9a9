package dev.skerry.wasm;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets so many modules of an engine compile at the same time. A compile that others wait for gives up its place after a
 * slice and waits itself, so that a large module delays small ones by little. Thread-safe.
 */
final class CompileTurns {

  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  /** How often who waits looks whether it is ended. */
  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Semaphore places;

  CompileTurns(int atOnce) {
    places = new Semaphore(atOnce, true);
  }

  /** One compile's turn: begins when it is made, ends when it is closed. */
  final class Turn implements AutoCloseable {

    private final Runnable poll;
    private long began;
    private boolean held;

    private Turn(Runnable poll) {
      this.poll = poll;
      await();
    }

    /** Looks whether the compile is ended, and lets others go first when the slice is over. */
    void poll() {
      poll.run();
      if (places.hasQueuedThreads() && System.nanoTime() - began > SLICE_NANOS) {
        close();
        await();
      }
    }

    private void await() {
      boolean interrupted = false;
      try {
        while (!held) {
          poll.run();
          try {
            held = places.tryAcquire(WAIT_NANOS, TimeUnit.NANOSECONDS);
          } catch (InterruptedException again) {
            interrupted = true;
          }
        }
        began = System.nanoTime();
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    @Override
    public void close() {
      if (held) {
        held = false;
        places.release();
      }
    }
  }

  /** Waits for a place; what the poll throws ends the waiting. */
  Turn begin(Runnable poll) {
    return new Turn(poll);
  }
}
