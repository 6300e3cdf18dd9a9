package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.FetchResponse.Tainting;
import dev.skerry.fetch.Refusal.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/**
 * One fetch (Fetch §4): a request with its URL list and response tainting, on its way from main fetch to a response.
 * The methods are the standard's algorithms of those names; they run one after the other, each on the thread that
 * completed the one before.
 */
final class Fetch {

  private final FetchRequest request;
  private final FetchClient.Options options;
  private final Interceptor.Chain chain;
  private final HstsStore hsts;
  private final Origin origin;
  private final List<Url> urlList = new ArrayList<>();
  private final CompletableFuture<FetchResponse> result = new CompletableFuture<>();
  private final AbortSignal signal = new AbortSignal();
  private final long startNanos = System.nanoTime();
  private Tainting tainting = Tainting.BASIC;
  private ReferrerPolicy referrerPolicy;

  private Fetch(FetchRequest request, FetchClient.Options options, Interceptor.Chain chain, HstsStore hsts) {
    this.request = request;
    this.options = options;
    this.chain = chain;
    this.hsts = hsts;
    this.referrerPolicy = request.referrerPolicy();
    this.origin = request.origin() == null ? Origin.opaque() : request.origin();
    urlList.add(request.url());
  }

  /** Starts a fetch; cancelling the future aborts it. */
  static CompletableFuture<FetchResponse> start(FetchRequest request, FetchClient.Options options,
                                                Interceptor.Chain chain, HstsStore hsts) {
    Fetch fetch = new Fetch(request, options, chain, hsts);
    fetch.result.whenComplete((response, failure) -> {
      if (fetch.result.isCancelled()) {
        fetch.signal.abort();
      }
    });
    try {
      fetch.mainFetch().thenCompose(fetch::checkResponse).thenCompose(fetch::checkIntegrity)
          .whenComplete(fetch::handOver);
    } catch (RuntimeException e) {
      fetch.handOver(null, e);
    }
    return fetch.result;
  }

  /** The end of main fetch: the rules of the client once more, for where the response came from. */
  private CompletableFuture<NetworkResponse> checkResponse(NetworkResponse response) {
    Optional<Refusal> refusal = RequestRules.ofResponse(request, urlList);
    return refusal.isPresent() ? refused(refusal.get()) : CompletableFuture.completedFuture(response);
  }

  /** The end of main fetch: a body that does not match the integrity metadata is a network error. */
  private CompletableFuture<NetworkResponse> checkIntegrity(NetworkResponse response) {
    Optional<IntegrityMetadata> integrity = IntegrityMetadata.parse(request.integrity());
    boolean trusted = integrity.isEmpty() || tainting != Tainting.OPAQUE && integrity.get().matches(response.body());
    return trusted ? CompletableFuture.completedFuture(response)
        : refused(Rule.INTEGRITY, tainting == Tainting.OPAQUE ? "integrity cannot be told of an opaque response"
            : "its body has none of the digests \"" + Excerpt.of(request.integrity()) + "\"");
  }

  private void handOver(NetworkResponse response, Throwable failure) {
    if (failure == null) {
      result.complete(ResponseFilter.filter(response, tainting, request.credentials(), urlList,
          System.nanoTime() - startNanos));
      return;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof FetchError error) {
      error.refusal().ifPresent(refusal -> request.client().observer().refused(request, currentUrl(), refusal));
    }
    result.completeExceptionally(cause instanceof FetchError ? cause
        : error(Reason.PROTOCOL, "it failed inside: " + Excerpt.of(cause.toString()), cause));
  }

  /** Main fetch (Fetch §4.1). */
  private CompletableFuture<NetworkResponse> mainFetch() {
    Url upgraded = RequestRules.upgrade(request, currentUrl());
    urlList.set(urlList.size() - 1, hsts.upgrade(upgraded).orElse(upgraded));
    Url url = currentUrl();
    Optional<Refusal> refusal = RequestRules.beforeHop(request, urlList, request.client().observer()::violation);
    if (refusal.isPresent()) {
      return refused(refusal.get());
    }
    boolean sameOrigin = url.origin().equals(origin) && tainting == Tainting.BASIC;
    if (sameOrigin || url.scheme().equals("data") || request.mode() == Mode.NAVIGATE) {
      tainting = Tainting.BASIC;
      return schemeFetch();
    }
    return switch (request.mode()) {
      case SAME_ORIGIN -> refused(Rule.REQUEST_MODE, "its origin " + url.origin() + " is not the requester's, "
          + origin + ", and the request mode is same-origin");
      case NO_CORS -> {
        tainting = Tainting.OPAQUE;
        yield schemeFetch();
      }
      case CORS -> {
        if (!url.isHttp()) {
          yield failure(Reason.UNSUPPORTED_SCHEME, "a CORS request needs http or https, not " + url.scheme());
        }
        tainting = Tainting.CORS;
        yield httpFetch();
      }
      case NAVIGATE -> throw new IllegalStateException();
    };
  }

