package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;

/**
 * Sends requests to the host that a {@link Url} names and nowhere else, with the headers that it is given and no
 * others but {@code Host}, {@code User-Agent} and {@code Accept-Encoding}. Jetty's URI parser decides nothing.
 */
final class HttpNetwork implements AutoCloseable {

  static final String USER_AGENT = "Mozilla/5.0 (compatible; Skerry/0.1)";
  private static final String ACCEPT_ENCODING = "gzip, deflate";
  /** Middle boxes that don't know br may break it; where nobody reads along, none is asked (as in the browsers). */
  private static final String TRUSTWORTHY_ACCEPT_ENCODING = "gzip, deflate, br";
  /** Gives a request a syntactically valid start; every part of it is replaced. */
  private static final URI PLACEHOLDER = URI.create("http://placeholder.invalid/");

  private final FetchClient.Options options;
  private final JettyTransport transport;
  private final ProxyServer proxy;

  /** @param proxy the one that the transport knows; null for none */
  HttpNetwork(FetchClient.Options options, JettyTransport transport, ProxyServer proxy) {
    this.options = options;
    this.proxy = proxy;
    this.transport = transport;
  }

  /**
   * A request whose method is as it was given, and whose target is the URL's path and query, byte for byte, with the
   * origin before them where a proxy carries it.
   */
  private static final class ExactRequest extends HttpRequest {
    private final String method;
    private final Url url;
    private final String prefix;

    ExactRequest(HttpClient client, String method, Url url, boolean absoluteForm) {
      super(client, new HttpConversation(), PLACEHOLDER);
      this.method = method;
      this.url = url;
      prefix = absoluteForm ? url.origin().toString() : "";
      scheme(url.scheme()).host(url.host()).port(url.effectivePort());
    }

    @Override
    public String getMethod() {
      return method;
    }

    @Override
    public String getPath() {
      return url == null ? "/" : prefix + url.path();
    }

    @Override
    public String getQuery() {
      return url == null ? null : url.query().orElse(null);
    }
  }

  /**
   * HTTP-network fetch (Fetch §4.7): sends the request; completes when the response's head is there, or exceptionally
   * with a {@link FetchError} alone.
   */
  CompletableFuture<NetworkResponse> fetch(NetworkRequest hop) {
    long start = System.nanoTime();
    return send(hop, hop.timeoutNanos(), false).thenCompose(response -> {
      boolean again = response.status() == HttpStatus.MISDIRECTED_REQUEST_421
          && (hop.body() == null || hop.body().hasSource());
      if (!again) {
        return CompletableFuture.completedFuture(response);
      }
      response.body().cancel();
      return send(hop, hop.timeoutNanos() - (System.nanoTime() - start), true);
    });
  }

  /**
   * One exchange.
   *
   * @param newConnection whether it needs one of its own: a server that shares a connection among names may say that
   *     it does not answer there for this one (RFC 9110 §15.5.20, Fetch §4.6, isNewConnectionFetch)
   */
  private CompletableFuture<NetworkResponse> send(NetworkRequest hop, long timeoutNanos, boolean newConnection) {
    Url url = hop.url();
    try {
      Optional<String> disagreement = disagreement(url);
      if (disagreement.isPresent()) {
        throw new FetchError(Reason.BLOCKED, Excerpt.of(url.href()), disagreement.get(), null);
      }
      boolean proxied = proxy != null && proxy.carries(url.hostRecord());
      if (proxied) {
        checkReach(hop);
      }
      HttpClient client = client(url);
      HttpRequest request = new ExactRequest(client, hop.method(), url, proxied && url.scheme().equals("http"));
      request.headers(fields -> addHeaders(fields, hop));
      if (hop.body() != null) {
        request.body(new RequestStream(hop.body()));
      }
      request.tag(new PoolKey(hop.fetch().partition(), hop.fetch().origin(), hop.includeCredentials(),
          hop.reach(), newConnection ? hop : null));
      request.timeout(Math.max(1, TimeUnit.NANOSECONDS.toMillis(timeoutNanos)), TimeUnit.MILLISECONDS);
      ResponseReader reader = new ResponseReader(hop, options, !proxied, request);
      reader.send();
      return reader.response();
    } catch (FetchError e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A proxy tells of a name nothing, but an address in the URL itself is checked. */
  private static void checkReach(NetworkRequest hop) throws FetchError {
    InetAddress address = hop.url().hostRecord().address();
    if (address != null && !hop.reach().contains(AddressSpace.of(address))) {
      throw new FetchError(Excerpt.of(hop.url().href()), LocalNetworkAccess.refusal(hop.reach(), List.of(address)), "");
    }
  }

  private static void addHeaders(HttpFields.Mutable fields, NetworkRequest hop) {
    Url url = hop.url();
    fields.put("Host", url.host() + (url.port() < 0 ? "" : ":" + url.port()));
    hop.headers().forEach(header -> fields.add(header.name(), header.value()));
    if (!fields.contains("User-Agent")) {
      fields.put("User-Agent", USER_AGENT);
    }
    if (!fields.contains("Accept-Encoding")) {
      fields.put("Accept-Encoding", url.origin().isPotentiallyTrustworthy() ? TRUSTWORTHY_ACCEPT_ENCODING
          : ACCEPT_ENCODING);
    }
  }

  private HttpClient client(Url url) throws FetchError {
    try {
      return transport.client(url.scheme());
    } catch (IllegalStateException e) {
      throw new FetchError(Reason.ABORTED, Excerpt.of(url.href()), e.getMessage(), e);
    } catch (Exception e) {
      throw new FetchError(Reason.PROTOCOL, Excerpt.of(url.href()), "the HTTP client does not start: " + e, e);
    }
  }

  /**
   * Two parsers that read one URL differently are an attack: what Jetty sees must name the same server. Says what
   * differs; empty where they agree.
   */
  static Optional<String> disagreement(Url url) {
    String own = url.origin().toString();
    try {
      HttpURI.from(null, null, -1, url.path(), url.query().orElse(null), null);
    } catch (IllegalArgumentException e) {
      return Optional.of("the HTTP client cannot carry its path, in which each % needs two hex digits after it and no"
          + " \"..\" may leave the root");
    }
    String seen = originSeenByJetty(url.withoutFragment().href()).or(() -> originSeenByJetty(own + "/")).orElse("none");
    return seen.equals(own) ? Optional.empty()
        : Optional.of("the HTTP client reads its origin as " + Excerpt.of(seen));
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

  @Override
  public void close() {
    transport.close();
  }
}
