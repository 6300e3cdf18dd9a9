package dev.skerry.fetch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Fetches under the web's rules. Thread-safe; owns the HTTP client and its threads until closed. */
public final class FetchClient implements AutoCloseable {

  /**
   * Limits and reach of a client.
   *
   * @param maxBodyBytes a longer body is an error, found from {@code Content-Length} or while reading
   * @param maxHeaderBytes response header block
   * @param maxRedirects 20 as in Fetch §4.5
   * @param timeout from the request to the last byte, redirects included
   * @param resolve as curl's {@code --resolve}: {@code HOST:PORT:ADDRESS}
   */
  public record Options(long maxBodyBytes, int maxHeaderBytes, int maxRedirects, Duration timeout,
                        List<String> resolve) {

    public static final Options DEFAULT = new Options(64L << 20, 64 << 10, 20, Duration.ofSeconds(30), List.of());
  }

  public static FetchClient create(Options options) {
    throw new UnsupportedOperationException();
  }

  /** Fetches; completes exceptionally with a {@link FetchError} alone. Cancelling aborts the request. */
  public CompletableFuture<FetchResponse> fetch(FetchRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Aborts what is in flight and stops. Idempotent. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
