package dev.skerry.wasm.tier;

import java.time.Duration;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Compiles in the background what was asked for, the hottest first, for all engines of the process. Its threads end
 * when there was nothing to do for some seconds, and never keep the process alive. What fails is told to the log.
 */
final class CompileQueue {

  private static final int THREADS = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
  private static final long IDLE_SECONDS = 5;
  private static final AtomicLong SEQUENCE = new AtomicLong();
  private static final ThreadPoolExecutor EXECUTOR = executor();
  private static final Object IDLE = new Object();
  /** What was asked for and has not ended, guarded by {@link #IDLE}. */
  private static int pending;

  private CompileQueue() {
  }

  private static ThreadPoolExecutor executor() {
    ThreadPoolExecutor made = new ThreadPoolExecutor(THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
        new PriorityBlockingQueue<>(), task -> {
          Thread thread = new Thread(task, "skerry-compile");
          thread.setDaemon(true);
          return thread;
        });
    made.allowCoreThreadTimeOut(true);
    return made;
  }

  /** One thing to compile; of equal heat the one that was asked for first goes first. */
  private record Task(int heat, long sequence, Runnable work) implements Runnable, Comparable<Task> {

    @Override
    public void run() {
      try {
        work.run();
      } catch (RuntimeException | Error failed) {
        CompileLog.log().warn("What was to be done for the compiler in the background is not", failed);
      } finally {
        done();
      }
    }

    @Override
    public int compareTo(Task other) {
      return heat != other.heat ? Integer.compare(other.heat, heat) : Long.compare(sequence, other.sequence);
    }
  }

  static void add(int heat, Runnable work) {
    synchronized (IDLE) {
      pending++;
    }
    EXECUTOR.execute(new Task(heat, SEQUENCE.getAndIncrement(), work));
  }

  private static void done() {
    synchronized (IDLE) {
      if (--pending == 0) {
        IDLE.notifyAll();
      }
    }
  }

  /** Waits until nothing is asked for; false if that took longer. */
  static boolean awaitIdle(Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    synchronized (IDLE) {
      for (long left = longest.toMillis(); pending > 0; left = (deadline - System.nanoTime()) / 1_000_000) {
        if (left <= 0) {
          return false;
        }
        IDLE.wait(left);
      }
    }
    return true;
  }
}
