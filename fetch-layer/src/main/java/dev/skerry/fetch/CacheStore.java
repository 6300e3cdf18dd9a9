package dev.skerry.fetch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Holds stored responses by partition and URL, bounded by bytes, the least used going first; what is being collected
 * for it is bounded as well. Thread-safe.
 */
final class CacheStore implements AutoCloseable {

  /** How many answers to one URL are kept, for requests that {@code Vary} tells apart. */
  private static final int MAX_VARIANTS = 8;
  /** One response may have that part of the whole. */
  private static final int MAX_PART = 8;

  private final long maxBytes;
  private final DiskStore disk;
  /** Null before the first response is stored: Caffeine takes time to load. */
  private volatile Cache<Key, List<CachedResponse>> responses;
  private final AtomicLong collecting = new AtomicLong();
  /** How often anything was stored or invalidated. */
  private final AtomicLong changes = new AtomicLong();

  /**
   * Who may find a response: requests of one partition (Fetch §2.7) for one URL, and all of them with credentials or
   * all without, so that nobody reads without what was an answer to a cookie.
   */
  record Key(PartitionKey partition, boolean credentials, String url) {
  }

  CacheStore(long maxBytes) {
    this(maxBytes, null);
  }

  /** @param disk what keeps responses beyond this process, and those that memory has no room for; null for nothing */
  CacheStore(long maxBytes, DiskStore disk) {
    this.maxBytes = maxBytes;
    this.disk = disk;
  }

  private synchronized Cache<Key, List<CachedResponse>> responses() {
    if (responses == null) {
      responses = Caffeine.newBuilder().maximumWeight(maxBytes).executor(Runnable::run)
          .weigher((Key key, List<CachedResponse> variants) -> (int) Math.min(Integer.MAX_VALUE,
              key.url.length() + variants.stream().mapToLong(CachedResponse::weight).sum())).build();
    }
    return responses;
  }

  /** The newest stored response that the request selects; what is in memory is there at once. */
  CompletableFuture<Optional<CachedResponse>> find(Key key, NetworkRequest request) {
    List<CachedResponse> variants = responses == null ? null : responses.getIfPresent(key);
    if (variants != null || disk == null) {
      return CompletableFuture.completedFuture(select(variants == null ? List.of() : variants, request));
    }
    long before = changes.get();
    return disk.load(key).thenApply(loaded -> select(loaded.isEmpty() ? loaded : adopt(key, loaded, before), request));
  }

  /** Takes what was on disk into memory, unless something was stored or invalidated while it was read. */
  private List<CachedResponse> adopt(Key key, List<CachedResponse> loaded, long before) {
    List<CachedResponse> adopted = responses().asMap().compute(key, (same, variants) -> variants != null ? variants
        : changes.get() == before ? loaded : null);
    return adopted == null ? List.of() : adopted;
  }

  private static Optional<CachedResponse> select(List<CachedResponse> variants, NetworkRequest request) {
    return variants.stream().filter(response -> response.isSelectedBy(request)).findFirst();
  }

  /** Stores a response in the place of those that the same request selects. */
  void store(Key key, NetworkRequest request, CachedResponse response) {
    changes.incrementAndGet();
    List<CachedResponse> stored = responses().asMap().compute(key, (same, variants) -> {
      List<CachedResponse> kept = new ArrayList<>(List.of(response));
      if (variants != null) {
        variants.stream().filter(other -> !other.isSelectedBy(request)).limit(MAX_VARIANTS - 1L).forEach(kept::add);
      }
      return List.copyOf(kept);
    });
    if (disk != null) {
      disk.save(key, stored);
    }
  }

  void invalidate(Key key) {
    changes.incrementAndGet();
    if (responses != null) {
      responses.invalidate(key);
    }
    if (disk != null) {
      disk.remove(key);
    }
  }

  @Override
  public void close() {
    if (disk != null) {
      disk.close();
    }
  }

  long maxBodyBytes() {
    return maxBytes / MAX_PART;
  }

  /** Makes room to collect so many bytes; false where too many are being collected already. */
  boolean reserve(long bytes) {
    if (collecting.addAndGet(bytes) <= maxBytes / 2) {
      return true;
    }
    collecting.addAndGet(-bytes);
    return false;
  }

  void release(long bytes) {
    collecting.addAndGet(-bytes);
  }

  /** Bytes that are held now, after what is too much has gone. */
  long weight() {
    responses().cleanUp();
    return responses().policy().eviction().orElseThrow().weightedSize().orElse(0);
  }
}