  /** Scheme fetch (Fetch §4.3). */
  private CompletableFuture<NetworkResponse> schemeFetch() {
    Url url = currentUrl();
    return switch (url.scheme()) {
      case "http", "https" -> httpFetch();
      case "data" -> DataUrl.process(url).map(data -> response(data.mimeType().toString(), data.body()))
          .orElseGet(() -> failure(Reason.BAD_URL, "the data URL has no comma or its base64 is broken"));
      case "about" -> url.path().equals("blank") ? response("text/html;charset=utf-8", new byte[0])
          : failure(Reason.UNSUPPORTED_SCHEME, "of the about: URLs only about:blank can be fetched");
      default -> failure(Reason.UNSUPPORTED_SCHEME, "the scheme \"" + url.scheme()
          + "\" cannot be fetched; http, https, data and about can");
    };
  }

  private static CompletableFuture<NetworkResponse> response(String contentType, byte[] body) {
    List<Header> headers = List.of(new Header("content-type", contentType));
    return CompletableFuture.completedFuture(new NetworkResponse(200, headers, body));
  }

  /** HTTP fetch (Fetch §4.4). */
  private CompletableFuture<NetworkResponse> httpFetch() {
    return httpNetworkFetch().thenCompose(response -> {
      Optional<String> refusal = tainting == Tainting.CORS
          ? CorsCheck.refusal(response, serialisedOrigin(), request.credentials() == Credentials.INCLUDE)
          : Optional.empty();
      if (refusal.isPresent()) {
        return refused(Rule.CORS, refusal.get());
      }
      boolean frame = request.mode() == Mode.NAVIGATE && !request.isTopLevelNavigation();
      refusal = tainting == Tainting.OPAQUE || frame ? CrossOriginResourcePolicy.refusal(response, currentUrl(), origin,
          request.client().policies().embedderPolicy(), includeCredentials(), frame) : Optional.empty();
      if (refusal.isPresent()) {
        return refused(Rule.CORP, refusal.get());
      }
      if (response.isRedirect()) {
        return httpRedirectFetch(response);
      }
      Optional<Refusal> unsuited = MimeBlocking.refusal(response, request.destination())
          .or(() -> opaqueResponseBlocking(response));
      return unsuited.isPresent() ? refused(unsuited.get()) : CompletableFuture.completedFuture(response);
    });
  }

  private Optional<Refusal> opaqueResponseBlocking(NetworkResponse response) {
    boolean allowed = tainting != Tainting.OPAQUE
        || OpaqueResponseBlocking.allowsByHeaders(response.status(), response.headers())
            .orElseGet(() -> OpaqueResponseBlocking.allowsByBody(request.destination(), response.status(),
                response.headers(), response.body()));
    return allowed ? Optional.empty() : Optional.of(OpaqueResponseBlocking.refusal(response.headers()));
  }

  /** HTTP-redirect fetch (Fetch §4.5). */
  private CompletableFuture<NetworkResponse> httpRedirectFetch(NetworkResponse response) {
    List<String> locations = response.headers().stream().filter(header -> header.name().equals("location"))
        .map(Header::value).distinct().toList();
    if (locations.isEmpty()) {
      return CompletableFuture.completedFuture(response);
    }
    if (locations.size() > 1) {
      return failure(Reason.PROTOCOL, "it redirects to " + locations.size() + " places at once");
    }
    Url locationUrl;
    try {
      locationUrl = locationUrl(locations.get(0));
    } catch (UrlParseException e) {
      return failure(Reason.BAD_URL, "it redirects to what is no URL: " + e.getMessage());
    }
    if (!locationUrl.isHttp()) {
      return failure(Reason.UNSUPPORTED_SCHEME, "it redirects to " + Excerpt.of(locationUrl.href())
          + ", and a redirect must lead to http or https");
    }
    if (urlList.size() > options.maxRedirects()) {
      return failure(Reason.TOO_MANY_REDIRECTS, redirectChain(locationUrl));
    }
    boolean crossOrigin = !locationUrl.origin().equals(origin);
    if (locationUrl.includesCredentials()
        && (tainting == Tainting.CORS || request.mode() == Mode.CORS && crossOrigin)) {
      return refused(Rule.CORS, "it redirects to a URL with a user name or password, which CORS forbids");
    }
    urlList.add(locationUrl);
    referrerPolicy = response.header("referrer-policy").flatMap(ReferrerPolicy::parse).orElse(referrerPolicy);
    return mainFetch();
  }

