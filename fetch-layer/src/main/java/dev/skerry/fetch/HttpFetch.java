package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.CacheMode;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Initiator;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.FetchRequest.Redirect;
import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.FetchResponse.Tainting;
import dev.skerry.fetch.Refusal.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The part of one fetch that concerns HTTP (Fetch §4.4 to §4.8), in the standard's algorithms and their order. */
final class HttpFetch {

  /** A redirect's body is nobody's: one that is longer is not waited for. */
  private static final int MAX_REDIRECT_BODY = 64 << 10;
  /** Headers by which a requester validates what it has itself: no cache stands between (Fetch §4.6). */
  private static final Set<String> CONDITIONS = Set.of("if-modified-since", "if-none-match", "if-unmodified-since",
      "if-match", "if-range");

  private final FetchParams params;
  private final FetchRequest request;
  private final FetchServices services;
  private final RequestRules.Reporter reporter;
  private final Supplier<CompletableFuture<NetworkResponse>> mainFetch;

  HttpFetch(FetchParams params, FetchServices services, RequestRules.Reporter reporter,
            Supplier<CompletableFuture<NetworkResponse>> mainFetch) {
    this.params = params;
    this.reporter = reporter;
    this.request = params.request;
    this.services = services;
    this.mainFetch = mainFetch;
  }

  /** HTTP fetch (Fetch §4.4). */
  CompletableFuture<NetworkResponse> httpFetch(boolean makeCorsPreflight) {
    if (!makeCorsPreflight) {
      return afterPreflight();
    }
    Url url = params.currentUrl();
    CompletableFuture<NetworkResponse> response = services.preflights().needsPreflight(params)
        ? corsPreflightFetch().thenCompose(allowed -> afterPreflight()) : afterPreflight();
    return response.whenComplete((received, failure) -> {
      if (failure != null) {
        services.preflights().clear(params, url);
      }
    });
  }

  private CompletableFuture<NetworkResponse> afterPreflight() {
    return httpNetworkOrCacheFetch(params.method, ownHeaders(), params.body, params.includesCredentials())
        .thenCompose(this::receive);
  }

  /** The steps of HTTP fetch after the response's head has come. */
  private CompletableFuture<NetworkResponse> receive(NetworkResponse response) {
    Optional<FetchError> refusal = refusal(response);
    if (refusal.isPresent()) {
      response.body().cancel();
      return CompletableFuture.failedFuture(refusal.get());
    }
    if (!response.isRedirect()) {
      return opaqueResponseBlocking(response);
    }
    return switch (request.redirect()) {
      case FOLLOW -> httpRedirectFetch(response);
      case MANUAL -> CompletableFuture.completedFuture(response);
      case ERROR -> {
        response.body().cancel();
        yield params.refused(Rule.REQUEST_MODE, "it redirects, and the request's redirect mode is error");
      }
    };
  }

  private Optional<FetchError> refusal(NetworkResponse response) {
    Optional<String> refusal = params.tainting == Tainting.CORS
        ? CorsCheck.refusal(response, params.serialisedOrigin(), request.credentials() == Credentials.INCLUDE)
        : Optional.empty();
    if (refusal.isPresent()) {
      return refusal.map(detail -> params.refusal(Rule.CORS, detail));
    }
    boolean frame = request.mode() == Mode.NAVIGATE && !request.isTopLevelNavigation();
    refusal = params.tainting == Tainting.OPAQUE || frame
        ? CrossOriginResourcePolicy.check(response, params, frame, reporter::report) : Optional.empty();
    if (refusal.isPresent() || response.isRedirect()) {
      return refusal.map(detail -> params.refusal(Rule.CORP, detail));
    }
    return MimeBlocking.refusal(response, request.destination()).map(params::refusal);
  }

  /** Lets an opaque response through that its headers, or else its first bytes, show to be media or script. */
  private CompletableFuture<NetworkResponse> opaqueResponseBlocking(NetworkResponse response) {
    Optional<Boolean> byHeaders = params.tainting == Tainting.OPAQUE
        ? OpaqueResponseBlocking.allowsByHeaders(response.status(), response.headers()) : Optional.of(true);
    if (byHeaders.isPresent()) {
      return opaqueResponse(response, byHeaders.get());
    }
    return PeekedStream.peek(response.body(), OpaqueResponseBlocking.SNIFFED_LENGTH)
        .thenCompose(body -> opaqueResponse(response.withBody(body), OpaqueResponseBlocking.allowsByBody(
            request.destination(), response.status(), response.headers(), body.start())));
  }

  private CompletableFuture<NetworkResponse> opaqueResponse(NetworkResponse response, boolean allowed) {
    if (allowed) {
      return CompletableFuture.completedFuture(response);
    }
    response.body().cancel();
    return CompletableFuture.failedFuture(params.refusal(OpaqueResponseBlocking.refusal(response.headers())));
  }

