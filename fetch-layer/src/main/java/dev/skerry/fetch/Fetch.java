package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.CacheMode;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.FetchRequest.Redirect;
import dev.skerry.fetch.FetchResponse.Tainting;
import dev.skerry.fetch.Refusal.Rule;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One fetch (Fetch §4) on its way from main fetch to a response. The methods are the standard's algorithms of those
 * names; {@link HttpFetch} has those that concern HTTP alone.
 */
final class Fetch {

  private final FetchParams params;
  private final FetchRequest request;
  private final FetchServices services;
  private final HttpFetch http;
  private final RequestRules.Reporter reporter;

  private Fetch(FetchParams params, FetchServices services, RequestRules.Reporter reporter) {
    this.params = params;
    this.reporter = reporter;
    this.request = params.request;
    this.services = services;
    this.http = new HttpFetch(params, services, reporter, this::mainFetch);
  }

  /** Starts a fetch; the signal aborts it at any moment until the body has ended. */
  static CompletableFuture<StreamedResponse> start(FetchRequest request, FetchServices services,
                                                   RequestRules.Reporter reporter, AbortSignal signal) {
    Fetch fetch = new Fetch(new FetchParams(request, services.options().timeout().toNanos(), signal), services,
        reporter);
    CompletableFuture<StreamedResponse> result = new CompletableFuture<>();
    try {
      Optional<String> refusal = fetch.keepaliveRefusal(result);
      CompletableFuture<NetworkResponse> response = refusal.isPresent()
          ? fetch.params.failure(Reason.BLOCKED, refusal.get())
          : fetch.looksIntoCache() ? fetch.params.refused(Rule.REQUEST_MODE,
              "the cache mode only-if-cached needs the request mode same-origin") : fetch.mainFetch();
      response.thenCompose(fetch::checkResponse).thenCompose(fetch::fetchResponseHandover)
          .whenComplete((handedOver, failure) -> fetch.complete(result, handedOver, failure));
    } catch (RuntimeException | Error e) {
      fetch.complete(result, null, e);
    }
    return result;
  }

  /** The constructor of {@code Request} (Fetch §5.4) lets nobody look into the cache of another origin. */
  private boolean looksIntoCache() {
    return request.cacheMode() == CacheMode.ONLY_IF_CACHED && request.mode() != Mode.SAME_ORIGIN;
  }

  /** Keepalive requests in flight share 64 KiB of bodies (Fetch §4.6, step 8.10). */
  private Optional<String> keepaliveRefusal(CompletableFuture<?> result) {
    if (!request.keepalive() || request.body() == null) {
      return Optional.empty();
    }
    Optional<Runnable> release = services.keepalive().take(request);
    release.ifPresent(action -> result.whenComplete((response, failure) -> action.run()));
    return release.isPresent() ? Optional.empty()
        : Optional.of("the bodies of keepalive requests in flight may have " + KeepaliveQuota.MAX_BYTES
            + " bytes together, and a stream none");
  }

  private void complete(CompletableFuture<StreamedResponse> result, StreamedResponse response, Throwable failure) {
    if (failure == null) {
      if (!result.complete(response)) {
        response.body().cancel();
      }
      return;
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof FetchError error) {
      error.refusal().ifPresent(refusal -> request.client().observer().refused(request, params.currentUrl(), refusal));
    }
    result.completeExceptionally(cause instanceof FetchError ? cause
        : params.error(Reason.PROTOCOL, "it failed inside: " + Excerpt.of(cause.toString()), cause));
  }

  /** The end of main fetch: the rules of the client once more, for where the response came from. */
  private CompletableFuture<NetworkResponse> checkResponse(NetworkResponse response) {
    Optional<Refusal> refusal = RequestRules.ofResponse(request, params.urlList);
    if (refusal.isEmpty()) {
      return CompletableFuture.completedFuture(response);
    }
    response.body().cancel();
    return CompletableFuture.failedFuture(params.refusal(refusal.get()));
  }

  /** Fetch response handover (Fetch §4.2), with the last steps of main fetch: null bodies and integrity. */
  private CompletableFuture<StreamedResponse> fetchResponseHandover(NetworkResponse answer) {
    NetworkResponse response = answer;
    if (request.method().equals("HEAD") || answer.hasNullBodyStatus()) {
      StreamReading.discard(answer.body(), 0);
      response = answer.withBody(ByteStream.of(new byte[0]));
    }
    return checkIntegrity(response).thenApply(checked -> ResponseFilter.filter(checked, params));
  }

