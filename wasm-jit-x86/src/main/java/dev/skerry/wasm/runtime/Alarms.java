package dev.skerry.wasm.runtime;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What is to be done later, quickly: one thread for the process, which ends when nothing was due for some seconds and
 * never keeps the process alive.
 */
final class Alarms {

  private static final long IDLE_SECONDS = 5;
  private static final ScheduledThreadPoolExecutor EXECUTOR = executor();

  private Alarms() {
  }

  private static ScheduledThreadPoolExecutor executor() {
    ScheduledThreadPoolExecutor made = new ScheduledThreadPoolExecutor(1, task -> {
      Thread thread = new Thread(task, "skerry-alarms");
      thread.setDaemon(true);
      return thread;
    });
    made.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    made.allowCoreThreadTimeOut(true);
    made.setRemoveOnCancelPolicy(true);
    return made;
  }

  /** Does something after so many nanoseconds, unless it is cancelled. */
  static ScheduledFuture<?> after(long nanos, Runnable action) {
    return EXECUTOR.schedule(action, nanos, TimeUnit.NANOSECONDS);
  }

  /** Does something soon, on that thread. */
  static void soon(Runnable action) {
    EXECUTOR.execute(action);
  }
}
