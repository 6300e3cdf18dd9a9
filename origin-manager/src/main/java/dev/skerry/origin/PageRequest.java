package dev.skerry.origin;

import dev.skerry.fetch.AbortSignal;
import dev.skerry.fetch.ByteStream;
import dev.skerry.fetch.FetchError;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.StreamedResponse;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One request of a page, from its place in its agent's lane to the last byte of its body: counted, reported once, and
 * work of the page while its head or its next bytes are waited for. Thread-safe.
 */
final class PageRequest implements FetchLane.Flight {

  private final PageFetcher fetcher;
  private final FetchLane lane;
  private final FetchRequest request;
  private final AbortSignal signal;
  private final Consumer<Limit> listener;
  private final boolean ofTheTop;
  private final long startNanos = System.nanoTime();
  private final CompletableFuture<StreamedResponse> response = new CompletableFuture<>();
  private final AtomicBoolean ended = new AtomicBoolean();
  private final Runnable onAbort = this::aborted;
  private final Activity.Token token;
  private volatile FetchResponse head;
  private volatile long bytes;

  /**
   * @param listener hears which limit stops the request, on any thread
   * @param ofTheTop whether it counts as the top document's origin's
   */
  PageRequest(PageFetcher fetcher, FetchLane lane, FetchRequest request, AbortSignal signal,
      Consumer<Limit> listener, boolean ofTheTop) {
    this.ofTheTop = ofTheTop;
    this.fetcher = fetcher;
    this.lane = lane;
    this.request = request;
    this.signal = signal;
    this.listener = listener;
    token = fetcher.activity().begin();
  }

  /** Takes its place; the limit that forbids it, or null. */
  CompletableFuture<StreamedResponse> submit(Limit forbidden) {
    if (forbidden != null) {
      fail(exceeded(forbidden));
    } else {
      signal.onAbort(onAbort);
      lane.submit(this);
    }
    return response;
  }

  FetchRequest request() {
    return request;
  }

  boolean isOfTheTop() {
    return ofTheTop;
  }

  long startNanos() {
    return startNanos;
  }

  /** The head, or null while there is none. */
  FetchResponse head() {
    return head;
  }

  /** Bytes of the body that have arrived. */
  long bytes() {
    return bytes;
  }

  @Override
  public void begin() {
    if (!ended.get()) {
      fetcher.send(request, signal).whenComplete(this::arrived);
    }
  }

  private void arrived(StreamedResponse arrived, Throwable failure) {
    if (failure != null) {
      fail(errorOf(failure));
      return;
    }
    head = arrived.head();
    try {
      if (ended.get() || !response.complete(new StreamedResponse(head, new Body(arrived.body())))) {
        arrived.body().cancel();
      }
    } finally {
      token.end();
    }
  }

  @Override
  public void abort() {
    signal.abort();
    aborted();
  }

  /** Whoever fetches hears of it too, but perhaps after the lane was closed, or never because it has not begun. */
  private void aborted() {
    fail(new FetchError(FetchError.Reason.ABORTED, request.url().href(), "who asked for it is gone", null));
  }

  private void fail(FetchError error) {
    end(error);
    try {
      response.completeExceptionally(error);
    } finally {
      token.end();
    }
  }

  /** @param error null if all of it arrived */
  private void end(FetchError error) {
    if (ended.compareAndSet(false, true)) {
      signal.remove(onAbort);
      lane.ended(this);
      fetcher.report(this, error);
    }
  }

  private FetchError exceeded(Limit limit) {
    listener.accept(limit);
    return fetcher.exceeded(request, limit);
  }

  private FetchError errorOf(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof FetchError error) {
      if (error.reason() == FetchError.Reason.TIMEOUT) {
        listener.accept(Limit.FETCH_TIME);
      } else if (error.reason() == FetchError.Reason.TOO_LARGE) {
        listener.accept(Limit.BODY_BYTES);
      }
      return error;
    }
    return new FetchError(FetchError.Reason.ABORTED, request.url().href(), "it was given up", failure);
  }

  /** The body, counted. */
  private final class Body implements ByteStream {

    private final ByteStream source;

    Body(ByteStream source) {
      this.source = source;
    }

    @Override
    public CompletableFuture<ByteBuffer> read() {
      Activity.Token reading = fetcher.activity().begin();
      CompletableFuture<ByteBuffer> next = new CompletableFuture<>();
      source.read().whenComplete((chunk, failure) -> {
        try {
          pass(chunk, failure, next);
        } finally {
          reading.end();
        }
      });
      return next;
    }

    private void pass(ByteBuffer chunk, Throwable failure, CompletableFuture<ByteBuffer> next) {
      FetchError error = failure == null ? null : errorOf(failure);
      if (chunk != null && !count(chunk.remaining())) {
        source.cancel();
        error = exceeded(Limit.FETCHED_BYTES);
      }
      if (error != null) {
        end(error);
        next.completeExceptionally(error);
      } else {
        if (chunk == null) {
          end(null);
        }
        next.complete(chunk);
      }
    }

    private boolean count(int length) {
      long before = bytes;
      bytes = before + length;
      return fetcher.take(PageRequest.this, before, bytes);
    }

    @Override
    public void cancel() {
      source.cancel();
      end(null);
    }
  }
}