  /** HTTP-redirect fetch (Fetch §4.5). */
  private CompletableFuture<NetworkResponse> httpRedirectFetch(NetworkResponse response) {
    List<String> locations = response.headers().stream().filter(header -> header.name().equals("location"))
        .map(Header::value).distinct().toList();
    if (locations.isEmpty()) {
      return CompletableFuture.completedFuture(response);
    }
    CompletableFuture<Void> discarded = StreamReading.discard(response.body(), MAX_REDIRECT_BODY);
    if (locations.size() > 1) {
      return params.failure(Reason.PROTOCOL, "it redirects to " + locations.size() + " places at once");
    }
    Url locationUrl;
    try {
      locationUrl = locationUrl(locations.get(0));
    } catch (UrlParseException e) {
      return params.failure(Reason.BAD_URL, "it redirects to what is no URL: " + e.getMessage());
    }
    Optional<FetchError> refusal = redirectRefusal(response, locationUrl);
    if (refusal.isPresent()) {
      return CompletableFuture.failedFuture(refusal.get());
    }
    boolean dropsBody = switch (response.status()) {
      case 301, 302 -> params.method.equals("POST");
      case 303 -> !params.method.equals("GET") && !params.method.equals("HEAD");
      default -> false;
    };
    if (dropsBody) {
      params.method = "GET";
      params.body = null;
      params.headers = RequestHeaders.withoutBodyHeaders(params.headers);
    }
    if (!params.currentUrl().origin().equals(locationUrl.origin())) {
      params.headers = RequestHeaders.withoutAuthorization(params.headers);
    }
    AddressSpace from = response.addressSpace();
    if (from != null && (params.redirectedFrom == null || params.redirectedFrom.isMorePrivateThan(from))) {
      params.redirectedFrom = from;
    }
    params.urlList.add(locationUrl);
    params.referrerPolicy = response.header("referrer-policy").flatMap(ReferrerPolicy::parse)
        .orElse(params.referrerPolicy);
    return discarded.thenCompose(done -> mainFetch.get());
  }

  private Optional<FetchError> redirectRefusal(NetworkResponse response, Url locationUrl) {
    if (!locationUrl.isHttp()) {
      return Optional.of(params.error(Reason.UNSUPPORTED_SCHEME, "it redirects to " + Excerpt.of(locationUrl.href())
          + ", and a redirect must lead to http or https", null));
    }
    if (params.urlList.size() > services.options().maxRedirects()) {
      return Optional.of(params.error(Reason.TOO_MANY_REDIRECTS, redirectChain(locationUrl), null));
    }
    boolean crossOrigin = !locationUrl.origin().equals(params.origin);
    if (locationUrl.includesCredentials()
        && (params.tainting == Tainting.CORS || request.mode() == Mode.CORS && crossOrigin)) {
      return Optional.of(params.refusal(Rule.CORS,
          "it redirects to a URL with a user name or password, which CORS forbids"));
    }
    if (response.status() != 303 && params.body != null && !params.body.hasSource()) {
      return Optional.of(params.error(Reason.PROTOCOL, "it redirects with status " + response.status()
          + ", and the request's body was a stream, which cannot be sent again", null));
    }
    return Optional.empty();
  }

  /** The location URL (Fetch §2.2.6): relative to the current URL, whose fragment it inherits. */
  private Url locationUrl(String location) throws UrlParseException {
    Url url = Url.parse(location, params.currentUrl());
    return url.fragment().isEmpty() ? url.withFragment(params.currentUrl().fragment().orElse(null)) : url;
  }

  /** Names the circle that the redirects run in, or else how they begin and end. */
  private String redirectChain(Url next) {
    List<Url> chain = new ArrayList<>(params.urlList);
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
    return "more than " + services.options().maxRedirects() + " redirects" + what
        + chain.stream().limit(Math.min(4, last)).map(url -> Excerpt.of(url.href())).collect(Collectors.joining(" -> "))
        + (last > 4 ? " -> ... -> " : " -> ") + Excerpt.of(chain.get(last).href());
  }

  /** The requester's headers, and those that it left to the user agent (Fetch §4.1, step 13, and fetch()). */
  private HeaderList ownHeaders() {
    HeaderList headers = new HeaderList();
    params.headers.forEach(header -> headers.append(header.name(), header.value()));
    headers.appendIfAbsent("accept", request.destination().accept());
    headers.appendIfAbsent("accept-language", "en");
    return headers;
  }

