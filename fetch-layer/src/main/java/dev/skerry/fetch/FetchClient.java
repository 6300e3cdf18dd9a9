package dev.skerry.fetch;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;

/**
 * Fetches under the web's rules. Thread-safe; owns the HTTP client and its threads until closed. Nothing starts before
 * the first request that needs the network.
 */
public final class FetchClient implements AutoCloseable {

  private static final long DEFAULT_CACHE_BYTES = 64L << 20;

  private final Options options;
  private final SSLContext tls;
  private final AddressResolver resolver;
  private final ProxyServer proxy;
  private final CacheStore cache;
  private final FetchServices services;
  private final ViolationReporter reporter;
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

  private FetchClient(Builder from) {
    options = from.options;
    tls = from.tls;
    resolver = new AddressResolver(options.resolve(), from.dns);
    proxy = from.proxy;
    List<Interceptor> links = new ArrayList<>(from.interceptors);
    links.add(new CookieInterceptor(new CookieJar(from.clock)));
    links.add(new ExchangeRecorder());
    cache = new CacheStore(from.cacheBytes,
        from.cacheFolder == null ? null : new DiskStore(from.cacheFolder, from.cacheFolderBytes));
    if (from.cacheBytes > 0) {
      links.add(new HttpCache(cache, from.clock, options.timeout().toNanos()));
    }
    services = new FetchServices(options, Interceptor.Chain.of(links, request -> network().fetch(request)),
        new HstsStore(from.clock), new PreflightCache(from.clock), new BlobUrlStore(), new KeepaliveQuota(),
        List.copyOf(from.files), from.grants);
    reporter = new ViolationReporter(request -> stream(request, new AbortSignal()));
  }

  /** How a client is to be. */
  public static final class Builder {

    private Options options = Options.DEFAULT;
    private SSLContext tls;
    private final List<Interceptor> interceptors = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private long cacheBytes = DEFAULT_CACHE_BYTES;
    private Path cacheFolder;
    private long cacheFolderBytes;
    private InstantSource clock = InstantSource.system();
    private Dns dns = Dns.SYSTEM;
    private ProxyServer proxy;
    private LocalNetworkGrants grants = LocalNetworkGrants.NONE;

    private Builder() {
    }

    /** What the time is, for all that expires. */
    Builder clock(InstantSource source) {
      clock = source;
      return this;
    }

    /** Whom to ask for the addresses of names, instead of the platform. */
    public Builder dns(Dns resolver) {
      dns = resolver;
      return this;
    }

    /** Goes through that proxy; null for none, as from the start. */
    public Builder proxy(ProxyServer server) {
      proxy = server;
      return this;
    }

    /** How much memory the HTTP cache may take; 0 for no cache. */
    public Builder cacheBytes(long bytes) {
      cacheBytes = bytes;
      return this;
    }

    /**
     * Keeps the HTTP cache in that folder too, so that it outlives this client; one client at a time should have it.
     *
     * @param bytes how much the files may take, at least 1
     */
    public Builder cacheFolder(Path folder, long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("a cache folder needs room for at least 1 byte, not " + bytes);
      }
      cacheFolder = folder;
      cacheFolderBytes = bytes;
      return this;
    }

    public Builder options(Options chosen) {
      options = chosen;
      return this;
    }

    /** Whom to trust in TLS, and which certificates to show; null for the platform's default. */
    public Builder tls(SSLContext context) {
      tls = context;
      return this;
    }

    /** A link of the chain, before all of the client's own and after those that were added earlier. */
    public Builder interceptor(Interceptor link) {
      interceptors.add(link);
      return this;
    }

    /** Which documents may reach more private address spaces than their own; none unless this says so. */
    public Builder localNetwork(LocalNetworkGrants who) {
      grants = who;
      return this;
    }

    /** Grants the files below that folder to who opens a {@code file:} URL as a person; no page can reach them. */
    public Builder files(Path folder) {
      files.add(folder);
      return this;
    }

    /**
     * A client that has started nothing yet.
     *
     * @throws IllegalArgumentException if a {@code resolve} entry is malformed; the message names it
     */
    public FetchClient build() {
      return new FetchClient(this);
    }
  }

  /**
   * Has ready what the first request needs and what takes time to make, some 50 ms of a fresh process: for whoever has
   * something else to do meanwhile, on another thread. Nothing is started; without it the first request does so itself.
   */
  public static void prepare() {
    Objects.requireNonNull(Dns.SYSTEM);
    JettyTransport.prepare();
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * A client that has started nothing yet.
   *
   * @throws IllegalArgumentException if a {@code resolve} entry is malformed; the message names it
   */
  public static FetchClient create(Options options) {
    return builder().options(options).build();
  }

  /**
   * A client with its own notion of trust, and with interceptors.
   *
   * @param tls whom to trust in TLS, and which certificates to show; null for the platform's default
   * @param interceptors links of the chain before all others, in that order
   * @throws IllegalArgumentException if a {@code resolve} entry is malformed; the message names it
   */
  public static FetchClient create(Options options, SSLContext tls, List<Interceptor> interceptors) {
    Builder builder = builder().options(options).tls(tls);
    interceptors.forEach(builder::interceptor);
    return builder.build();
  }

  /**
   * Fetches, and reads the body whole; completes exceptionally with a {@link FetchError} alone. Cancelling aborts the
   * request. The future completes on a thread of the client: hand long work to another one.
   */
  public CompletableFuture<FetchResponse> fetch(FetchRequest request) {
    AbortSignal signal = new AbortSignal();
    long start = System.nanoTime();
    CompletableFuture<FetchResponse> whole = new CompletableFuture<>();
    whole.whenComplete((response, failure) -> {
      if (whole.isCancelled()) {
        signal.abort();
      }
    });
    stream(request, signal).thenCompose(head -> head.whole(request, start)).whenComplete((response, failure) -> {
      if (failure == null) {
        whole.complete(response);
      } else {
        whole.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
      }
    });
    return whole;
  }

  /**
   * Fetches; completes when the response's head is there, or exceptionally with a {@link FetchError} alone. The body
   * comes as it is read: who does not read holds the server, and nobody else.
   *
   * @param signal aborts the fetch at any moment until the body has ended; it may serve many fetches
   */
  public CompletableFuture<StreamedResponse> stream(FetchRequest request, AbortSignal signal) {
    return Fetch.start(request, services, reporter, signal);
  }

  /** Reports a violation found outside of a fetch: to its document's observer, and to the policy's endpoints. */
  public void report(CspViolation violation) {
    reporter.report(violation);
  }

  /** Reports what an embedder policy or an opener policy asks to be reported, found outside of a fetch. */
  public void report(PolicyReport report) {
    reporter.report(report);
  }

  /** The blob URLs that this client can fetch. */
  public BlobUrlStore blobs() {
    return services.blobs();
  }

  private synchronized HttpNetwork network() {
    if (network == null) {
      network = new HttpNetwork(options, new JettyTransport(options, resolver, tls, proxy), proxy);
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
    cache.close();
  }
}
