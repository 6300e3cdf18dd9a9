package dev.skerry.origin.cli;

import dev.skerry.origin.LoadError;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Pages that load side by side, within one time. Closing it closes them. */
final class PageBatch implements AutoCloseable {

  /** How often the progress is shown anew. */
  private static final Duration STEP = Duration.ofMillis(100);

  private final PageHost host;
  private final List<String> urls;
  private final ProgressLine progress;
  private final long startNanos = System.nanoTime();
  private final long deadline;
  private final List<CompletableFuture<Page>> opening = new ArrayList<>();
  private final List<Load> loads = new ArrayList<>();
  private Duration elapsed;

  /**
   * What became of one URL.
   *
   * @param page null where there is no document
   * @param error why; null where there is one
   */
  record Load(String url, Page page, LoadError error, boolean settled) {

    boolean isFine() {
      return page != null && settled && !page.hasFailed();
    }
  }

  PageBatch(PageHost host, List<String> urls, ProgressLine progress, Duration time) {
    this.host = host;
    this.urls = urls;
    this.progress = progress;
    deadline = startNanos + time.toNanos();
  }

  /** In the order of the URLs, once they were loaded. */
  List<Load> loads() {
    return loads;
  }

  /** How long it took to load them. */
  Duration elapsed() {
    return elapsed;
  }

  private Duration remaining() {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  /** Opens all pages and waits for each in turn, while all go on. */
  void load() {
    show("loading " + urls.get(0));
    urls.forEach(url -> opening.add(host.openLater(url)));
    for (int i = 0; i < urls.size(); i++) {
      loads.add(await(urls.get(i), opening.get(i)));
    }
    elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private Load await(String url, CompletableFuture<Page> opened) {
    try {
      Page page = awaitDocument(url, opened);
      boolean settled = page.settle(min(STEP, remaining()));
      while (!settled && !remaining().isZero()) {
        show("running " + page.url());
        settled = page.settle(min(STEP, remaining()));
      }
      return new Load(url, page, null, settled);
    } catch (LoadError error) {
      return new Load(url, null, error, false);
    }
  }

  private Page awaitDocument(String url, CompletableFuture<Page> opened) throws LoadError {
    while (true) {
      try {
        return opened.get(min(STEP, remaining()).toMillis() + 1, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        show("loading " + url);
        if (remaining().isZero()) {
          throw new LoadError("cannot load " + url + ": no document within the time of --wait", notYet);
        }
      } catch (ExecutionException failed) {
        Throwable cause = failed.getCause() instanceof CompletionException wrapped ? wrapped.getCause()
            : failed.getCause();
        throw cause instanceof LoadError error ? error
            : new LoadError("cannot load " + url + ": " + cause.getMessage(), cause);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new LoadError("cannot load " + url + ": interrupted", interrupted);
      }
    }
  }

  private void show(String what) {
    if (urls.size() == 1) {
      progress.show(what);
    } else {
      progress.show(loads.size(), urls.size());
    }
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  @Override
  public void close() {
    opening.forEach(page -> page.thenAccept(Page::close));
  }
}
