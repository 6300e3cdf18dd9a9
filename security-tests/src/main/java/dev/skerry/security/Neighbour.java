package dev.skerry.security;

import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A page of another origin in the same host, that has a small task to run every other millisecond, and notes how late
 * each came to its end. It begins to count when it is made.
 */
final class Neighbour implements AutoCloseable {

  private static final String HOST = "neighbour.localhost";
  private static final int MAX_TASKS = 100_000;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** Those that were made for this neighbour alone, if it is not a guest of the attack's own. */
  private final Sites ownSites;
  private final PageHost ownHost;
  private final Page page;
  private final Thread thread;
  private final long[] delays = new long[MAX_TASKS];
  private int tasks;
  private RuntimeException fault;
  private volatile boolean done;

  /** In a host of its own, beside an attack on what no page has a part in. */
  Neighbour(Setting setting) throws LoadError {
    this(setting.newHost().build(), new Sites(), true);
  }

  /** In the attack's host. */
  Neighbour(PageHost host, Sites sites) throws LoadError {
    this(host, sites, false);
  }

  private Neighbour(PageHost host, Sites sites, boolean own) throws LoadError {
    ownHost = own ? host : null;
    ownSites = own ? sites : null;
    sites.wasm(HOST, "/neighbour.wasm", Guests.bytes("neighbour"), null)
        .html(HOST, "/", "<!doctype html><script type=module src=neighbour.wasm></script>");
    page = host.open(sites.origin(HOST) + "/");
    if (!page.settle(Observer.PATIENCE)) {
      throw new IllegalStateException("the neighbour's page did not settle");
    }
    thread = new Thread(this::work, "neighbour");
    thread.start();
  }

  private void work() {
    try {
      while (!done && tasks < MAX_TASKS) {
        long posted = System.nanoTime();
        if ((Integer) page.call("tick", tasks)[0] != tasks + 1) {
          throw new IllegalStateException("the neighbour counts wrongly");
        }
        delays[tasks++] = System.nanoTime() - posted;
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (RuntimeException broken) {
      fault = broken;
    }
  }

  /**
   * Ends the count; all tasks of the neighbour must have come to their end.
   *
   * @param untilStopped how long the attack went on
   */
  Strain strain(Duration untilStopped) throws InterruptedException {
    done = true;
    thread.join(Observer.PATIENCE.toMillis());
    if (thread.isAlive()) {
      throw new IllegalStateException("a task of the neighbour never ended");
    }
    if (fault != null) {
      throw fault;
    }
    long[] sorted = Arrays.copyOf(delays, tasks);
    Arrays.sort(sorted);
    return new Strain(untilStopped, Duration.ofNanos(sorted[(int) (tasks * 0.99)]),
        Duration.ofNanos(sorted[tasks - 1]));
  }

  @Override
  public void close() {
    done = true;
    page.close();
    if (ownHost != null) {
      ownHost.close();
      ownSites.close();
    }
  }
}
