package dev.skerry.origin;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends a page: aborts its requests, ends its agents, and waits until their memory is freed. */
record PageCloser(PageContext page, WorkerPool workers, Set<PageCloser> open) implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(PageCloser.class);
  /** Guests leave within a millisecond; a host function that blocks is an embedder's fault. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Override
  public void run() {
    page.fetcher().close();
    page.agents().close();
    if (!workers.isWorker()) {
      await();
    }
    open.remove(this);
  }

  private void await() {
    try {
      List<WindowAgent> late = page.agents().awaitRelease(PATIENCE);
      late.forEach(agent -> LOG.warn("a host function of {} does not return; its memory stays", agent.origin()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
