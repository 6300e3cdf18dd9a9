package dev.skerry.origin;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The daemon threads that all agents of a host share. Small; it grows, up to a limit, only while event loops wait
 * behind tasks that hold their threads, so that no agent misses its turn because another one computes for ever.
 */
final class WorkerPool implements AutoCloseable {

  private static final int MAX_THREADS = 64;
  private static final long PATIENCE_NANOS = Duration.ofMillis(20).toNanos();
  /** Room for nested activations: the engine asks for half a MiB under each host function. */
  private static final long STACK_BYTES = 16L << 20;

  private final int core = Math.max(2, Runtime.getRuntime().availableProcessors());
  private final ThreadPoolExecutor threads;

  /** A thread of a pool; knows which one. */
  private static final class Worker extends Thread {

    private final WorkerPool pool;

    Worker(WorkerPool pool, Runnable body, String name) {
      super(null, body, name, STACK_BYTES);
      this.pool = pool;
      setDaemon(true);
    }
  }

  /** A loop's turn, and since when it waits for a thread. */
  private record Turn(Runnable body, long sinceNanos) implements Runnable {

    @Override
    public void run() {
      body.run();
    }
  }

  WorkerPool() {
    AtomicInteger number = new AtomicInteger();
    threads = new ThreadPoolExecutor(core, core, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
        body -> new Worker(this, body, "skerry-agent-" + number.incrementAndGet()));
    threads.allowCoreThreadTimeOut(true);
  }

  /** Queues a turn; false once the pool is closed. */
  boolean execute(Runnable body) {
    try {
      threads.execute(new Turn(body, System.nanoTime()));
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
  }

  /** Says whether the current thread runs guests for this pool's host. */
  boolean isWorker() {
    return Thread.currentThread() instanceof Worker worker && worker.pool == this;
  }

  /** Adds a thread when a loop has waited too long for its turn, and goes back to the usual size when none waits. */
  void relieve() {
    Turn oldest = (Turn) threads.getQueue().peek();
    int size = threads.getPoolSize();
    if (oldest == null) {
      threads.setCorePoolSize(core);
      threads.setMaximumPoolSize(core);
    } else if (size < MAX_THREADS && System.nanoTime() - oldest.sinceNanos > PATIENCE_NANOS) {
      int grown = Math.max(core, size + 1);
      threads.setMaximumPoolSize(grown);
      threads.setCorePoolSize(grown);
    }
  }

  /** Stops when the turns that are queued have run. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
