package dev.skerry.fetch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.skerry.fetch.FetchRequest.Credentials;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * The CORS-preflight cache (Fetch §4.9), partitioned by page and requester, bounded by bytes. A newer answer for the
 * same URL and credentials takes the place of the older one, which costs a preflight more and never one less.
 * Thread-safe, in memory.
 */
final class PreflightCache {

  private static final long MAX_BYTES = 1 << 20;

  private final InstantSource clock;
  private Cache<Key, Entry> entries;

  PreflightCache(InstantSource clock) {
    this.clock = clock;
  }

  /** Opaque origins are keys by their identity: two of them share no entry. */
  private record Key(PartitionKey partition, Origin origin, String url, boolean credentials) {
  }

  private record Entry(PreflightResult result, Instant expiry) {
  }

  private static Key key(FetchParams params, boolean credentials) {
    return new Key(params.request.partition(), params.origin, params.currentUrl().withoutFragment().href(),
        credentials);
  }

  /** Whether no entry allows the request's method and headers (Fetch §4.4, step 4.1). */
  boolean needsPreflight(FetchParams params) {
    boolean safelisted = HttpMethod.isCorsSafelisted(params.method) && !params.request.usesCorsPreflight();
    List<PreflightResult> matches = matches(params);
    return !safelisted && matches.stream().noneMatch(result -> result.allowsMethod(params.method))
        || RequestHeaders.corsUnsafeNames(params.headers).stream()
            .anyMatch(name -> matches.stream().noneMatch(result -> result.allowsHeader(name)));
  }

  /** The cache entry matches: what was allowed with credentials is allowed without them as well. */
  private synchronized List<PreflightResult> matches(FetchParams params) {
    if (entries == null) {
      return List.of();
    }
    boolean credentialed = params.request.credentials() == Credentials.INCLUDE;
    Instant now = clock.instant();
    return Stream.of(true, false).filter(credentials -> credentials || !credentialed)
        .map(credentials -> entries.getIfPresent(key(params, credentials)))
        .filter(entry -> entry != null && entry.expiry.isAfter(now)).map(Entry::result).toList();
  }

  synchronized void store(FetchParams params, PreflightResult result) {
    if (entries == null) {
      entries = Caffeine.newBuilder().maximumWeight(MAX_BYTES).executor(Runnable::run)
          .weigher((Key key, Entry entry) -> key.url.length() + entry.result.weight()).build();
    }
    entries.put(key(params, result.credentialed()),
        new Entry(result, clock.instant().plusSeconds(result.maxAgeSeconds())));
  }

  /** Clear cache entries: what a failed request was allowed must be asked for again. */
  synchronized void clear(FetchParams params, Url url) {
    if (entries != null) {
      for (boolean credentials : new boolean[] {true, false}) {
        entries.invalidate(new Key(params.request.partition(), params.origin, url.withoutFragment().href(),
            credentials));
      }
    }
  }
}
