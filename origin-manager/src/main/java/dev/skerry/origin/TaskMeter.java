package dev.skerry.origin;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Measures the running task of one agent, over all turns that it takes, and finds out when it is over a limit of time.
 * The agent's thread begins and ends turns and tasks, the watchdog's thread checks: each holds the meter's monitor, so
 * a verdict never hits the task after. A task is charged with what earlier tasks of its first turn took, less than a
 * slice.
 */
final class TaskMeter {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final boolean CPU_TIME = THREADS.isThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled();

  private final Limits limits;
  private Thread thread;
  private long turnCpu;
  private boolean inTask;
  private long startWall;
  /** In all turns of the task before this one. */
  private long taskNanos;
  /** In all turns before this one. */
  private long usedNanos;

  TaskMeter(Limits limits) {
    this.limits = limits;
  }

  /** A turn begins on the current thread. */
  synchronized void enter() {
    thread = Thread.currentThread();
    turnCpu = cpu(thread);
  }

  /** The turn ends, perhaps in the middle of its task; the processor time that it took. */
  synchronized long leave() {
    long nanos = turnNanos();
    usedNanos += nanos;
    taskNanos += nanos;
    thread = null;
    return nanos;
  }

  /** A task begins. */
  synchronized void begin() {
    inTask = true;
    taskNanos = 0;
    startWall = System.nanoTime();
  }

  synchronized void end() {
    inTask = false;
  }

  /** Processor time of all tasks, the running one included. */
  synchronized long usedNanos() {
    return usedNanos + turnNanos();
  }

  /** Milliseconds of the running task, and of all. */
  synchronized Map<Limit, Long> usage() {
    long turn = turnNanos();
    return Map.of(Limit.TASK_CPU, inTask ? TimeUnit.NANOSECONDS.toMillis(taskNanos + turn) : 0,
        Limit.TASK_WALL, inTask ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startWall) : 0,
        Limit.AGENT_CPU, TimeUnit.NANOSECONDS.toMillis(usedNanos + turn));
  }

  /**
   * Looks at the running task.
   *
   * @param end ends the agent of a task that is over that limit; called while the task cannot end by itself
   * @return whether it was over a limit and {@code end} said that it is the end
   */
  synchronized boolean enforce(Predicate<Limit> end) {
    Limit limit = exceeded();
    return limit != null && end.test(limit);
  }

  private Limit exceeded() {
    if (thread == null || !inTask) {
      return null;
    }
    long turn = turnNanos();
    if (TimeUnit.NANOSECONDS.toMillis(taskNanos + turn) > limits.get(Limit.TASK_CPU)) {
      return Limit.TASK_CPU;
    }
    if (TimeUnit.NANOSECONDS.toMillis(usedNanos + turn) > limits.get(Limit.AGENT_CPU)) {
      return Limit.AGENT_CPU;
    }
    long wall = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startWall);
    return wall > limits.get(Limit.TASK_WALL) ? Limit.TASK_WALL : null;
  }

  private long turnNanos() {
    return thread == null ? 0 : Math.max(0, cpu(thread) - turnCpu);
  }

  /** Nanoseconds that a thread has run for; of the clock where that is not known. */
  static long cpu(Thread thread) {
    if (!CPU_TIME) {
      return System.nanoTime();
    }
    boolean own = thread == Thread.currentThread();
    long time = own ? THREADS.getCurrentThreadCpuTime() : THREADS.getThreadCpuTime(thread.getId());
    return time < 0 ? System.nanoTime() : time;
  }
}
