package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Content;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** GET requests and redirects against a real server. */
@ParameterizedClass
@EnumSource(Protocol.class)
class HttpFetchTest extends ProtocolTest {

  @Test
  void aDocumentComesWithStatusHeadersAndBody() throws Exception {
    site.on("/page", 200, "<p>hello", "Content-Type: Text/HTML; Charset=Koi8-R", "X-Two: a", "X-Two: b");

    FetchResponse response = get(client, site.origin("shop.localhost") + "/page?q=1#part");

    assertEquals(200, response.status());
    assertEquals("<p>hello", new String(response.body()));
    assertEquals(Optional.of("text/html"), response.mimeEssence());
    assertEquals(Optional.of("Koi8-R"), response.charset());
    assertEquals(Optional.of("a, b"), response.header("x-two"));
    assertEquals(FetchResponse.Tainting.BASIC, response.tainting());
    assertEquals("/page?q=1", site.last().target());
    assertEquals("shop.localhost:" + site.port(), site.last().header("host"));
    assertTrue(response.elapsedNanos() > 0);
  }

  @Test
  void aStatusOf404IsAResponseAndNoError() throws Exception {
    assertEquals(404, get(client, site.origin("localhost") + "/nothing").status());
  }

  @Test
  void redirectsAreFollowedAndTheFragmentIsInherited() throws Exception {
    site.redirect("/a", 302, "/b").redirect("/b", 307, "c?x").on("/c", 200, "end");

    FetchResponse response = get(client, site.origin("localhost") + "/a#top");

    assertEquals("end", new String(response.body()));
    assertEquals(site.origin("localhost") + "/c?x#top", response.url().href());
    assertEquals(3, response.urlList().size());
  }

  @Test
  void aFragmentOfTheLocationWins() throws Exception {
    site.redirect("/a", 301, "/b#own").on("/b", 200, "");

    assertEquals(Optional.of("own"), get(client, site.origin("localhost") + "/a#top").url().fragment());
  }

  @Test
  void twentyRedirectsAreFollowedAndTheTwentyFirstIsAnError() throws Exception {
    for (int i = 0; i < 21; i++) {
      site.redirect("/" + i, 302, "/" + (i + 1));
    }
    site.on("/21", 200, "end");

    assertEquals("end", new String(get(client, site.origin("localhost") + "/1").body()));
    FetchError error = failure(client, site.origin("localhost") + "/0", Reason.TOO_MANY_REDIRECTS);
    assertTrue(error.getMessage().contains("more than 20 redirects"), error.getMessage());
  }

  @Test
  void aRedirectLoopIsAnErrorThatNamesItsChain() throws Exception {
    site.redirect("/a", 302, "/b").redirect("/b", 302, "/a");

    FetchError error = failure(client, site.origin("localhost") + "/a", Reason.TOO_MANY_REDIRECTS);

    String a = site.origin("localhost") + "/a";
    String b = site.origin("localhost") + "/b";
    assertTrue(error.getMessage().contains("they go round in a circle: " + a + " -> " + b + " -> "),
        error.getMessage());
  }

  @Test
  void aRedirectStatusWithoutLocationIsAResponse() throws Exception {
    site.on("/a", 302, "body");

    assertEquals(302, get(client, site.origin("localhost") + "/a").status());
  }

  @Test
  void aRedirectToAnotherSchemeIsAnError() throws Exception {
    site.redirect("/data", 302, "data:text/plain,x").redirect("/file", 302, "file:///etc/passwd");

    failure(client, site.origin("localhost") + "/data", Reason.UNSUPPORTED_SCHEME);
    failure(client, site.origin("localhost") + "/file", Reason.UNSUPPORTED_SCHEME);
  }

  @Test
  void aRedirectToTwoPlacesIsAnErrorAndTheSamePlaceTwiceIsNone() throws Exception {
    site.on("/two", 302, "", "Location: /a", "Location: /b").on("/same", 302, "", "Location: /a", "Location: /a")
        .on("/a", 200, "a");

    failure(client, site.origin("localhost") + "/two", Reason.PROTOCOL);
    assertEquals("a", new String(get(client, site.origin("localhost") + "/same").body()));
  }

