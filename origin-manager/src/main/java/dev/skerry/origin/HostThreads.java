package dev.skerry.origin;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * The threads of a page host, all of them daemons: workers for tasks, one watchdog, one clock for timers.
 *
 * @param clockStep the steps in which guests see the clock go on
 */
record HostThreads(WorkerPool workers, Watchdog watchdog, ScheduledThreadPoolExecutor clock, Duration clockStep)
    implements AutoCloseable {

  /** @param size workers */
  static HostThreads start(int size, Duration clockStep) {
    WorkerPool workers = new WorkerPool(size);
    ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, body -> {
      Thread thread = new Thread(body, "skerry-clock");
      thread.setDaemon(true);
      return thread;
    });
    clock.setRemoveOnCancelPolicy(true);
    return new HostThreads(workers, new Watchdog(workers), clock, clockStep);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    watchdog.close();
    workers.close();
  }
}
