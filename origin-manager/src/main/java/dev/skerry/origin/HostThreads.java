package dev.skerry.origin;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/** The threads of a page host, all of them daemons: workers for tasks, one watchdog, one clock for timers. */
record HostThreads(WorkerPool workers, Watchdog watchdog, ScheduledThreadPoolExecutor clock) implements AutoCloseable {

  /** @param size workers */
  static HostThreads start(int size) {
    WorkerPool workers = new WorkerPool(size);
    ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, body -> {
      Thread thread = new Thread(body, "skerry-clock");
      thread.setDaemon(true);
      return thread;
    });
    clock.setRemoveOnCancelPolicy(true);
    return new HostThreads(workers, new Watchdog(workers), clock);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    watchdog.close();
    workers.close();
  }
}
