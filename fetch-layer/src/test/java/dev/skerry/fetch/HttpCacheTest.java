package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.CacheMode;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP cache (RFC 9111) and the cache modes of requests (Fetch §4.6), on a clock that the tests turn. */
@ParameterizedClass
@EnumSource(value = Protocol.class, names = {"HTTP_1", "HTTP_2"})
class HttpCacheTest extends ProtocolTest {

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private Origin shop;

  @Override
  FetchClient build(FetchClient.Builder builder) {
    return builder.clock(now::get).build();
  }

  @BeforeEach
  void start() throws Exception {
    shop = site.url("shop.localhost", "/").origin();
  }

  private FetchRequest request(String path) throws UrlParseException {
    return new FetchRequest(site.url("shop.localhost", path), Mode.SAME_ORIGIN, Credentials.SAME_ORIGIN,
        Destination.EMPTY, shop, null).in(PartitionKey.topLevel(shop));
  }

  private String body(FetchRequest request) throws Exception {
    return new String(fetch(client, request).body());
  }

  private String body(String path) throws Exception {
    return body(request(path));
  }

  private void pass(long seconds) {
    now.updateAndGet(time -> time.plusSeconds(seconds));
  }

  private String date(long secondsFromNow) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(now.get().plusSeconds(secondsFromNow).atOffset(ZoneOffset.UTC));
  }

  /** Gives an answer and then, after so many seconds, another; the client got both if it did not use its cache. */
  private boolean isReusedAfter(long seconds, FetchRequest again, String... headers) throws Exception {
    site.on("/", 200, "old", headers);
    assertEquals("old", body("/"));
    pass(seconds);
    site.on("/", 200, "new", headers);
    return body(again).equals("old");
  }

  private boolean isReusedAfter(long seconds, String... headers) throws Exception {
    return isReusedAfter(seconds, request("/"), headers);
  }

  /** RFC 9111 §4.2.1, §5.2.2.1. */
  @Test
  void aResponseIsFreshForItsMaxAge() throws Exception {
    assertTrue(isReusedAfter(59, "Cache-Control: max-age=60"));
    pass(2);
    assertEquals("new", body("/"));
  }

  /** RFC 9111 §5.3: max-age goes before Expires, and a date that cannot be read is in the past. */
  @ParameterizedTest
  @CsvSource({"60,,30,true", "60,,61,false", "-1,,0,false", "60,max-age=0,0,false", "-1,max-age=60,30,true"})
  void expiresSetsTheEndOfFreshness(long expires, String cacheControl, long seconds, boolean reused) throws Exception {
    assertEquals(reused, isReusedAfter(seconds, "Date: " + date(0), "Expires: " + date(expires),
        "Cache-Control: " + (cacheControl == null ? "public" : cacheControl)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Expires: 0", "Expires: soon", "Cache-Control: max-age=x", "Cache-Control: max-age=",
      "Cache-Control: max-age=60, max-age=90", "Cache-Control: max-age=-1", "X-Nothing: 1"})
  void whatCannotBeReadMakesNothingFresh(String header) throws Exception {
    assertEquals(false, isReusedAfter(0, header));
  }

  @ParameterizedTest
  @ValueSource(strings = {"max-age=99999999999999999999", "MAX-AGE=\"60\"", "private, max-age=60",
      "a=\"no-store, x\", max-age=60", "s-maxage=0, max-age=60", "must-revalidate,max-age=60"})
  void directivesAreReadByTheirGrammar(String cacheControl) throws Exception {
    assertTrue(isReusedAfter(50, "Cache-Control: " + cacheControl));
  }

  /** RFC 9111 §5.2.2.4, §5.2.2.5, §4.1. */
  @ParameterizedTest
  @ValueSource(strings = {"Cache-Control: no-store, max-age=60", "Cache-Control: no-cache, max-age=60",
      "Cache-Control: no-cache=\"x\", max-age=60", "Vary: *"})
  void whatForbidsReuseIsNotReused(String header) throws Exception {
    assertEquals(false, isReusedAfter(0, header, "Cache-Control: max-age=60"));
  }

  /** RFC 9111 §4.2.2: a tenth of the time since the last change, a week at most. */
  @ParameterizedTest
  @CsvSource({"-1000,99,true", "-1000,101,false", "-99999999,604799,true", "-99999999,604801,false", "10,0,false"})
  void freshnessIsGuessedFromTheLastChange(long changed, long seconds, boolean reused) throws Exception {
    assertEquals(reused, isReusedAfter(seconds, "Date: " + date(0), "Last-Modified: " + date(changed)));
  }

  /** RFC 9111 §4.2.3. */
  @Test
  void theAgeThatAResponseComesWithCounts() throws Exception {
    assertTrue(isReusedAfter(19, "Cache-Control: max-age=60", "Age: 40"));
    pass(1000);
    assertEquals(false, isReusedAfter(0, "Cache-Control: max-age=60", "Age: 61"));
    pass(1000);
    assertEquals(false, isReusedAfter(15, "Cache-Control: max-age=60", "Date: " + date(-50)));
  }

  /** RFC 9111 §5.1. */
  @Test
  void aReusedResponseTellsItsAge() throws Exception {
    site.on("/", 200, "", "Cache-Control: max-age=60", "Date: " + date(0));
    fetch(client, request("/"));
    pass(42);

    assertEquals(Optional.of("42"), fetch(client, request("/")).header("age"));
    assertEquals(1, site.seen().size());
  }

  /** RFC 9111 §3. */
  @ParameterizedTest
  @CsvSource({"200,true", "404,true", "301,true", "410,true", "500,false", "302,false", "201,false"})
  void whichStatusesAreReusedWithoutAnExplicitAge(int status, boolean reused) throws Exception {
    site.on("/", status, "x", "Last-Modified: " + date(-10_000), "Date: " + date(0));
    fetch(client, request("/"));
    fetch(client, request("/"));
    assertEquals(reused ? 1 : 2, site.seen().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 302, 500, 299})
  void anExplicitAgeMakesEveryFinalStatusReusable(int status) throws Exception {
    site.on("/", status, "x", "Cache-Control: max-age=60");
    fetch(client, request("/"));
    fetch(client, request("/"));
    assertEquals(1, site.seen().size());
  }

  @Test
  void aStoredRedirectIsFollowedWithoutAskingAgain() throws Exception {
    site.redirect("/from", 301, "/to", "Cache-Control: max-age=60").on("/to", 200, "there");

    assertEquals("there", body("/from"));
    assertEquals("there", body("/from"));

    assertEquals(List.of("/from", "/to", "/to"), site.seen().stream().map(TestSite.Seen::target).toList());
  }

  /** RFC 9111 §4.3: a strong or weak entity tag, and the date. */
  @Test
  void aStaleResponseIsValidatedAndFreshenedByA304() throws Exception {
    site.on("/", 200, "whole", "ETag: W/\"1\"", "Last-Modified: " + date(-10), "Cache-Control: max-age=5", "X-A: old",
        "Set-Cookie: a=1");
    fetch(client, request("/"));
    pass(10);
    site.on("/", 304, "", "ETag: \"1\"", "Cache-Control: max-age=100", "X-A: new", "Set-Cookie: b=2");

    FetchResponse validated = fetch(client, request("/"));
    assertEquals("W/\"1\"", site.last().header("if-none-match"));
    assertEquals(date(-20), site.last().header("if-modified-since"));
    assertEquals(200, validated.status());
    assertEquals("whole", new String(validated.body()));
    assertEquals(Optional.of("new"), validated.header("x-a"));

    pass(90);
    assertEquals("whole", body("/"));
    assertEquals(2, site.seen().size());
    fetch(client, request("/else"));
    assertEquals("a=1; b=2", site.last().header("cookie"));
  }

  @Test
  void aValidationThatBringsANewResponseReplacesTheOld() throws Exception {
    site.on("/", 200, "old", "ETag: \"1\"");
    fetch(client, request("/"));
    site.on("/", 200, "new", "ETag: \"2\"", "Cache-Control: max-age=9");

    assertEquals("new", body("/"));
    assertEquals("new", body("/"));
    assertEquals(2, site.seen().size());
  }

  /** RFC 9111 §4.3.4: a 304 about something else confirms nothing. */
  @Test
  void a304WithAnotherEntityTagConfirmsNothing() throws Exception {
    site.on("/", 200, "old", "ETag: \"1\"");
    fetch(client, request("/"));
    site.on("/", (request, response, callback) -> {
      boolean conditional = request.getHeaders().contains("If-None-Match");
      response.setStatus(conditional ? 304 : 200);
      response.getHeaders().put("ETag", "\"2\"");
      response.write(true, ByteBuffer.wrap((conditional ? "" : "new").getBytes()), callback);
    });

    assertEquals("new", body("/"));
  }

  /** RFC 9111 §4.1. */
  @Test
  void varyKeepsAnswersToDifferentRequestsApart() throws Exception {
    site.on("/", 200, "german", "Vary: Accept-Language, X-A", "Cache-Control: max-age=60");
    assertEquals("german", body(request("/").withHeader("Accept-Language", "de")));
    site.on("/", 200, "french", "Vary: accept-language, X-A", "Cache-Control: max-age=60");
    assertEquals("french", body(request("/").withHeader("Accept-Language", "fr")));
    site.on("/", 200, "other", "Vary: Accept-Language, X-A", "Cache-Control: max-age=60");

    assertEquals("german", body(request("/").withHeader("Accept-Language", "de")));
    assertEquals("french", body(request("/").withHeader("Accept-Language", "fr")));
    assertEquals("other", body(request("/").withHeader("Accept-Language", "de").withHeader("X-A", "1")));
  }

  /** RFC 5861 §3. */
  @Test
  void aStaleResponseIsUsedWhileItIsValidatedInTheBackground() throws Exception {
    site.on("/", 200, "old", "Cache-Control: max-age=10, stale-while-revalidate=20");
    body("/");
    pass(15);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    site.on("/", (request, response, callback) -> {
      asked.countDown();
      response.getHeaders().put("Cache-Control", "max-age=60");
      response.write(true, ByteBuffer.wrap("new".getBytes()),
          Callback.from(callback, answered::countDown));
    });

    assertEquals("old", body("/"));
    assertTrue(asked.await(60, TimeUnit.SECONDS));
    assertTrue(answered.await(60, TimeUnit.SECONDS));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!body(request("/").withCacheMode(CacheMode.FORCE_CACHE)).equals("new") && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertEquals("new", body("/"));
    assertEquals(2, site.seen().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"max-age=10, stale-while-revalidate=4", "max-age=10, stale-while-revalidate=20, no-cache",
      "max-age=10, stale-while-revalidate=20, must-revalidate", "max-age=10"})
  void aStaleResponseIsNotUsedOtherwise(String cacheControl) throws Exception {
    assertEquals(false, isReusedAfter(15, "Cache-Control: " + cacheControl));
  }

  /** RFC 9111 §5.2.1: what a request asks of the cache. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"max-age=30|20|true", "max-age=10|20|false", "min-fresh=30|20|true",
      "min-fresh=50|20|false", "no-cache|0|false", "no-store|0|false", "max-stale|500|true", "max-stale=10|65|true",
      "max-stale=10|75|false", "x|20|true"})
  void aRequestMaySetTheTermsOfReuse(String cacheControl, long seconds, boolean reused) throws Exception {
    assertEquals(reused, isReusedAfter(seconds, request("/").withHeader("Cache-Control", cacheControl),
        "Cache-Control: max-age=60"));
  }

  @Test
  void mustRevalidateIsStrongerThanMaxStale() throws Exception {
    assertEquals(false, isReusedAfter(65, request("/").withHeader("Cache-Control", "max-stale"),
        "Cache-Control: max-age=60, must-revalidate"));
  }

  @Test
  void pragmaCountsWhereThereIsNoCacheControl() throws Exception {
    assertEquals(false, isReusedAfter(0, request("/").withHeader("Pragma", "no-cache"), "Cache-Control: max-age=60"));
  }

  @Test
  void onlyIfCachedAsADirectiveIsAGatewayTimeoutWhereNothingIs() throws Exception {
    assertEquals(504, fetch(client, request("/").withHeader("Cache-Control", "only-if-cached")).status());
    assertEquals(0, site.seen().size());
  }

  /** RFC 9111 §4.4. */
  @ParameterizedTest
  @CsvSource({"POST,200,true", "PUT,204,true", "DELETE,303,true", "POST,500,false", "POST,404,false",
      "OPTIONS,200,false"})
  void anUnsafeRequestThatSucceedsInvalidatesWhatItMayHaveChanged(String method, int status, boolean invalidates)
      throws Exception {
    for (String path : new String[] {"/", "/a", "/b"}) {
      site.on("GET " + path, 200, "old", "Cache-Control: max-age=60");
      body(path);
      site.on("GET " + path, 200, "new", "Cache-Control: max-age=60");
    }
    site.on(method + " /", status, "", "Location: /a", "Content-Location: " + site.origin("shop.localhost") + "/b");

    fetch(client, request("/").withMethod(method).withRedirect(FetchRequest.Redirect.MANUAL));

    String expected = invalidates ? "new" : "old";
    assertEquals(List.of(expected, expected, expected), List.of(body("/"), body("/a"), body("/b")));
  }

  @Test
  void anUnsafeRequestInvalidatesNothingOfAnotherOrigin() throws Exception {
    site.on("/", 200, "old", "Cache-Control: max-age=60");
    body("/");
    site.on("/", 200, "new").on("POST /", 200, "", "Location: " + site.origin("shop.localhost") + "/");
    Origin other = site.url("other.localhost", "/").origin();

    fetch(client, new FetchRequest(site.url("other.localhost", "/"), Mode.SAME_ORIGIN, Credentials.OMIT,
        Destination.EMPTY, other, null).in(PartitionKey.topLevel(shop)).withMethod("POST"));

    assertEquals("old", body("/"));
  }

  /** Fetch §4.6, the cache modes: what is asked of the network while the cache is fresh, stale or empty. */
  @ParameterizedTest
  @CsvSource({"DEFAULT,reuse,validate,ask,true", "NO_STORE,ask,ask,ask,false", "RELOAD,ask,ask,ask,true",
      "NO_CACHE,validate,validate,ask,true", "FORCE_CACHE,reuse,reuse,ask,true", "ONLY_IF_CACHED,reuse,reuse,fail,"})
  void cacheModes(CacheMode mode, String fresh, String stale, String empty, Boolean stores) throws Exception {
    site.on("/", 200, "x", "Cache-Control: max-age=60", "ETag: \"1\"").on("/empty", 200, "x",
        "Cache-Control: max-age=60", "ETag: \"1\"");
    body("/");
    assertEquals(fresh, whatHappens("/", mode));
    pass(120);
    assertEquals(stale, whatHappens("/", mode));
    assertEquals(empty, whatHappens("/empty", mode));
    if (stores != null) {
      assertEquals(stores ? "reuse" : "ask", whatHappens("/empty", CacheMode.DEFAULT));
    }
  }

  private String whatHappens(String path, CacheMode mode) throws Exception {
    int before = site.seen().size();
    FetchRequest request = request(path).withCacheMode(mode);
    if (mode == CacheMode.ONLY_IF_CACHED && path.equals("/empty")) {
      failure(client, request, Reason.BLOCKED);
      return "fail";
    }
    assertEquals("x", body(request));
    return site.seen().size() == before ? "reuse"
        : site.last().header("if-none-match") == null ? "ask" : "validate";
  }

  @Test
  void cacheModesTellTheServer() throws Exception {
    site.on("/", 200, "");
    List<String> sent = new ArrayList<>();
    for (CacheMode mode : new CacheMode[] {CacheMode.DEFAULT, CacheMode.NO_CACHE, CacheMode.RELOAD,
        CacheMode.NO_STORE}) {
      fetch(client, request("/").withCacheMode(mode));
      sent.add(site.last().header("cache-control") + " " + site.last().header("pragma"));
    }
    assertEquals(List.of("null null", "max-age=0 null", "no-cache no-cache", "no-cache no-cache"), sent);
  }

  @Test
  void onlyIfCachedNeedsTheModeSameOrigin() throws Exception {
    failure(client, new FetchRequest(site.url("other.localhost", "/"), Mode.NO_CORS, Credentials.OMIT,
        Destination.IMAGE, shop, null).withCacheMode(CacheMode.ONLY_IF_CACHED), Reason.BLOCKED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range"})
  void aRequesterThatValidatesByItselfGetsItsAnswerFromTheServer(String header) throws Exception {
    site.on("/", 200, "x", "Cache-Control: max-age=60", "ETag: \"1\"");
    body("/");
    site.on("/", 304, "");

    assertEquals(304, fetch(client, request("/").withHeader(header, "\"1\"")).status());
  }

  @Test
  void rangesAreLeftToTheNetwork() throws Exception {
    site.on("/", 206, "ab", "Cache-Control: max-age=60", "Content-Range: bytes 0-1/4");
    fetch(client, request("/").withHeader("Range", "bytes=0-1"));
    site.on("/", 200, "abcd", "Cache-Control: max-age=60");

    assertEquals("abcd", body("/"));
    assertEquals("abcd", body(request("/").withHeader("Range", "bytes=0-1")));
    assertEquals(3, site.seen().size());
  }

  @Test
  void aHeadRequestIsAnsweredByAStoredResponseToGet() throws Exception {
    site.on("/", 200, "body", "Cache-Control: max-age=60", "X-A: 1");
    body("/");

    FetchResponse head = fetch(client, request("/").withMethod("HEAD"));

    assertEquals(Optional.of("1"), head.header("x-a"));
    assertEquals(0, head.body().length);
    assertEquals(1, site.seen().size());
  }

  /** A server that shares what it says to nobody in particular may have forgotten {@code Vary: Cookie}. */
  @Test
  void anAnswerToCredentialsIsForNobodyWhoAsksWithout() throws Exception {
    String[] headers = {"Cache-Control: max-age=60", "Access-Control-Allow-Credentials: true",
        "Access-Control-Allow-Origin: " + shop};
    FetchRequest with = new FetchRequest(site.url("x.shop.localhost", "/me"), Mode.CORS, Credentials.INCLUDE,
        Destination.EMPTY, shop, null).in(PartitionKey.topLevel(shop));
    FetchRequest without = with.withCredentials(Credentials.OMIT);
    site.on("/me", 200, "of a person", headers);
    assertEquals("of a person", body(with));
    site.on("/me", 200, "of nobody", headers);
    assertEquals("of a person", body(with));
    assertEquals("of nobody", body(without));
    site.on("/me", 200, "changed", headers);
    assertEquals("of nobody", body(without));
    body(without.withMethod("POST"));
    assertEquals("changed", body(without));
    assertEquals("changed", body(with), "an unsafe request makes forget both");
  }

  /** Fetch §2.7: the cache is partitioned by what keeps pages apart. */
  @Test
  void anotherPageHasAnotherCache() throws Exception {
    site.on("/", 200, "old", "Cache-Control: max-age=60");
    body("/");
    site.on("/", 200, "new", "Cache-Control: max-age=60");
    Origin other = site.url("other.localhost", "/").origin();

    assertEquals("new", body(request("/").in(PartitionKey.topLevel(other))));
    assertEquals("new", body(request("/").in(PartitionKey.of(other, shop, true))));
    assertEquals("new", body(request("/").in(PartitionKey.of(shop, shop, true))));
    assertEquals("new", body(request("/").in(PartitionKey.of(shop, Origin.opaque(), false))));
    assertEquals("old", body("/"));
  }

  @Test
  void whoDoesNotSayInWhichPageHasNoCache() throws Exception {
    site.on("/", 200, "", "Cache-Control: max-age=60");

    fetch(client, request("/").in(null));
    fetch(client, request("/").in(null));

    assertEquals(2, site.seen().size());
  }

  @Test
  void aNavigationIsItsOwnPartition() throws Exception {
    site.on("/", 200, "x", "Cache-Control: max-age=60");
    FetchRequest navigation = FetchRequest.document(site.url("shop.localhost", "/#a"));

    fetch(client, navigation);
    fetch(client, FetchRequest.document(site.url("shop.localhost", "/#b")));
    body("/");

    assertEquals(1, site.seen().size());
  }

  @Test
  void cookiesAreTakenOnceAndNotFromTheCache() throws Exception {
    site.on("/", 200, "", "Cache-Control: max-age=60", "Set-Cookie: a=1").on("/clear", 200, "",
        "Set-Cookie: a=1; Max-Age=0").on("/else", 200, "");
    body("/");
    body("/clear");
    body("/");
    body("/else");

    assertNull(site.last().header("cookie"));
  }

  @Test
  void aStoredResponseKeepsItsCorsCheck() throws Exception {
    site.on("/", 200, "x", "Cache-Control: max-age=60", "Access-Control-Allow-Origin: " + shop,
        "Content-Type: text/css");
    FetchRequest cors = new FetchRequest(site.url("api.localhost", "/"), Mode.CORS, Credentials.OMIT,
        Destination.EMPTY, shop, null).in(PartitionKey.topLevel(shop));
    fetch(client, cors);
    Origin frame = site.url("frame.localhost", "/").origin();

    assertEquals("x", body(cors));
    failure(client, new FetchRequest(cors.url(), Mode.CORS, Credentials.OMIT, Destination.EMPTY, frame, null)
        .in(PartitionKey.topLevel(shop)), Reason.CORS);
    assertEquals(1, site.seen().size());
  }

  @Test
  void aBodyThatWasNotReadToItsEndIsNotStored() throws Exception {
    site.on("/", 200, new byte[500_000], "Cache-Control: max-age=60");

    StreamedResponse response = client.stream(request("/"), new AbortSignal()).get(60, TimeUnit.SECONDS);
    response.body().read().get(60, TimeUnit.SECONDS);
    response.body().cancel();
    fetch(client, request("/"));

    assertEquals(2, site.seen().size());
  }

  @Test
  void headersOfTheConnectionAreNotStored() throws Exception {
    site.on("/", 200, "", "Cache-Control: max-age=60", "Connection: X-Hop", "X-Hop: 1", "X-End: 1", "Upgrade: x");
    fetch(client, request("/"));

    FetchResponse reused = fetch(client, request("/"));

    assertEquals(Optional.of("1"), reused.header("x-end"));
    assertEquals(Optional.empty(), reused.header("x-hop"));
    assertEquals(Optional.empty(), reused.header("upgrade"));
    assertEquals(Optional.empty(), reused.header("connection"));
  }

  @Test
  void theCacheIsBoundedByBytes() throws Exception {
    CacheStore store = new CacheStore(1 << 20);
    NetworkRequest any = new NetworkRequest(request("/"), "GET", List.of(request("/").url()), List.of(), null, false,
        CacheMode.DEFAULT, 1, new AbortSignal(), Set.of());
    NetworkResponse response = new NetworkResponse(200, List.of(), new byte[0]);
    for (int i = 0; i < 1000; i++) {
      store.store(new CacheStore.Key(PartitionKey.topLevel(shop), false, "http://a/" + i), any,
          CachedResponse.of(any, response, new byte[10_000], now.get(), now.get()));
    }

    long weight = store.weight();
    assertTrue(weight <= 1 << 20 && weight > 1 << 19, weight + " bytes");
  }

  @Test
  void whatIsTooLargeForTheCacheIsReadAndNotStored() throws Exception {
    client.close();
    client = protocol.builder().cacheBytes(80_000).build();
    site.on("/", 200, new byte[10_001], "Cache-Control: max-age=60").on("/small", 200, new byte[9_999],
        "Cache-Control: max-age=60");
    for (int i = 0; i < 2; i++) {
      assertEquals(10_001, fetch(client, request("/")).body().length);
      assertEquals(9_999, fetch(client, request("/small")).body().length);
    }

    assertEquals(List.of("/", "/small", "/"), site.seen().stream().map(TestSite.Seen::target).toList());
  }

  @Test
  void withoutACacheNothingIsStored() throws Exception {
    client.close();
    client = protocol.builder().cacheBytes(0).build();
    assertEquals(false, isReusedAfter(0, "Cache-Control: max-age=60"));
  }

  @ParameterizedTest
  @EnumSource(CacheMode.class)
  void noModeReadsWhatWasStoredForACredentialedPartitionOfAnother(CacheMode mode) throws Exception {
    site.on("/", 200, "secret", "Cache-Control: max-age=60");
    body("/");
    site.on("/", 200, "public");
    Origin other = site.url("other.localhost", "/").origin();
    FetchRequest foreign = request("/").in(PartitionKey.of(other, shop, true)).withCacheMode(mode);

    if (mode == CacheMode.ONLY_IF_CACHED) {
      failure(client, foreign, Reason.BLOCKED);
    } else {
      assertEquals("public", body(foreign));
    }
  }

  @Test
  void agesAreExactToTheSecondOverAWeek() {
    NetworkResponse response = new NetworkResponse(200,
        new HeaderList().append("cache-control", "max-age=604800").headers(), new byte[0]);
    Instant then = Instant.parse("2026-01-01T00:00:00Z");
    CachedResponse stored = new CachedResponse(200, response.headers(), new byte[0], Map.of(),
        AddressSpace.LOOPBACK, then, then.plusSeconds(2));

    assertEquals(Duration.ofSeconds(2), stored.age(then.plusSeconds(2)));
    assertTrue(stored.isUsable(CacheControl.of(List.of()), then.plusSeconds(604_799)));
    assertEquals(false, stored.isUsable(CacheControl.of(List.of()), then.plusSeconds(604_800)));
  }
}