  /** HTTP-network-or-cache fetch (Fetch §4.6); cookies, cache and network are links of the chain. */
  private CompletableFuture<NetworkResponse> httpNetworkOrCacheFetch(String method, HeaderList headers,
                                                                     RequestBody body, boolean includeCredentials) {
    if (params.signal.isAborted()) {
      return params.failure(Reason.ABORTED, "the request was cancelled");
    }
    long left = params.nanosLeft();
    if (left <= 0) {
      return params.failure(Reason.TIMEOUT, "no answer within " + services.options().timeout().toMillis() + " ms");
    }
    if (body == null && (method.equals("POST") || method.equals("PUT"))) {
      headers.append("content-length", "0");
    }
    params.referrerPolicy.referrer(request.referrer(), params.currentUrl())
        .ifPresent(referrer -> headers.append("referer", referrer));
    requestOrigin(method).ifPresent(origin -> headers.append("origin", origin));
    FetchMetadata.append(headers, request, params.urlList);
    if (request.initiator() == Initiator.PREFETCH) {
      headers.append("sec-purpose", "prefetch");
    }
    CacheMode cacheMode = cacheMode(headers);
    switch (cacheMode) {
      case NO_CACHE -> headers.appendIfAbsent("cache-control", "max-age=0");
      case NO_STORE, RELOAD -> {
        headers.appendIfAbsent("pragma", "no-cache");
        headers.appendIfAbsent("cache-control", "no-cache");
      }
      case DEFAULT, FORCE_CACHE, ONLY_IF_CACHED -> { }
    }
    if (headers.contains("range")) {
      headers.append("accept-encoding", "identity");
    }
    Set<AddressSpace> reach = LocalNetworkAccess.reach(request, params.currentUrl(), params.redirectedFrom,
        services.grants());
    NetworkRequest hop = new NetworkRequest(request, method, List.copyOf(params.urlList), headers.headers(), body,
        includeCredentials, cacheMode, left, params.signal, reach);
    Url url = params.currentUrl();
    return services.chain().proceed(hop).thenApply(response -> {
      if (response.addressSpace() != null && !reach.contains(response.addressSpace())) {
        response.body().cancel();
        throw new CompletionException(params.refusal(LocalNetworkAccess.refusal(reach,
            response.addressSpace().token())));
      }
      if (request.isTopLevelNavigation()) {
        response.headers().stream().filter(header -> header.name().equals("strict-transport-security")).findFirst()
            .ifPresent(header -> services.hsts().note(url, header.value()));
      }
      return response;
    });
  }

  private CacheMode cacheMode(HeaderList headers) {
    boolean conditional = CONDITIONS.stream().anyMatch(headers::contains);
    return request.cacheMode() == CacheMode.DEFAULT && conditional ? CacheMode.NO_STORE : request.cacheMode();
  }

  /** Appending a request {@code Origin} header (Fetch §3.2). */
  private Optional<String> requestOrigin(String method) {
    if (params.tainting == Tainting.CORS) {
      return Optional.of(params.serialisedOrigin());
    }
    if (method.equals("GET") || method.equals("HEAD")) {
      return Optional.empty();
    }
    Origin origin = params.origin;
    boolean downgrade = origin.scheme().equals("https") && !params.currentUrl().scheme().equals("https");
    boolean hidden = request.mode() != Mode.CORS && switch (params.referrerPolicy) {
      case NO_REFERRER -> true;
      case NO_REFERRER_WHEN_DOWNGRADE, STRICT_ORIGIN, STRICT_ORIGIN_WHEN_CROSS_ORIGIN -> downgrade;
      case SAME_ORIGIN -> !origin.equals(params.currentUrl().origin());
      case ORIGIN, ORIGIN_WHEN_CROSS_ORIGIN, UNSAFE_URL -> false;
    };
    return Optional.of(hidden ? "null" : params.serialisedOrigin());
  }

  /** CORS-preflight fetch (Fetch §4.8); completes where the request may be made. */
  private CompletableFuture<Void> corsPreflightFetch() {
    List<String> unsafeNames = RequestHeaders.corsUnsafeNames(params.headers);
    HeaderList headers = new HeaderList();
    headers.append("accept", "*/*");
    headers.append("access-control-request-method", params.method);
    if (!unsafeNames.isEmpty()) {
      headers.append("access-control-request-headers", String.join(",", unsafeNames));
    }
    return httpNetworkOrCacheFetch("OPTIONS", headers, null, false).thenCompose(response -> {
      CompletableFuture<Void> discarded = StreamReading.discard(response.body(), MAX_REDIRECT_BODY);
      Optional<String> refusal = preflightRefusal(response, unsafeNames);
      return refusal.isPresent() ? params.refused(Rule.CORS_PREFLIGHT, refusal.get()) : discarded;
    });
  }

  private Optional<String> preflightRefusal(NetworkResponse response, List<String> unsafeNames) {
    boolean credentialed = request.credentials() == Credentials.INCLUDE;
    Optional<String> refusal = CorsCheck.refusal(response, params.serialisedOrigin(), credentialed)
        .map(why -> "its preflight is refused: " + why);
    if (refusal.isPresent()) {
      return refusal;
    }
    if (!response.isOk()) {
      return Optional.of("its preflight was answered with status " + response.status() + ", it needs 200 to 299");
    }
    PreflightResult result = PreflightResult.of(response, credentialed);
    refusal = result.refusal(params.method, request.usesCorsPreflight(), params.headers, unsafeNames);
    if (refusal.isEmpty()) {
      services.preflights().store(params, result);
    }
    return refusal;
  }

  /** Whether the response is one that a requester in the redirect mode manual may only know to be a redirect. */
  static boolean isOpaqueRedirect(NetworkResponse response, FetchRequest request) {
    return request.redirect() == Redirect.MANUAL && response.isRedirect();
  }
}
