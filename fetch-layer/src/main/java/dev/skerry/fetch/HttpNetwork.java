package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchResponse.Header;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * Sends one GET request at a time to the host that a {@link Url} names and nowhere else. Jetty carries bytes here: it
 * follows no redirect, keeps no cookie and no credentials, decodes nothing, adds no header but {@code Host} and its
 * own framing, and its URI parser decides nothing. Started by the first request.
 */
final class HttpNetwork implements AutoCloseable {

  private static final String USER_AGENT = "Mozilla/5.0 (compatible; Skerry/0.1)";
  private static final String ACCEPT_ENCODING = "gzip, deflate";
  private static final int MAX_THREADS = 12;
  private static final int MAX_REQUEST_HEADER_BYTES = 256 << 10;
  /** Gives a request a syntactically valid start; every part of it is replaced. */
  private static final URI PLACEHOLDER = URI.create("http://placeholder.invalid/");

  private final FetchClient.Options options;
  private final AddressResolver resolver;
  private HttpClient client;
  private boolean closed;

  HttpNetwork(FetchClient.Options options, AddressResolver resolver) {
    this.options = options;
    this.resolver = resolver;
  }

  /** A request whose target is the URL's path and query, byte for byte. */
  private static final class ExactRequest extends HttpRequest {
    private final Url url;

    ExactRequest(HttpClient client, Url url) {
      super(client, new HttpConversation(), PLACEHOLDER);
      this.url = url;
      scheme(url.scheme()).host(url.host()).port(url.effectivePort());
    }

    @Override
    public String getPath() {
      return url == null ? "/" : url.path();
    }

    @Override
    public String getQuery() {
      return url == null ? null : url.query().orElse(null);
    }
  }

  /**
   * Sends a GET request and reads the response whole. Completes exceptionally with a {@link FetchError} alone;
   * cancelling aborts the connection.
   */
  CompletableFuture<NetworkResponse> fetch(Url url, List<Header> headers, long timeoutNanos) {
    try {
      requireAgreement(url);
      HttpRequest request = new ExactRequest(started(url), url);
      request.headers(fields -> {
        fields.put("Host", url.host() + (url.port() < 0 ? "" : ":" + url.port()));
        headers.forEach(header -> fields.put(header.name(), header.value()));
        fields.put("User-Agent", USER_AGENT);
        fields.put("Accept-Encoding", ACCEPT_ENCODING);
      });
      request.timeout(Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNanos)), TimeUnit.MILLISECONDS);
      ResponseReader reader = new ResponseReader(url, options, request);
      request.send(reader);
      return reader.response();
    } catch (FetchError e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Two parsers that read one URL differently are an attack: what Jetty sees must name the same server. */
  private static void requireAgreement(Url url) throws FetchError {
    String own = url.origin().toString();
    String seen;
    try {
      HttpURI.from(null, null, -1, url.path(), url.query().orElse(null), null);
      seen = originSeenByJetty(url.withoutFragment().href()).or(() -> originSeenByJetty(own + "/")).orElse("none");
    } catch (IllegalArgumentException e) {
      throw new FetchError(Reason.BLOCKED, Excerpt.of(url.href()), "the HTTP client cannot carry its path, in which"
          + " each % needs two hex digits after it and no \"..\" may leave the root", e);
    }
    if (!seen.equals(own)) {
      throw new FetchError(Reason.BLOCKED, Excerpt.of(url.href()), "the HTTP client reads its origin as "
          + Excerpt.of(seen), null);
    }
  }

  /** Empty where Jetty does not take the text for a URL: it rejects {@code %00} in a path, which the web allows. */
  private static Optional<String> originSeenByJetty(String href) {
    try {
      HttpURI uri = HttpURI.from(href);
      return Optional.of(uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private synchronized HttpClient started(Url url) throws FetchError {
    if (closed) {
      throw new FetchError(Reason.ABORTED, Excerpt.of(url.href()), "the client is closed", null);
    }
    if (client == null) {
      client = start(url);
    }
    return client;
  }

  private HttpClient start(Url url) throws FetchError {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 2);
    threads.setName("skerry-fetch");
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    ClientConnector connector = new ClientConnector();
    connector.setSelectors(1);
    connector.setExecutor(threads);
    connector.setScheduler(new ScheduledExecutorScheduler("skerry-fetch-timer", true));
    HttpClient jetty = new HttpClient(new HttpClientTransportOverHTTP(connector));
    jetty.setFollowRedirects(false);
    jetty.setHttpCookieStore(new HttpCookieStore.Empty());
    jetty.setUserAgentField(null);
    jetty.setConnectTimeout(options.timeout().toMillis());
    jetty.setIdleTimeout(options.timeout().toMillis());
    jetty.setMaxResponseHeadersSize(options.maxHeaderBytes());
    jetty.setMaxRequestHeadersSize(MAX_REQUEST_HEADER_BYTES);
    jetty.setSocketAddressResolver(this::resolve);
    try {
      jetty.start();
    } catch (Exception e) {
      throw new FetchError(Reason.PROTOCOL, Excerpt.of(url.href()), "the HTTP client does not start: " + e, e);
    }
    jetty.getProtocolHandlers().clear();
    jetty.getContentDecoderFactories().clear();
    return jetty;
  }

  private void resolve(String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
    HttpClient jetty;
    synchronized (this) {
      jetty = client;
    }
    jetty.getExecutor().execute(() -> {
      try {
        promise.succeeded(resolver.resolve(HostParser.parse(host, false), port));
      } catch (UnknownHostException | InvalidUrl e) {
        promise.failed(e);
      }
    });
  }

  @Override
  public void close() {
    HttpClient jetty;
    synchronized (this) {
      closed = true;
      jetty = client;
      client = null;
    }
    if (jetty == null) {
      return;
    }
    try {
      jetty.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the HTTP client does not stop: " + e, e);
    }
  }
}
