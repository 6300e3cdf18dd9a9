package dev.skerry.origin;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Measures the running task of one agent, and finds out when it is over a limit of time. The agent's thread begins and
 * ends tasks, the watchdog's thread checks: each holds the meter's monitor, so a verdict never hits the task after.
 */
final class TaskMeter {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final boolean CPU_TIME = THREADS.isThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled();

  private final Limits limits;
  private Thread thread;
  private long startWall;
  private long startCpu;
  private long usedNanos;

  TaskMeter(Limits limits) {
    this.limits = limits;
  }

  synchronized void begin() {
    thread = Thread.currentThread();
    startWall = System.nanoTime();
    startCpu = cpu(thread);
  }

  synchronized void end() {
    usedNanos += taskNanos();
    thread = null;
  }

  /** Processor time of all tasks, the running one included. */
  synchronized long usedNanos() {
    return usedNanos + taskNanos();
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
    if (thread == null) {
      return null;
    }
    long task = TimeUnit.NANOSECONDS.toMillis(taskNanos());
    if (task > limits.get(Limit.TASK_CPU)) {
      return Limit.TASK_CPU;
    }
    if (TimeUnit.NANOSECONDS.toMillis(usedNanos) + task > limits.get(Limit.AGENT_CPU)) {
      return Limit.AGENT_CPU;
    }
    long wall = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startWall);
    return wall > limits.get(Limit.TASK_WALL) ? Limit.TASK_WALL : null;
  }

  private long taskNanos() {
    return thread == null ? 0 : Math.max(0, cpu(thread) - startCpu);
  }

  private static long cpu(Thread thread) {
    if (!CPU_TIME) {
      return System.nanoTime();
    }
    boolean own = thread == Thread.currentThread();
    long time = own ? THREADS.getCurrentThreadCpuTime() : THREADS.getThreadCpuTime(thread.getId());
    return time < 0 ? System.nanoTime() : time;
  }
}
