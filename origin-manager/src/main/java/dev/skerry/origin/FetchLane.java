package dev.skerry.origin;

import dev.skerry.fetch.FetchResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The requests of one agent: so many at a time, in the order of asking; all of them cancelled by closing. */
final class FetchLane {

  private final int atOnce;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  /** What was promised, to the fetch that is under way for it. */
  private final Map<CompletableFuture<FetchResponse>, CompletableFuture<FetchResponse>> running =
      new LinkedHashMap<>();
  private boolean starting;
  private boolean closed;

  /** A fetch that has not begun. */
  private record Waiting(Supplier<CompletableFuture<FetchResponse>> begin, CompletableFuture<FetchResponse> promise) {
  }

  FetchLane(int atOnce) {
    this.atOnce = atOnce;
  }

  /** Begins the fetch when there is room; the promise is cancelled when the lane closes. */
  CompletableFuture<FetchResponse> submit(Supplier<CompletableFuture<FetchResponse>> begin) {
    Waiting next = new Waiting(begin, new CompletableFuture<>());
    boolean refused;
    synchronized (this) {
      refused = closed;
      if (!refused) {
        waiting.add(next);
      }
    }
    if (refused) {
      next.promise.completeExceptionally(new CancellationException());
    } else {
      startWaiting();
    }
    return next.promise;
  }

  /** Begins what there is room for. A fetch that ends while it begins is no recursion: one thread loops here. */
  private void startWaiting() {
    synchronized (this) {
      if (starting) {
        return;
      }
      starting = true;
    }
    for (Waiting next = take(); next != null; next = take()) {
      start(next);
    }
  }

  private synchronized Waiting take() {
    Waiting next = running.size() < atOnce ? waiting.poll() : null;
    if (next == null) {
      starting = false;
    } else {
      running.put(next.promise, next.promise);
    }
    return next;
  }

  private void start(Waiting next) {
    CompletableFuture<FetchResponse> fetch = next.begin.get();
    boolean late;
    synchronized (this) {
      running.put(next.promise, fetch);
      late = closed;
    }
    fetch.whenComplete((response, failure) -> {
      synchronized (this) {
        running.remove(next.promise);
      }
      if (failure == null) {
        next.promise.complete(response);
      } else {
        next.promise.completeExceptionally(failure);
      }
      startWaiting();
    });
    if (late) {
      fetch.cancel(true);
    }
  }

  void close() {
    List<Waiting> never;
    List<CompletableFuture<FetchResponse>> aborted;
    synchronized (this) {
      closed = true;
      never = new ArrayList<>(waiting);
      waiting.clear();
      aborted = new ArrayList<>(running.values());
    }
    never.forEach(next -> next.promise.completeExceptionally(new CancellationException()));
    aborted.forEach(fetch -> fetch.cancel(true));
  }
}
