package dev.skerry.origin;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loop of one agent (HTML §8.1.7): tasks run one at a time, in the order of their posting, on whatever thread
 * of the pool is free, and none is held while the queue is empty. A task may be left unfinished, so that its thread can
 * do something else; no other task of this loop runs before it has ended. Closing drops what is queued; the release
 * action runs once, after the task that was running has left.
 */
final class EventLoop implements WorkerPool.Turn {

  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

  private final WorkerPool pool;
  private final Runner runner;
  private final CountDownLatch released = new CountDownLatch(1);
  /** Held during a turn, and by whoever must look at what the tasks change. */
  private final ReentrantLock turn = new ReentrantLock(true);
  private final ArrayDeque<Task> queue = new ArrayDeque<>(4);
  /** Touched in turns alone. */
  private Task unfinished;
  /** Processor time of the turns since the loop last had nothing left to do; touched in turns alone. */
  private long busyNanos;
  private boolean scheduled;
  private boolean closed;

  /** Runs the tasks. What it throws is logged, and the task has ended. */
  interface Runner {

    /** A turn begins on this thread. */
    void enter();

    /** Runs a task; false when it was left unfinished. */
    boolean run(Task task);

    /** Goes on with the unfinished task; false when it was left unfinished again. */
    boolean goOn(Task task);

    /** The turn ends; the processor time that it took, in nanoseconds. */
    long leave();

    /** Asks the running task to leave; any thread. */
    void yield();

    /** Frees what the tasks used, once. */
    void release();
  }

  EventLoop(WorkerPool pool, Runner runner) {
    this.pool = pool;
    this.runner = runner;
  }

  /** Queues a task from any thread; drops it when the loop is closed. */
  void post(Task task) {
    boolean dropped;
    boolean first = false;
    synchronized (this) {
      dropped = closed;
      if (!dropped) {
        queue.add(task);
        first = !scheduled;
        scheduled = true;
      }
    }
    if (dropped) {
      task.drop();
    } else if (first) {
      submit(false);
    }
  }

  private void submit(boolean spent) {
    if (!pool.execute(this, spent)) {
      close();
      Task left = unfinished;
      unfinished = null;
      if (left != null) {
        left.drop();
      }
      release();
    }
  }

  @Override
  public void run() {
    boolean spent = takeTurn();
    boolean more;
    boolean over;
    synchronized (this) {
      more = unfinished != null || !queue.isEmpty();
      over = !more && closed;
      scheduled = more || over;
    }
    if (more) {
      submit(spent);
    } else if (over) {
      release();
    }
  }

  /**
   * Runs tasks until none is left, or the slice is over. Answers whether the loop has used up a slice of processor
   * time: one whose thread had to wait for a processor has not.
   */
  private boolean takeTurn() {
    turn.lock();
    try {
      runner.enter();
      boolean over = false;
      try {
        over = runTasks(System.nanoTime() + WorkerPool.SLICE_NANOS);
      } finally {
        busyNanos = runner.leave() + (over ? busyNanos : 0);
      }
      return over && busyNanos >= WorkerPool.SLICE_NANOS;
    } finally {
      turn.unlock();
    }
  }

  private boolean runTasks(long until) {
    for (Task task = next(); task != null; task = next()) {
      boolean goOn = unfinished != null;
      unfinished = null;
      if (!runOne(task, goOn)) {
        unfinished = task;
        return true;
      }
      task.token().end();
      if (System.nanoTime() - until > 0) {
        return true;
      }
    }
    return false;
  }

  private Task next() {
    if (unfinished != null) {
      return unfinished;
    }
    synchronized (this) {
      return queue.poll();
    }
  }

  private boolean runOne(Task task, boolean goOn) {
    try {
      return goOn ? runner.goOn(task) : runner.run(task);
    } catch (Throwable fault) {
      LOG.error("the task '{}' was not run to its end: {}", task.name(), TerminalText.escape(fault.toString()));
      return true;
    }
  }

  @Override
  public void yield() {
    runner.yield();
  }

  /**
   * Runs an action between two tasks, or while one is unfinished, waiting for the turn that runs now; also after the
   * loop was closed.
   */
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

  /** Tasks that wait for their turn. */
  synchronized int length() {
    return queue.size();
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
        runner.release();
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
