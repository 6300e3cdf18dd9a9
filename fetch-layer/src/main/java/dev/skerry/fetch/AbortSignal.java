package dev.skerry.fetch;

import java.util.concurrent.CompletableFuture;

/** Says that nobody wants a response any more (DOM §3.2). Thread-safe; aborts once and for all. */
public final class AbortSignal {

  private final CompletableFuture<Void> aborted = new CompletableFuture<>();

  /** Runs the action when this is aborted, at once where it has been. */
  public void onAbort(Runnable action) {
    aborted.thenRun(action);
  }

  public boolean isAborted() {
    return aborted.isDone();
  }

  /** Signals abort. Idempotent. */
  public void abort() {
    aborted.complete(null);
  }
}
