package dev.skerry.fetch;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/**
 * Fetches under the web's rules. Thread-safe; owns the HTTP client and its threads until closed. Nothing starts before
 * the first request that needs the network.
 */
public final class FetchClient implements AutoCloseable {

  private final Options options;
  private final SSLContext tls;
  private final AddressResolver resolver;
  private final Interceptor.Chain chain;
  private final HstsStore hsts = new HstsStore(InstantSource.system());
  /** Null before the first request that needs it: loading Jetty takes time. */
  private HttpNetwork network;
  private boolean closed;

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

  private FetchClient(Options options, SSLContext tls, List<Interceptor> interceptors) {
    this.options = options;
    this.tls = tls;
    this.resolver = new AddressResolver(options.resolve());
    List<Interceptor> links = new ArrayList<>(interceptors);
    links.add(new CookieInterceptor(new CookieJar(InstantSource.system())));
    this.chain = Interceptor.Chain.of(links, request -> network().fetch(request));
  }

  /**
   * A client that has started nothing yet.
   *
   * @throws IllegalArgumentException if a {@code resolve} entry is malformed; the message names it
   */
  public static FetchClient create(Options options) {
    return create(options, null, List.of());
  }

  /**
   * A client with its own notion of trust, and with interceptors.
   *
   * @param tls whom to trust in TLS, and which certificates to show; null for the platform's default
   * @param interceptors links of the chain before all others, in that order
   * @throws IllegalArgumentException if a {@code resolve} entry is malformed; the message names it
   */
  public static FetchClient create(Options options, SSLContext tls, List<Interceptor> interceptors) {
    return new FetchClient(options, tls, interceptors);
  }

  /**
   * Fetches; completes exceptionally with a {@link FetchError} alone. Cancelling aborts the request. The future
   * completes on a thread of the client: hand long work to another one.
   */
  public CompletableFuture<FetchResponse> fetch(FetchRequest request) {
    return Fetch.start(request, options, chain, hsts);
  }

  private synchronized HttpNetwork network() {
    if (network == null) {
      network = new HttpNetwork(options, new JettyTransport(options, resolver, tls));
      if (closed) {
        network.close();
      }
    }
    return network;
  }

  /** Aborts what is in flight and stops. Idempotent. */
  @Override
  public void close() {
    HttpNetwork started;
    synchronized (this) {
      closed = true;
      started = network;
    }
    if (started != null) {
      started.close();
    }
  }
}
