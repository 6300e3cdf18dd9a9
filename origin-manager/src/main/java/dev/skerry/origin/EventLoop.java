package dev.skerry.origin;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loop of one agent (HTML §8.1.7): tasks run one at a time, in the order of their posting, on whatever thread
 * of the pool is free, and none is held while the queue is empty. Closing drops what is queued; the release action runs
 * once, after the task that was running has left.
 */
final class EventLoop {

  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
  private static final long SLICE_NANOS = Duration.ofMillis(5).toNanos();

  private final WorkerPool pool;
  private final Consumer<Task> runner;
  private final Runnable release;
  private final CountDownLatch released = new CountDownLatch(1);
  /** Held while a task runs, and by whoever must look at what the tasks change. */
  private final ReentrantLock turn = new ReentrantLock();
  private final ArrayDeque<Task> queue = new ArrayDeque<>();
  private boolean scheduled;
  private boolean closed;

  /**
   * @param runner runs one task; what it throws is logged, and the next task runs
   * @param release frees what the tasks used
   */
  EventLoop(WorkerPool pool, Consumer<Task> runner, Runnable release) {
    this.pool = pool;
    this.runner = runner;
    this.release = release;
  }

  /** Queues a task from any thread; drops it when the loop is closed. */
  void post(Task task) {
    boolean first;
    synchronized (this) {
      if (closed) {
        first = false;
      } else {
        queue.add(task);
        first = !scheduled;
        scheduled = true;
        task = null;
      }
    }
    if (task != null) {
      task.drop();
    } else if (first) {
      submit();
    }
  }

  private void submit() {
    if (!pool.execute(this::slice)) {
      boolean drained;
      synchronized (this) {
        scheduled = false;
        drained = closed;
      }
      if (drained) {
        release();
      } else {
        close();
      }
    }
  }

  private void slice() {
    long until = System.nanoTime() + SLICE_NANOS;
    do {
      Task task;
      synchronized (this) {
        task = queue.poll();
        if (task == null) {
          scheduled = false;
          if (!closed) {
            return;
          }
        }
      }
      if (task == null) {
        release();
        return;
      }
      turn.lock();
      try {
        runner.accept(task);
      } catch (Throwable fault) {
        LOG.error("the task '{}' was not run to its end: {}", task.name(), TerminalText.escape(fault.toString()));
      } finally {
        turn.unlock();
        task.token().end();
      }
    } while (System.nanoTime() < until);
    submit();
  }

  /** Runs an action between two tasks, waiting for the one that runs now; also after the loop was closed. */
  <T> T between(Supplier<T> action) {
    turn.lock();
    try {
      return action.get();
    } finally {
      turn.unlock();
    }
  }

  /** Says whether the current thread runs a task of this loop. */
  boolean isCurrent() {
    return turn.isHeldByCurrentThread();
  }

  /** Ends the loop from any thread; a task that runs now runs to its end. Idempotent. */
  void close() {
    List<Task> dropped;
    boolean quiet;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      dropped = List.copyOf(queue);
      queue.clear();
      quiet = !scheduled;
    }
    dropped.forEach(Task::drop);
    if (quiet) {
      release();
    }
  }

  private void release() {
    try {
      turn.lock();
      try {
        release.run();
      } finally {
        turn.unlock();
      }
    } finally {
      released.countDown();
    }
  }

  boolean isReleased() {
    return released.getCount() == 0;
  }

  /** Waits until everything is freed; false when the time ran out. */
  boolean awaitRelease(Duration time) throws InterruptedException {
    return released.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }
}