  @Test
  void aRedirectToABrokenUrlIsAnError() throws Exception {
    site.redirect("/a", 302, "http://a b/");

    failure(client, site.origin("localhost") + "/a", Reason.BAD_URL);
  }

  @Test
  void theBodyOfARedirectIsNotWaitedFor() throws Exception {
    site.on("/a", 302, new byte[1 << 19], "Location: /b").on("/b", 200, "end");

    assertEquals("end", new String(get(client, site.origin("localhost") + "/a").body()));
  }

  /** Fetch §4.6, RFC 9110 §15.5.20. */
  @Test
  void aMisdirectedRequestIsMadeOnceMoreOnAConnectionOfItsOwn() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    site.on("/once", (request, response, callback) -> {
      String body = Content.Source.asString(request);
      response.setStatus(asked.incrementAndGet() == 1 ? 421 : 200);
      response.write(true, ByteBuffer.wrap(("got " + body).getBytes()), callback);
    }).on("/always", 421, "elsewhere");
    Url once = site.url("shop.localhost", "/once");
    FetchRequest post = new FetchRequest(once, Mode.SAME_ORIGIN, Credentials.OMIT, Destination.EMPTY, once.origin(),
        null).withMethod("POST");

    assertEquals("got body", new String(fetch(client, post.withBody(RequestBody.of("body".getBytes(), ""))).body()));
    assertNotEquals(site.seen().get(0).clientPort(), site.seen().get(1).clientPort());

    assertEquals(421, get(client, site.origin("shop.localhost") + "/always").status());
    assertEquals(4, site.seen().size());
    asked.set(0);
    FetchResponse stream = fetch(client, post.withBody(RequestBody.of(ByteStream.of("body".getBytes()), "")));
    assertEquals(421, stream.status(), "a stream cannot be sent again");
  }

  @Test
  void bothLoopbackNamesAndAddressesReachTheServer() throws Exception {
    site.on("/", 200, "here");

    for (String host : new String[] {"localhost", "a.b.localhost", "localhost.", "127.0.0.1"}) {
      assertEquals("here", new String(get(client, site.origin(host) + "/").body()), host);
    }
  }

  @Test
  void aResolveEntrySendsThatHostAndPortToItsAddress() throws Exception {
    site.on("/", 200, "here");
    FetchClient.Options options = new FetchClient.Options(1000, 1000, 20, Fetching.QUICK.timeout(),
        List.of("shop.example:" + site.port() + ":127.0.0.1"));

    try (FetchClient resolving = protocol.builder().options(options).build()) {
      assertEquals("here", new String(get(resolving, site.origin("shop.example") + "/").body()));
      assertEquals("shop.example:" + site.port(), site.last().header("host"));
    }
  }

  @Test
  void aPathGoesOutByteForByte() throws Exception {
    try (RawServer raw = RawServer.sending("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")) {
      for (String target : new String[] {"//evil.example/x", "/a|b[c]?%zz", "/a;b=c?d|e", "/%2e%2e%2f?", "/?a=b?c/../d",
          "/:80/@x", "/a//b", "/*", "/a:b", "/%00%0d%0a"}) {
        Url url = raw.url(target);
        get(client, url.href());
        String line = raw.heads().get(raw.heads().size() - 1).lines().findFirst().orElseThrow();
        assertEquals("GET " + url.path() + url.query().map("?"::concat).orElse("") + " HTTP/1.1", line);
      }
    }
  }

  @Test
  void aPathThatTheHttpClientWouldRejectIsBlockedWithItsReason() throws Exception {
    FetchError error = failure(client, site.origin("localhost") + "/%zz", Reason.BLOCKED);

    assertTrue(error.getMessage().contains("each % needs two hex digits"), error.getMessage());
    assertEquals(0, site.seen().size());
  }

  @Test
  void aBodyOfExactlyTheLimitIsReadAndOneByteMoreIsAnError() throws Exception {
    int limit = (int) Fetching.QUICK.maxBodyBytes();
    site.on("/full", 200, new byte[limit]).on("/over", 200, new byte[limit + 1]);

    assertArrayEquals(new byte[limit], get(client, site.origin("localhost") + "/full").body());
    FetchError error = failure(client, site.origin("localhost") + "/over", Reason.TOO_LARGE);
    assertTrue(error.getMessage().contains("the limit is " + limit), error.getMessage());
  }
}
