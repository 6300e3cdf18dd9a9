package dev.skerry.fetch;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The link that tells a client's observer of each exchange, and of its body while it is read. */
final class ExchangeRecorder implements Interceptor {

  @Override
  public CompletableFuture<NetworkResponse> intercept(NetworkRequest request, Chain next) {
    FetchObserver observer = request.fetch().client().observer();
    if (observer == FetchObserver.NONE) {
      return next.proceed(request);
    }
    Instant started = Instant.now();
    long start = System.nanoTime();
    return next.proceed(request).handle((response, failure) -> {
      if (failure == null) {
        return response.withBody(new ObservedBody(request, response, observer, started, start));
      }
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      observer.exchange(new Exchange(request, 0, List.of(), 0, String.valueOf(cause.getMessage()), started,
          Duration.ofNanos(System.nanoTime() - start), Duration.ZERO));
      throw cause instanceof RuntimeException unchecked ? unchecked : new CompletionException(cause);
    });
  }

  /** A body whose bytes are counted; its end, however it comes, is told once. */
  private static final class ObservedBody implements ByteStream {

    private final NetworkRequest request;
    private final NetworkResponse response;
    private final FetchObserver observer;
    private final Instant started;
    private final Duration wait;
    private final long headNanos = System.nanoTime();
    private final long expected;
    private long received;
    private boolean told;

    ObservedBody(NetworkRequest request, NetworkResponse response, FetchObserver observer, Instant started,
                 long startNanos) {
      this.request = request;
      this.response = response;
      this.observer = observer;
      this.started = started;
      wait = Duration.ofNanos(headNanos - startNanos);
      expected = response.header("content-length").filter(value -> value.matches("[0-9]{1,18}"))
          .filter(value -> response.header("content-encoding").isEmpty()).map(Long::parseLong).orElse(-1L);
    }

    @Override
    public CompletableFuture<ByteBuffer> read() {
      return response.body().read().whenComplete((chunk, failure) -> {
        if (failure != null) {
          tell(String.valueOf(failure.getMessage()));
        } else if (chunk == null) {
          tell("");
        } else {
          long now;
          synchronized (this) {
            received += chunk.remaining();
            now = received;
          }
          observer.progress(request.url(), now, expected);
        }
      });
    }

    @Override
    public void cancel() {
      tell("");
      response.body().cancel();
    }

    private void tell(String error) {
      long length;
      synchronized (this) {
        if (told) {
          return;
        }
        told = true;
        length = received;
      }
      observer.exchange(new Exchange(request, response.status(), response.headers(), length, error, started, wait,
          Duration.ofNanos(System.nanoTime() - headNanos)));
    }
  }
}
