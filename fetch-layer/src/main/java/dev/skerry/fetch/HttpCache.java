package dev.skerry.fetch;

import dev.skerry.fetch.CacheStore.Key;
import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.CacheMode;
import dev.skerry.fetch.FetchResponse.Header;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The HTTP cache (RFC 9111, Fetch §4.6) as a private cache: a link that answers GET and HEAD requests with what an
 * earlier GET request of the same partition got, with credentials or without like it. Ranges are left to the network.
 * Requests of which nobody said in which page they are made have no cache, but for top-level navigations, which are
 * their own partition.
 */
final class HttpCache implements Interceptor {

  private static final int GATEWAY_TIMEOUT = 504;
  private static final int NOT_MODIFIED = 304;

  private final CacheStore store;
  private final InstantSource clock;
  private final long timeoutNanos;
  /** What is being validated in the background, each once at a time. */
  private final Set<Key> revalidating = ConcurrentHashMap.newKeySet();

  /** @param timeoutNanos what a validation in the background may take */
  HttpCache(CacheStore store, InstantSource clock, long timeoutNanos) {
    this.store = store;
    this.clock = clock;
    this.timeoutNanos = timeoutNanos;
  }

  @Override
  public CompletableFuture<NetworkResponse> intercept(NetworkRequest request, Chain next) {
    FetchRequest fetch = request.fetch();
    PartitionKey partition = fetch.isTopLevelNavigation() ? PartitionKey.topLevel(request.url().origin())
        : fetch.partition();
    if (partition == null) {
      return next.proceed(request);
    }
    Key key = key(partition, request.includeCredentials(), request.url());
    if (!HttpMethod.isSafe(request.method())) {
      return next.proceed(request).thenApply(response -> invalidate(request, response, partition));
    }
    boolean cached = request.method().equals("GET") || request.method().equals("HEAD");
    if (!cached || request.cacheMode() == CacheMode.NO_STORE || request.header("range").isPresent()) {
      return next.proceed(request);
    }
    return lookUp(request, key, next);
  }

  private static Key key(PartitionKey partition, boolean credentials, Url url) {
    return new Key(partition, credentials, url.withoutFragment().href());
  }

  private void forget(PartitionKey partition, Url url) {
    store.invalidate(key(partition, true, url));
    store.invalidate(key(partition, false, url));
  }

  private CompletableFuture<NetworkResponse> lookUp(NetworkRequest request, Key key, Chain next) {
    CacheControl control = requestControl(request);
    return request.cacheMode() == CacheMode.RELOAD || control.has("no-store")
        ? answer(request, key, control, Optional.empty(), next)
        : store.find(key, request).thenCompose(found -> answer(request, key, control, found, next));
  }

  private CompletableFuture<NetworkResponse> answer(NetworkRequest request, Key key, CacheControl control,
                                                    Optional<CachedResponse> found, Chain next) {
    Instant now = clock.instant();
    if (found.isPresent()) {
      CachedResponse stored = found.get();
      boolean asItIs = switch (request.cacheMode()) {
        case FORCE_CACHE, ONLY_IF_CACHED -> true;
        case DEFAULT -> stored.isUsable(control, now);
        case NO_CACHE, NO_STORE, RELOAD -> false;
      };
      if (asItIs) {
        return CompletableFuture.completedFuture(stored.response(now));
      }
      if (request.cacheMode() == CacheMode.DEFAULT && stored.isUsableWhileRevalidating(control, now)) {
        revalidateInBackground(request, key, stored, next);
        return CompletableFuture.completedFuture(stored.response(now));
      }
    }
    if (request.cacheMode() == CacheMode.ONLY_IF_CACHED) {
      return CompletableFuture.failedFuture(new FetchError(Reason.BLOCKED, Excerpt.of(request.url().href()),
          "it is not in the cache, and the request's cache mode is only-if-cached", null));
    }
    if (control.has("only-if-cached")) {
      return CompletableFuture.completedFuture(new NetworkResponse(GATEWAY_TIMEOUT, List.of(), new byte[0]));
    }
    return found.filter(CachedResponse::hasValidator).isPresent() ? validate(request, key, found.get(), next)
        : forward(request, key, next);
  }

