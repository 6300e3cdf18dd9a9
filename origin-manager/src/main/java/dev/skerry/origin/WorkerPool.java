package dev.skerry.origin;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon threads that all agents of a host share: as many as it was given, and one more for each turn that was
 * asked to yield and does not, for as long as it does not; a turn that waits for a processor is given time, for more
 * threads would wait for it too. Agents that used up their slice wait behind all others, but
 * have a share of the time however many others there are: a tenth of a thread for one of them, half a thread for nine
 * and more.
 */
final class WorkerPool implements AutoCloseable {

  /** How long a turn may last while others wait for a thread. */
  static final long SLICE_NANOS = Duration.ofMillis(4).toNanos();

  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);
  private static final int MAX_STUCK = 62;
  /** How long a turn that was asked may take to yield; guest code takes microseconds, host code does not yield. */
  private static final long GRACE_NANOS = Duration.ofMillis(4).toNanos();
  /** The same of a turn that neither waits in Java nor has a processor: that may be one that waits in native code. */
  static final long PATIENCE_NANOS = Duration.ofMillis(100).toNanos();
  /** How long others go first after the turn of one that had used up its slice, in times of what that turn took. */
  private static final int REST = 9;
  private static final long IDLE_MILLIS = 1_000;
  /** Room for nested activations: the engine asks for half a MiB under each host function. */
  private static final long STACK_BYTES = 16L << 20;

  private final int size;
  private final ArrayDeque<Turn> fresh = new ArrayDeque<>();
  private final ArrayDeque<Turn> spent = new ArrayDeque<>();
  private final List<Worker> workers = new ArrayList<>();
  private int idle;
  private int stuck;
  private int started;
  /** Turns of such agents that run now. */
  private int spentRunning;
  private long spentDueNanos = System.nanoTime();
  private boolean closed;

  /** What one agent does at a time on a thread. */
  interface Turn {

    /** Runs tasks for about a slice. */
    void run();

    /** Asks the turn that runs to end at the next place where it can; any thread, never waits. */
    void yield();
  }

  /** A thread of a pool; its fields are guarded by the pool. */
  private static final class Worker extends Thread {

    private final WorkerPool pool;
    private Turn turn;
    private long sinceNanos;
    private long askedCpu;
    private boolean isSpent;
    private boolean asked;
    private boolean isStuck;

    Worker(WorkerPool pool, String name) {
      super(null, null, name, STACK_BYTES);
      this.pool = pool;
      setDaemon(true);
    }

    @Override
    public void run() {
      for (Turn next = pool.next(this); next != null; next = pool.next(this)) {
        try {
          next.run();
        } catch (Throwable fault) {
          LOG.error("a turn of an agent failed: {}", TerminalText.escape(fault.toString()));
        }
      }
    }
  }

  /** @param size threads that run turns at the same time */
  WorkerPool(int size) {
    this.size = size;
  }

  /** As many threads as there are processors, and at least two. */
  static int usualSize() {
    return Math.max(2, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Queues a turn; false once the pool is closed.
   *
   * @param isSpent whether its agent has just used up a slice
   */
  synchronized boolean execute(Turn turn, boolean isSpent) {
    if (closed) {
      return false;
    }
    (isSpent ? spent : fresh).add(turn);
    if (idle > 0) {
      notify();
    } else if (workers.size() < size + stuck) {
      startWorker();
    } else if (!isSpent) {
      askOne();
    }
    return true;
  }

  private void startWorker() {
    Worker worker = new Worker(this, "skerry-agent-" + ++started);
    workers.add(worker);
    worker.start();
  }

  /** Asks the turn that has lasted longest over its slice. */
  private void askOne() {
    long now = System.nanoTime();
    Worker oldest = null;
    for (Worker worker : workers) {
      if (worker.turn != null && !worker.asked && now - worker.sinceNanos > SLICE_NANOS
          && (oldest == null || worker.sinceNanos - oldest.sinceNanos < 0)) {
        oldest = worker;
      }
    }
    if (oldest != null) {
      ask(oldest, now);
    }
  }

  private static void ask(Worker worker, long now) {
    worker.asked = true;
    worker.sinceNanos = now;
    worker.askedCpu = TaskMeter.cpu(worker);
    worker.turn.yield();
  }

  /** Whether a turn that was asked to yield will not soon. */
  private static boolean isStuck(Worker worker, long nanos) {
    return nanos > GRACE_NANOS && (worker.getState() != Thread.State.RUNNABLE || nanos > PATIENCE_NANOS
        || TaskMeter.cpu(worker) - worker.askedCpu > GRACE_NANOS);
  }

  /** The next turn for a thread that has ended its last one; null when the thread is to end. */
  private synchronized Turn next(Worker worker) {
    worker.turn = null;
    endSpent(worker, System.nanoTime());
    if (worker.isStuck) {
      worker.isStuck = false;
      stuck--;
    }
    boolean waited = false;
    while (workers.size() <= size + stuck) {
      if (poll(worker)) {
        return worker.turn;
      }
      if (closed || waited) {
        break;
      }
      waited = !await();
    }
    workers.remove(worker);
    return null;
  }

  /** Waits for a turn; false when none came for long. */
  private boolean await() {
    idle++;
    try {
      long until = System.nanoTime() + IDLE_MILLIS * 1_000_000;
      while (fresh.isEmpty() && spent.isEmpty() && !closed) {
        long left = (until - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    } catch (InterruptedException nobodysBusiness) {
      return true;
    } finally {
      idle--;
    }
  }

  private boolean poll(Worker worker) {
    long now = System.nanoTime();
    boolean isSpent = !spent.isEmpty() && (fresh.isEmpty() || spentRunning == 0 && now - spentDueNanos >= 0);
    Turn turn = isSpent ? spent.poll() : fresh.poll();
    if (turn == null) {
      return false;
    }
    spentRunning += isSpent ? 1 : 0;
    worker.isSpent = isSpent;
    worker.turn = turn;
    worker.sinceNanos = now;
    worker.asked = false;
    return true;
  }

  /** Others go first now, for longer the fewer wait that used up their slices. */
  private void endSpent(Worker worker, long now) {
    if (worker.isSpent) {
      worker.isSpent = false;
      spentRunning--;
      long nanos = worker.asked ? SLICE_NANOS : Math.min(now - worker.sinceNanos, SLICE_NANOS);
      spentDueNanos = now + nanos * Math.max(1, REST / (spent.size() + 1));
    }
  }

  /** Says whether the current thread runs guests for this pool's host. */
  boolean isWorker() {
    return Thread.currentThread() instanceof Worker worker && worker.pool == this;
  }

  /** Threads that there are at this moment. */
  synchronized int threads() {
    return workers.size();
  }

  /**
   * While turns wait: asks each that has lasted for a slice to yield, and gives the others a thread in place of one
   * that was asked and did not. The watchdog calls it.
   *
   * @return whether turns wait
   */
  synchronized boolean relieve() {
    if (fresh.isEmpty() && spent.isEmpty()) {
      return false;
    }
    long now = System.nanoTime();
    for (Worker worker : List.copyOf(workers)) {
      long nanos = now - worker.sinceNanos;
      if (worker.turn == null) {
        continue;
      }
      if (worker.isStuck) {
        worker.turn.yield();
      } else if (!worker.asked && nanos > SLICE_NANOS) {
        ask(worker, now);
      } else if (worker.asked && stuck < MAX_STUCK && isStuck(worker, nanos)) {
        worker.isStuck = true;
        endSpent(worker, now);
        stuck++;
        startWorker();
      }
    }
    return true;
  }

  /** Stops when the turns that are queued have run. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