  /** The end of main fetch: a body that does not match the integrity metadata is a network error. */
  private CompletableFuture<NetworkResponse> checkIntegrity(NetworkResponse response) {
    Optional<IntegrityMetadata> integrity = request.integrity().isEmpty() ? Optional.empty()
        : IntegrityMetadata.parse(request.integrity());
    if (integrity.isEmpty()) {
      return CompletableFuture.completedFuture(response);
    }
    if (params.tainting == Tainting.OPAQUE) {
      response.body().cancel();
      return params.refused(Rule.INTEGRITY, "integrity cannot be told of an opaque response");
    }
    return StreamReading.all(response.body(), request).thenCompose(bytes -> integrity.get().matches(bytes)
        ? CompletableFuture.completedFuture(response.withBody(ByteStream.of(bytes)))
        : params.refused(Rule.INTEGRITY, "its body has none of the digests \"" + Excerpt.of(request.integrity())
            + "\""));
  }

  /** Main fetch (Fetch §4.1). */
  private CompletableFuture<NetworkResponse> mainFetch() {
    Url upgraded = RequestRules.upgrade(request, params.currentUrl());
    params.urlList.set(params.urlList.size() - 1, services.hsts().upgrade(upgraded).orElse(upgraded));
    Url url = params.currentUrl();
    Optional<Refusal> refusal = RequestRules.beforeHop(request, params.urlList, reporter);
    if (refusal.isPresent()) {
      return CompletableFuture.failedFuture(params.refusal(refusal.get()));
    }
    Origin target = url.scheme().equals("blob") ? services.blobs().origin(url).orElse(url.origin()) : url.origin();
    boolean sameOrigin = target.equals(params.origin) && params.tainting == Tainting.BASIC;
    if (sameOrigin || url.scheme().equals("data") || request.mode() == Mode.NAVIGATE) {
      params.tainting = Tainting.BASIC;
      return schemeFetch();
    }
    return switch (request.mode()) {
      case SAME_ORIGIN -> params.refused(Rule.REQUEST_MODE, "its origin " + url.origin() + " is not the requester's, "
          + params.origin + ", and the request mode is same-origin");
      case NO_CORS -> noCorsFetch();
      case CORS -> {
        if (!url.isHttp()) {
          yield params.failure(Reason.UNSUPPORTED_SCHEME, "a CORS request needs http or https, not " + url.scheme());
        }
        params.tainting = Tainting.CORS;
        boolean preflight = request.usesCorsPreflight() || !HttpMethod.isCorsSafelisted(params.method)
            || !RequestHeaders.corsUnsafeNames(params.headers).isEmpty();
        yield http.httpFetch(preflight);
      }
      case NAVIGATE -> throw new IllegalStateException();
    };
  }

  private CompletableFuture<NetworkResponse> noCorsFetch() {
    if (request.redirect() != Redirect.FOLLOW) {
      return params.refused(Rule.REQUEST_MODE, "a request in the mode no-cors follows redirects or is not made");
    }
    Optional<String> refusal = request.destination() == Destination.REPORT ? Optional.empty()
        : RequestHeaders.noCorsRefusal(params.method, params.headers);
    if (refusal.isPresent()) {
      return params.refused(Rule.REQUEST_MODE, refusal.get());
    }
    params.tainting = Tainting.OPAQUE;
    return schemeFetch();
  }

  /** Scheme fetch (Fetch §4.3). */
  private CompletableFuture<NetworkResponse> schemeFetch() {
    Url url = params.currentUrl();
    return switch (url.scheme()) {
      case "http", "https" -> http.httpFetch(false);
      case "data" -> DataUrl.process(url)
          .map(data -> CompletableFuture.completedFuture(response(data.mimeType().toString(), data.body())))
          .orElseGet(() -> params.failure(Reason.BAD_URL, "the data URL has no comma or its base64 is broken"));
      case "about" -> url.path().equals("blank")
          ? CompletableFuture.completedFuture(response("text/html;charset=utf-8", new byte[0]))
          : params.failure(Reason.UNSUPPORTED_SCHEME, "of the about: URLs only about:blank can be fetched");
      case "blob" -> services.blobs().fetch(params);
      case "file" -> FileFetch.fetch(params, services);
      default -> params.failure(Reason.UNSUPPORTED_SCHEME, "the scheme \"" + url.scheme()
          + "\" cannot be fetched; http, https, data, blob and about can");
    };
  }

  private static NetworkResponse response(String contentType, byte[] body) {
    return new NetworkResponse(200, new HeaderList().append("content-type", contentType).headers(), body);
  }
}
