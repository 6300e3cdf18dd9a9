package dev.skerry.fetch;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The bodies of keepalive requests in flight, for each page and requester (Fetch §4.6, step 8.10). Thread-safe. */
final class KeepaliveQuota {

  static final long MAX_BYTES = 64 << 10;

  private final Map<Group, Long> inFlight = new HashMap<>();

  /** A fetch group. */
  private record Group(PartitionKey partition, Origin origin) {
  }

  /** Takes the request's body in; gives what takes it out, or nothing where there is no room. */
  synchronized Optional<Runnable> take(FetchRequest request) {
    Group group = new Group(request.partition(), request.origin());
    long length = request.body().length();
    long sum = inFlight.getOrDefault(group, 0L) + length;
    if (length < 0 || sum > MAX_BYTES) {
      return Optional.empty();
    }
    inFlight.put(group, sum);
    return Optional.of(() -> release(group, length));
  }

  private synchronized void release(Group group, long length) {
    inFlight.computeIfPresent(group, (key, sum) -> sum == length ? null : sum - length);
  }
}