  /** The location URL (Fetch §2.2.6): relative to the current URL, whose fragment it inherits. */
  private Url locationUrl(String location) throws UrlParseException {
    Url url = Url.parse(location, currentUrl());
    return url.fragment().isEmpty() ? url.withFragment(currentUrl().fragment().orElse(null)) : url;
  }

  /** Names the circle that the redirects run in, or else how they begin and end. */
  private String redirectChain(Url next) {
    List<Url> chain = new ArrayList<>(urlList);
    chain.add(next);
    String what = ": ";
    for (int i = 1; i < chain.size(); i++) {
      int first = chain.indexOf(chain.get(i));
      if (first < i) {
        chain = chain.subList(first, i + 1);
        what = ", they go round in a circle: ";
      }
    }
    int last = chain.size() - 1;
    return "more than " + options.maxRedirects() + " redirects" + what
        + chain.stream().limit(Math.min(4, last)).map(url -> Excerpt.of(url.href())).collect(Collectors.joining(" -> "))
        + (last > 4 ? " -> ... -> " : " -> ") + Excerpt.of(chain.get(last).href());
  }

  /** HTTP-network fetch (Fetch §4.7), with the headers of HTTP-network-or-cache fetch (Fetch §4.6). */
  private CompletableFuture<NetworkResponse> httpNetworkFetch() {
    if (signal.isAborted()) {
      return failure(Reason.ABORTED, "the request was cancelled");
    }
    long left = options.timeout().toNanos() - (System.nanoTime() - startNanos);
    if (left <= 0) {
      return failure(Reason.TIMEOUT, "no answer within " + options.timeout().toMillis() + " ms");
    }
    Url url = currentUrl();
    return chain.proceed(new NetworkRequest(request, List.copyOf(urlList), requestHeaders(), includeCredentials(), left,
        signal)).thenApply(response -> {
          if (request.isTopLevelNavigation()) {
            response.headers().stream().filter(header -> header.name().equals("strict-transport-security")).findFirst()
                .ifPresent(header -> hsts.note(url, header.value()));
          }
          return response;
        });
  }

  private boolean includeCredentials() {
    boolean wanted = request.credentials() == Credentials.INCLUDE
        || request.credentials() == Credentials.SAME_ORIGIN && tainting == Tainting.BASIC;
    return wanted && CrossOriginResourcePolicy.allowsCredentials(request, currentUrl(),
        RedirectTaint.of(urlList, origin));
  }

  private List<Header> requestHeaders() {
    HeaderList headers = new HeaderList();
    headers.append("accept", request.destination().accept());
    headers.append("accept-language", "en");
    referrerPolicy.referrer(request.referrer(), currentUrl())
        .ifPresent(referrer -> headers.append("referer", referrer));
    if (tainting == Tainting.CORS) {
      headers.append("origin", serialisedOrigin());
    }
    FetchMetadata.append(headers, request, urlList);
    return headers.headers();
  }

  /** Serialising a request origin (Fetch §2.2.5): {@code null} once the redirects have tainted it. */
  private String serialisedOrigin() {
    return RedirectTaint.of(urlList, origin) == RedirectTaint.SAME_ORIGIN ? origin.toString() : "null";
  }

  private Url currentUrl() {
    return urlList.get(urlList.size() - 1);
  }

  private CompletableFuture<NetworkResponse> refused(Rule rule, String detail) {
    return refused(Refusal.of(rule, detail));
  }

  private CompletableFuture<NetworkResponse> refused(Refusal refusal) {
    return CompletableFuture.failedFuture(new FetchError(Excerpt.of(currentUrl().href()), refusal, redirectedFrom()));
  }

  private CompletableFuture<NetworkResponse> failure(Reason reason, String detail) {
    return CompletableFuture.failedFuture(error(reason, detail, null));
  }

  private FetchError error(Reason reason, String detail, Throwable cause) {
    return new FetchError(reason, Excerpt.of(currentUrl().href()), detail + redirectedFrom(), cause);
  }

  private String redirectedFrom() {
    return urlList.size() > 1 ? " (redirected from " + Excerpt.of(urlList.get(0).href()) + ")" : "";
  }
}
