package dev.skerry.fetch;

import dev.skerry.fetch.FetchResponse.Header;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * A stored response (RFC 9111 §3) with what its freshness and its selection depend on. Immutable.
 *
 * @param headers without those of one connection, and without cookies
 * @param selecting the request's values of the headers that {@code Vary} names; a header that was absent is empty
 * @param addressSpace of the server that it came from
 * @param requestTime when the request was made
 * @param responseTime when the head of the response came
 */
record CachedResponse(int status, List<Header> headers, byte[] body, Map<String, String> selecting,
                      AddressSpace addressSpace, Instant requestTime, Instant responseTime) {

  /** Heuristically cacheable status codes (RFC 9110 §15.1), without 206. */
  private static final Set<Integer> HEURISTICALLY_CACHEABLE = Set.of(200, 203, 204, 300, 301, 308, 404, 405, 410, 414,
      501);
  /** Headers that belong to a connection or to the proxy (RFC 9111 §3.1), and cookies, which are taken only once. */
  private static final Set<String> NOT_STORED = Set.of("connection", "keep-alive", "proxy-authenticate",
      "proxy-authentication-info", "proxy-authorization", "proxy-connection", "set-cookie", "set-cookie2", "te",
      "trailer", "transfer-encoding", "upgrade");
  /** Headers that describe the stored bytes: a 304 does not change them (RFC 9111 §3.2). */
  private static final Set<String> NOT_UPDATED = Set.of("content-encoding", "content-length", "content-range");
  /** The part of the time since its last change for which a response counts as fresh (RFC 9111 §4.2.2). */
  private static final int HEURISTIC_PART = 10;
  private static final Duration HEURISTIC_LIMIT = Duration.ofDays(7);

  /** Whether a response to that GET request may be stored (RFC 9111 §3). */
  static boolean isStorable(NetworkRequest request, NetworkResponse response) {
    CacheControl control = CacheControl.of(response.headers());
    boolean understood = HEURISTICALLY_CACHEABLE.contains(response.status());
    boolean forbidden = control.has("no-store") && !(control.has("must-understand") && understood)
        || CacheControl.of(request.headers()).has("no-store");
    boolean explicit = control.has("max-age") || control.has("public") || response.header("expires").isPresent();
    boolean finalStatus = response.status() >= 200 && response.status() != 206 && response.status() != 304;
    return !forbidden && finalStatus && (understood || explicit && !control.has("must-understand"))
        && !varyNames(response.headers()).contains("*");
  }

  static CachedResponse of(NetworkRequest request, NetworkResponse response, byte[] body, Instant requestTime,
                           Instant responseTime) {
    Map<String, String> selecting = new TreeMap<>();
    varyNames(response.headers()).forEach(name -> selecting.put(name, request.header(name).orElse("")));
    return new CachedResponse(response.status(), storedHeaders(response.headers()), body, selecting,
        response.addressSpace(), requestTime, responseTime);
  }

  private static Set<String> varyNames(List<Header> headers) {
    Set<String> names = new HashSet<>();
    HeaderList.get(headers, "vary").map(HeaderList::split).orElse(List.of())
        .forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    names.remove("");
    return names;
  }

  private static List<Header> storedHeaders(List<Header> headers) {
    List<String> ofTheConnection = HeaderList.get(headers, "connection").map(HeaderList::split).orElse(List.of())
        .stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    return headers.stream()
        .filter(header -> !NOT_STORED.contains(header.name()) && !ofTheConnection.contains(header.name())).toList();
  }

  /** Whether the request selects this response (RFC 9111 §4.1). */
  boolean isSelectedBy(NetworkRequest request) {
    return selecting.entrySet().stream()
        .allMatch(entry -> request.header(entry.getKey()).orElse("").equals(entry.getValue()));
  }

  Optional<String> header(String name) {
    return HeaderList.get(headers, name);
  }

  CacheControl control() {
    return CacheControl.of(headers);
  }

  /** Freshness lifetime (RFC 9111 §4.2.1), as a private cache has it. */
  Duration lifetime() {
    CacheControl control = control();
    if (control.has("max-age")) {
      return Duration.ofSeconds(control.seconds("max-age").orElse(0));
    }
    Optional<String> expires = header("expires");
    if (expires.isPresent()) {
      Instant end = date(expires.get()).orElse(Instant.MIN);
      return end.isAfter(date()) ? Duration.between(date(), end) : Duration.ZERO;
    }
    return HEURISTICALLY_CACHEABLE.contains(status) || control.has("public") ? heuristicLifetime() : Duration.ZERO;
  }

  private Duration heuristicLifetime() {
    Instant changed = header("last-modified").flatMap(CachedResponse::date).orElse(date());
    Duration part = changed.isBefore(date()) ? Duration.between(changed, date()).dividedBy(HEURISTIC_PART)
        : Duration.ZERO;
    return part.compareTo(HEURISTIC_LIMIT) < 0 ? part : HEURISTIC_LIMIT;
  }

  private Instant date() {
    return header("date").flatMap(CachedResponse::date).orElse(responseTime);
  }

  /** An HTTP date (RFC 9110 §5.6.7) in the form that is not obsolete. */
  private static Optional<Instant> date(String text) {
    try {
      return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Current age (RFC 9111 §4.2.3). */
  Duration age(Instant now) {
    Duration apparent = positive(Duration.between(date(), responseTime));
    long sent = header("age").map(value -> CacheControl.deltaSeconds(HeaderList.split(value).get(0), 0)).orElse(0L);
    Duration corrected = Duration.ofSeconds(sent).plus(positive(Duration.between(requestTime, responseTime)));
    Duration initial = apparent.compareTo(corrected) > 0 ? apparent : corrected;
    return initial.plus(positive(Duration.between(responseTime, now)));
  }

  private static Duration positive(Duration duration) {
    return duration.isNegative() ? Duration.ZERO : duration;
  }

  /** For how long it is stale; negative for how long it stays fresh. */
  private Duration staleness(Instant now) {
    return age(now).minus(lifetime());
  }

  /** Whether it may be used without validation, by its own word and the request's (RFC 9111 §4.2, §5.2.1). */
  boolean isUsable(CacheControl request, Instant now) {
    CacheControl own = control();
    if (own.has("no-cache") || request.has("no-cache")) {
      return false;
    }
    OptionalLong maxAge = request.seconds("max-age");
    if (maxAge.isPresent() && age(now).compareTo(Duration.ofSeconds(maxAge.getAsLong())) > 0) {
      return false;
    }
    Duration staleness = staleness(now).plusSeconds(request.seconds("min-fresh").orElse(0));
    if (staleness.isNegative()) {
      return true;
    }
    OptionalLong maxStale = request.secondsOrForever("max-stale");
    return maxStale.isPresent() && !own.has("must-revalidate")
        && staleness.compareTo(Duration.ofSeconds(maxStale.getAsLong())) <= 0;
  }

  /** Whether it may be used once more while it is validated (RFC 5861 §3). */
  boolean isUsableWhileRevalidating(CacheControl request, Instant now) {
    CacheControl own = control();
    OptionalLong window = own.seconds("stale-while-revalidate");
    return window.isPresent() && !own.has("must-revalidate") && !own.has("no-cache") && !request.has("no-cache")
        && request.seconds("max-age").isEmpty() && request.seconds("min-fresh").isEmpty()
        && staleness(now).compareTo(Duration.ofSeconds(window.getAsLong())) < 0;
  }

  boolean hasValidator() {
    return header("etag").isPresent() || header("last-modified").isPresent();
  }

  /** This response, freshened by a 304 (RFC 9111 §4.3.4). */
  CachedResponse freshenedBy(NetworkResponse notModified, Instant requested, Instant received) {
    List<Header> updates = storedHeaders(notModified.headers()).stream()
        .filter(header -> !NOT_UPDATED.contains(header.name())).toList();
    Set<String> updated = new HashSet<>();
    updates.forEach(header -> updated.add(header.name()));
    List<Header> merged = new ArrayList<>(headers.stream()
        .filter(header -> !updated.contains(header.name()) && !header.name().equals("age")).toList());
    merged.addAll(updates);
    return new CachedResponse(status, List.copyOf(merged), body, selecting, notModified.addressSpace(), requested,
        received);
  }

  /** Whether a 304 with those headers can be about this response: its entity tag, if it has one, is the same. */
  boolean isConfirmedBy(NetworkResponse notModified) {
    return notModified.header("etag").map(tag -> weak(tag).equals(weak(header("etag").orElse("")))).orElse(true);
  }

  private static String weak(String entityTag) {
    return entityTag.startsWith("W/") ? entityTag.substring(2) : entityTag;
  }

  /** This response as it is handed out, with its age (RFC 9111 §5.1). */
  NetworkResponse response(Instant now) {
    List<Header> aged = new ArrayList<>(headers.stream().filter(header -> !header.name().equals("age")).toList());
    aged.add(new Header("age", Long.toString(age(now).toSeconds())));
    return new NetworkResponse(status, aged, ByteStream.of(body), addressSpace);
  }

  /** An estimate in bytes. */
  int weight() {
    long weight = 256L + body.length;
    for (Header header : headers) {
      weight += 96L + header.name().length() + header.value().length();
    }
    for (Map.Entry<String, String> entry : selecting.entrySet()) {
      weight += 96L + entry.getKey().length() + entry.getValue().length();
    }
    return (int) Math.min(Integer.MAX_VALUE, weight);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof CachedResponse that && status == that.status
        && headers.equals(that.headers) && Arrays.equals(body, that.body) && selecting.equals(that.selecting)
        && addressSpace == that.addressSpace && requestTime.equals(that.requestTime)
        && responseTime.equals(that.responseTime);
  }

  @Override
  public int hashCode() {
    return 31 * headers.hashCode() + Arrays.hashCode(body);
  }
}