  /** The request's directives; {@code Pragma} counts where there are none (RFC 9111 §5.4). */
  private static CacheControl requestControl(NetworkRequest request) {
    boolean pragma = request.header("cache-control").isEmpty()
        && request.header("pragma").filter("no-cache"::equalsIgnoreCase).isPresent();
    return CacheControl.of(pragma ? List.of(new Header("cache-control", "no-cache")) : request.headers());
  }

  /** Asks the network, and stores what it answers. */
  private CompletableFuture<NetworkResponse> forward(NetworkRequest request, Key key, Chain next) {
    Instant requested = clock.instant();
    return next.proceed(request).thenApply(response -> storing(request, key, response, requested));
  }

  private NetworkResponse storing(NetworkRequest request, Key key, NetworkResponse response, Instant requested) {
    if (!request.method().equals("GET") || !CachedResponse.isStorable(request, response)) {
      return response;
    }
    Instant received = clock.instant();
    return response.withBody(new CollectingStream(response.body(), store, body ->
        store.store(key, request, CachedResponse.of(request, response, body, requested, received))));
  }

  /** Validation (RFC 9111 §4.3). */
  private CompletableFuture<NetworkResponse> validate(NetworkRequest request, Key key, CachedResponse stored,
                                                      Chain next) {
    NetworkRequest conditional = request;
    Optional<String> entityTag = stored.header("etag");
    Optional<String> modified = stored.header("last-modified");
    if (entityTag.isPresent()) {
      conditional = conditional.withHeader("if-none-match", entityTag.get());
    }
    if (modified.isPresent()) {
      conditional = conditional.withHeader("if-modified-since", modified.get());
    }
    Instant requested = clock.instant();
    return next.proceed(conditional).thenCompose(response -> {
      if (response.status() != NOT_MODIFIED) {
        return CompletableFuture.completedFuture(storing(request, key, response, requested));
      }
      CompletableFuture<Void> read = StreamReading.discard(response.body(), 0);
      if (!stored.isConfirmedBy(response)) {
        store.invalidate(key);
        return forward(request, key, next);
      }
      CachedResponse fresh = stored.freshenedBy(response, requested, clock.instant());
      store.store(key, request, fresh);
      return read.thenApply(done -> withCookiesOf(response, fresh.response(clock.instant())));
    });
  }

  /** Cookies are not stored; those that came with the confirmation are taken once. */
  private static NetworkResponse withCookiesOf(NetworkResponse notModified, NetworkResponse response) {
    List<Header> headers = new ArrayList<>(response.headers());
    notModified.headers().stream().filter(header -> header.name().equals("set-cookie")).forEach(headers::add);
    return new NetworkResponse(response.status(), headers, response.body(), response.addressSpace());
  }

  /** Nobody waits for it, so nobody's cancelling ends it; what it brings is read to the end to be stored. */
  private void revalidateInBackground(NetworkRequest request, Key key, CachedResponse stored, Chain next) {
    if (!revalidating.add(key)) {
      return;
    }
    NetworkRequest own = new NetworkRequest(request.fetch(), "GET", request.urlList(), request.headers(), null,
        request.includeCredentials(), CacheMode.NO_CACHE, timeoutNanos, new AbortSignal(),
        request.reach());
    CompletableFuture<NetworkResponse> answer = stored.hasValidator() ? validate(own, key, stored, next)
        : forward(own, key, next);
    answer.thenCompose(response -> StreamReading.discard(response.body(), store.maxBodyBytes()))
        .whenComplete((done, failure) -> revalidating.remove(key));
  }

  /** Invalidation (RFC 9111 §4.4): what an unsafe request may have changed, at its URL and at those that it names. */
  private NetworkResponse invalidate(NetworkRequest request, NetworkResponse response, PartitionKey partition) {
    if (response.status() < 200 || response.status() > 399) {
      return response;
    }
    forget(partition, request.url());
    for (String name : new String[] {"location", "content-location"}) {
      response.header(name).flatMap(value -> parse(value, request.url()))
          .filter(url -> url.origin().equals(request.url().origin()))
          .ifPresent(url -> forget(partition, url));
    }
    return response;
  }

  private static Optional<Url> parse(String value, Url base) {
    try {
      return Optional.of(Url.parse(value, base));
    } catch (UrlParseException e) {
      return Optional.empty();
    }
  }
}
