package dev.skerry.fetch;

import dev.skerry.fetch.FetchError.Reason;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The blob URL store (File API §8.4): bytes that a page has made a URL for. Only a request of the same origin and
 * partition, or a top-level navigation, gets them. Thread-safe, bounded.
 */
public final class BlobUrlStore {

  private static final long MAX_BYTES = 256L << 20;

  private final Map<String, Entry> entries = new HashMap<>();
  private long bytes;

  private record Entry(byte[] body, String type, Origin origin, PartitionKey partition) {
  }

  BlobUrlStore() {
  }

  /**
   * Makes a URL for those bytes, good until {@link #revoke}.
   *
   * @param type the MIME type; empty for none
   * @throws IllegalStateException when all blobs together would have more than 256 MiB
   */
  public synchronized Url create(byte[] body, String type, Origin origin, PartitionKey partition) {
    if (bytes + body.length > MAX_BYTES) {
      throw new IllegalStateException("blob URLs may hold " + MAX_BYTES + " bytes together, there is no room for "
          + body.length + " more");
    }
    try {
      Url url = Url.parse("blob:" + origin + "/" + UUID.randomUUID());
      entries.put(url.href(), new Entry(body.clone(), type, origin, partition));
      bytes += body.length;
      return url;
    } catch (UrlParseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Takes a URL back; of no effect for one that this store has not. */
  public synchronized void revoke(Url url) {
    Entry entry = entries.remove(url.withoutFragment().href());
    bytes -= entry == null ? 0 : entry.body.length;
  }

  /** The origin of a blob URL: of who made it, which alone tells it for opaque origins. */
  synchronized Optional<Origin> origin(Url url) {
    return Optional.ofNullable(entries.get(url.withoutFragment().href())).map(Entry::origin);
  }

  private synchronized Entry entry(Url url) {
    return entries.get(url.withoutFragment().href());
  }

  /** Scheme fetch (Fetch §4.3), {@code blob}. */
  CompletableFuture<NetworkResponse> fetch(FetchParams params) {
    Entry entry = entry(params.currentUrl());
    if (!params.method.equals("GET") || entry == null) {
      return params.failure(Reason.BAD_URL, entry == null ? "there is no such blob URL (any more)"
          : "a blob URL can be got alone, not " + params.method);
    }
    FetchRequest request = params.request;
    boolean mine = entry.origin.equals(params.origin) && Objects.equals(entry.partition, request.partition());
    if (!mine && !request.isTopLevelNavigation()) {
      return params.failure(Reason.BLOCKED,
          "the blob URL was made in another partition or by another origin (Fetch 4.3)");
    }
    HeaderList headers = new HeaderList();
    Optional<String> range = HeaderList.get(params.headers, "range");
    if (range.isEmpty()) {
      headers.append("content-length", Integer.toString(entry.body.length)).append("content-type", entry.type);
      return CompletableFuture.completedFuture(new NetworkResponse(200, headers.headers(), entry.body));
    }
    int length = entry.body.length;
    ByteRange asked = ByteRange.parse(range.get(), true).orElse(null);
    if (asked == null || asked.start() >= length) {
      return params.failure(Reason.PROTOCOL, "the blob of " + length + " bytes has no range \""
          + Excerpt.of(range.get()) + "\"");
    }
    int start = (int) (asked.start() < 0 ? Math.max(0, length - asked.end()) : asked.start());
    int end = (int) (asked.start() < 0 || asked.end() < 0 ? length : Math.min(length, asked.end() + 1));
    headers.append("content-length", Integer.toString(end - start)).append("content-type", entry.type)
        .append("content-range", "bytes " + start + "-" + (end - 1) + "/" + length);
    return CompletableFuture.completedFuture(new NetworkResponse(206, headers.headers(),
        Arrays.copyOfRange(entry.body, start, end)));
  }
}
