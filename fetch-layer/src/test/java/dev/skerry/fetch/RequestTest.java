package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Initiator;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.FetchRequest.Redirect;
import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.FetchResponse.Type;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests (Fetch §2.2.1, §2.2.2, §2.2.5): methods, headers, bodies, redirect modes, and what redirects change. */
@ParameterizedClass
@EnumSource(value = Protocol.class, names = {"HTTP_1", "HTTP_2"})
class RequestTest extends ProtocolTest {

  private Origin shop;

  @BeforeEach
  void start() throws Exception {
    shop = site.url("shop.localhost", "/").origin();
  }

  private FetchRequest request(Mode mode, String host, String path) throws UrlParseException {
    return new FetchRequest(site.url(host, path), mode, Credentials.SAME_ORIGIN, Destination.EMPTY, shop,
        site.url("shop.localhost", "/page"));
  }

  private FetchRequest own(String path) throws UrlParseException {
    return request(Mode.CORS, "shop.localhost", path);
  }

  /** A stream of chunks, the last of which was given once it is empty. */
  private static ByteStream stream(String... chunks) {
    Queue<String> rest = new ArrayDeque<>(List.of(chunks));
    return new ByteStream() {
      @Override
      public CompletableFuture<ByteBuffer> read() {
        String next = rest.poll();
        return CompletableFuture.completedFuture(next == null ? null : ByteBuffer.wrap(next.getBytes()));
      }

      @Override
      public void cancel() {
        rest.clear();
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"get,GET", "Post,POST", "pAtCh,pAtCh", "delete,DELETE", "options,OPTIONS", "PUT,PUT", "Mkcol,Mkcol"})
  void methodsAreNormalised(String given, String sent) throws Exception {
    site.on("/", 200, "");

    fetch(client, own("/").withMethod(given));

    assertEquals(sent, site.last().method());
  }

  @ParameterizedTest
  @ValueSource(strings = {"CONNECT", "trace", "Track", "", "A B", "A\r\nB", "é"})
  void forbiddenMethodsAndWhatIsNoMethodAreRefused(String method) throws Exception {
    FetchRequest request = own("/");

    assertThrows(IllegalArgumentException.class, () -> request.withMethod(method));
  }

  @ParameterizedTest
  @CsvSource({"Host,x", "COOKIE,a=b", "origin,null", "Referer,x", "Sec-Fetch-Site,none", "Proxy-Authorization,x",
      "Content-Length,1", "Transfer-Encoding,chunked", "Connection,close", "Accept-Encoding,br", "Expect,x",
      "X-HTTP-Method-Override,TRACE", "x-method-override,'GET, connect'", "'',x", "'a b',x", "a:b,x"})
  void forbiddenHeadersAndWhatIsNoHeaderAreRefused(String name, String value) throws Exception {
    FetchRequest request = own("/");

    assertThrows(IllegalArgumentException.class, () -> request.withHeader(name, value));
  }

  @Test
  void aHeaderValueHasNoLineEndInsideAndNoSpaceAround() throws Exception {
    site.on("/", 200, "");
    FetchRequest request = own("/");

    fetch(client, request.withHeader("X-A", " \t a b\r\n").withHeader("X-HTTP-Method", "GET"));

    assertEquals("a b", site.last().header("x-a"));
    assertEquals("GET", site.last().header("x-http-method"));
    for (String value : new String[] {"a\nb", "a\rb", "a\0b", "\u0100"}) {
      assertThrows(IllegalArgumentException.class, () -> request.withHeader("x-a", value));
    }
  }

  @Test
  void ownHeadersReplaceThoseOfTheUserAgent() throws Exception {
    site.on("/", 200, "");

    fetch(client, own("/").withHeader("Accept", "text/x").withHeader("User-Agent", "mine")
        .withHeader("Accept-Language", "de"));

    assertEquals("text/x", site.last().header("accept"));
    assertEquals("mine", site.last().header("user-agent"));
    assertEquals("de", site.last().header("accept-language"));
  }

  @Test
  void aBodyOfBytesGoesWithItsLengthAndType() throws Exception {
    site.on("/", 200, "");

    fetch(client, own("/").withMethod("POST").withBody(RequestBody.of("body".getBytes(), "text/x")));

    assertEquals("body", site.last().body());
    assertEquals("4", site.last().header("content-length"));
    assertEquals("text/x", site.last().header("content-type"));
    assertEquals(shop.toString(), site.last().header("origin"));
  }

  @Test
  void aBodyThatIsAStreamGoesAsItComes() throws Exception {
    site.on("/", 200, "");

    fetch(client, own("/").withMethod("PUT").withBody(RequestBody.of(stream("one ", "two ", "three"), "")));

    assertEquals("one two three", site.last().body());
    assertNull(site.last().header("content-length"));
    assertNull(site.last().header("content-type"));
  }

  @Test
  void aGetRequestHasNoBodyAndAPostWithoutOneSaysSo() throws Exception {
    site.on("/", 200, "");
    FetchRequest get = own("/");

    assertThrows(IllegalArgumentException.class, () -> get.withBody(RequestBody.of(new byte[1], "")));
    fetch(client, own("/").withMethod("POST"));

    assertEquals("0", site.last().header("content-length"));
  }

  @Test
  void aHeadResponseHasItsHeadersAndNoBody() throws Exception {
    site.on("/", 200, "x".repeat(5000), "X-A: 1");

    FetchResponse response = fetch(client, own("/").withMethod("HEAD"));

    assertEquals(Optional.of("1"), response.header("x-a"));
    assertEquals(0, response.body().length);
  }

  @Test
  void aHeadResponseMayAnnounceMoreThanTheLimitOfABody() throws Exception {
    try (RawServer server = RawServer.sending("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")) {
      FetchRequest head = new FetchRequest(server.url("/"), Mode.SAME_ORIGIN, Credentials.OMIT, Destination.EMPTY,
          server.url("/").origin(), null).withMethod("HEAD");

      assertEquals(200, fetch(client, head).status());
    }
  }

  /** HTTP-redirect fetch, step 12. */
  @ParameterizedTest
  @CsvSource({"301,POST,GET", "302,POST,GET", "303,POST,GET", "307,POST,POST", "308,POST,POST", "301,PUT,PUT",
      "302,PUT,PUT", "303,PUT,GET", "307,PUT,PUT", "303,DELETE,GET"})
  void aRedirectKeepsTheBodyOrDropsItWithItsHeaders(int status, String method, String then) throws Exception {
    site.redirect("/from", status, "/to").on("/to", 200, "");

    fetch(client, own("/from").withMethod(method).withHeader("X-Own", "1")
        .withBody(RequestBody.of("body".getBytes(), "text/x")));

    assertEquals("/to", site.last().target());
    assertEquals(then, site.last().method());
    assertEquals("1", site.last().header("x-own"));
    boolean kept = !then.equals("GET");
    assertEquals(kept ? "body" : "", site.last().body());
    assertEquals(kept ? "text/x" : null, site.last().header("content-type"));
    assertEquals(kept ? "4" : null, site.last().header("content-length"));
  }

  @Test
  void a303RedirectOfAHeadRequestStaysHead() throws Exception {
    site.redirect("/from", 303, "/to").on("/to", 200, "");

    fetch(client, own("/from").withMethod("HEAD"));

    assertEquals("HEAD", site.last().method());
  }

  /** HTTP-redirect fetch, step 11. */
  @Test
  void aStreamIsNotSentAgainAfterARedirectThatKeepsTheBody() throws Exception {
    site.redirect("/keeps", 307, "/to").redirect("/drops", 303, "/to").on("/to", 200, "done");

    failure(client, own("/keeps").withMethod("POST").withBody(RequestBody.of(stream("x"), "")), Reason.PROTOCOL);
    FetchResponse dropped = fetch(client, own("/drops").withMethod("POST").withBody(RequestBody.of(stream("x"), "")));

    assertEquals("done", new String(dropped.body()));
    assertEquals("GET", site.last().method());
  }

  /** HTTP-redirect fetch, step 13. */
  @Test
  void authorizationDoesNotFollowToAnotherOrigin() throws Exception {
    site.redirect("/same", 302, "/to").redirect("/other", 302, site.origin("other.localhost") + "/to")
        .on("/to", 200, "", "Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: x-own")
        .on("OPTIONS /to", 204, "", "Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: x-own");

    fetch(client, own("/same").withHeader("Authorization", "secret"));
    assertEquals("secret", site.last().header("authorization"));

    fetch(client, own("/other").withHeader("Authorization", "secret").withHeader("X-Own", "1"));
    assertEquals("other.localhost:" + site.port(), site.last().header("host"));
    assertEquals("GET", site.last().method());
    assertNull(site.last().header("authorization"));
    assertEquals("1", site.last().header("x-own"));
  }

  /** HTTP fetch, step 8. */
  @Test
  void theRedirectModeErrorMakesARedirectAnError() throws Exception {
    site.redirect("/from", 302, "/to").on("/to", 200, "");

    failure(client, own("/from").withRedirect(Redirect.ERROR), Reason.BLOCKED);
    assertEquals(200, fetch(client, own("/to").withRedirect(Redirect.ERROR)).status());

    assertEquals(2, site.seen().size());
  }

  /** Fetch §2.2.6, opaque-redirect filtered response. */
  @Test
  void theRedirectModeManualTellsOfARedirectNothingElse() throws Exception {
    site.redirect("/from", 302, "/to", "X-A: 1").on("/to", 200, "there");

    FetchResponse opaque = fetch(client, own("/from").withRedirect(Redirect.MANUAL));

    assertEquals(Type.OPAQUE_REDIRECT, opaque.type());
    assertEquals(0, opaque.status());
    assertEquals(List.of(), opaque.headers());
    assertEquals(0, opaque.body().length);
    assertEquals(Type.BASIC, fetch(client, own("/to").withRedirect(Redirect.MANUAL)).type());
    assertEquals(2, site.seen().size());
  }

  /** Main fetch, no-cors: only what a form could send as well. */
  @Test
  void noCorsAllowsNeitherOtherMethodsNorOtherHeadersNorRedirectModes() throws Exception {
    site.on("/", 200, "");
    FetchRequest simple = request(Mode.NO_CORS, "other.localhost", "/");

    failure(client, simple.withMethod("PUT"), Reason.BLOCKED);
    failure(client, simple.withHeader("X-A", "1"), Reason.BLOCKED);
    failure(client, simple.withHeader("Content-Type", "application/json"), Reason.BLOCKED);
    failure(client, simple.withRedirect(Redirect.MANUAL), Reason.BLOCKED);
    assertEquals(0, site.seen().size());

    FetchResponse opaque = fetch(client, simple.withMethod("POST").withHeader("Content-Type", "text/plain")
        .withHeader("Accept", "x/y"));
    assertEquals(Type.OPAQUE, opaque.type());
    assertEquals(shop.toString(), site.last().header("origin"));
  }

  /** Fetch §2.2.2, CORS-safelisted request-header. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"accept|*/*|true", "accept|a\"b|false", "accept-language|de, en;q=0.5|true",
      "accept-language|d<e|false", "content-language|en|true", "content-type|text/plain;charset=x|true",
      "content-type|application/json|false", "content-type|text/plain;a=\"b\"|false", "range|bytes=0-9|true",
      "range|bytes=5-|true", "range|bytes=-5|false", "range|bytes=9-5|false", "range|bytes=0-1,3-4|false",
      "x-own|1|false", "authorization|x|false"})
  void whichHeadersNeedNoPreflight(String name, String value, boolean safelisted) {
    assertEquals(safelisted, RequestHeaders.isCorsSafelisted(new Header(name, value)));
  }

  @Test
  void longSafelistedHeadersNeedAPreflight() {
    Header longest = new Header("accept", "x".repeat(128));
    assertTrue(RequestHeaders.isCorsSafelisted(longest));
    assertFalse(RequestHeaders.isCorsSafelisted(new Header("accept", "x".repeat(129))));
    assertEquals(List.of(), RequestHeaders.corsUnsafeNames(Collections.nCopies(8, longest)));
    assertEquals(List.of("accept"), RequestHeaders.corsUnsafeNames(Collections.nCopies(9, longest)));
  }

  @Test
  void aPrefetchSaysItsPurpose() throws Exception {
    site.on("/", 200, "");

    fetch(client, own("/").withInitiator(Initiator.PREFETCH));

    assertEquals("prefetch", site.last().header("sec-purpose"));
  }

  @Test
  void aRangeIsAskedForUncompressed() throws Exception {
    site.on("/", 206, "part");

    fetch(client, own("/").withHeader("Range", "bytes=0-3"));

    assertEquals("identity", site.last().header("accept-encoding"));
  }

  /** HTTP-network-or-cache fetch, step 8.10. */
  @Test
  void keepaliveBodiesInFlightShare64Kibibytes() throws Exception {
    site.on("/", 200, "");
    FetchRequest post = own("/").withMethod("POST").withKeepalive();

    assertEquals(200, fetch(client, post.withBody(RequestBody.of(new byte[64 << 10], ""))).status());
    assertEquals(200, fetch(client, post.withBody(RequestBody.of(new byte[64 << 10], ""))).status());
    failure(client, post.withBody(RequestBody.of(new byte[(64 << 10) + 1], "")), Reason.BLOCKED);
    failure(client, post.withBody(RequestBody.of(stream("x"), "")), Reason.BLOCKED);
  }

  /** Appending a request Origin header, by the referrer policy. */
  @ParameterizedTest
  @CsvSource({"NO_REFERRER,true", "SAME_ORIGIN,true", "STRICT_ORIGIN,false", "ORIGIN,false", "UNSAFE_URL,false"})
  void whatTheRefererHidesTheOriginHeaderHides(ReferrerPolicy policy, boolean hidden) throws Exception {
    site.on("/", 200, "");

    fetch(client, request(Mode.NO_CORS, "other.localhost", "/").withMethod("POST").withReferrerPolicy(policy));

    assertEquals(hidden ? "null" : shop.toString(), site.last().header("origin"));
  }
}
