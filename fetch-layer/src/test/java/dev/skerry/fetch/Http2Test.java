package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 under TLS: chosen in the handshake, and held to the same rules and limits as HTTP/1.1. */
class Http2Test {

  @TempDir
  static Path folder;
  private static TestCertificate certificate;
  private static TestSite site;
  private FetchClient client;

  @BeforeAll
  static void startSite() throws Exception {
    certificate = new TestCertificate(folder);
    site = TestSite.secure(certificate.server(), true);
  }

  @AfterAll
  static void stopSite() {
    site.close();
  }

  @BeforeEach
  void start() throws Exception {
    client = FetchClient.create(Fetching.QUICK, certificate.trust(), List.of());
  }

  @AfterEach
  void stop() {
    client.close();
  }

  private static String url(String path) {
    return "https://shop.localhost:" + site.port() + path;
  }

  @Test
  void aServerThatOffersHttp2IsAskedInIt() throws Exception {
    site.on("/", 200, "two", "Content-Type: text/plain", "X-A: 1", "X-A: 2");

    FetchResponse response = get(client, url("/?q"));

    assertEquals("two", new String(response.body()));
    assertEquals(Optional.of("1, 2"), response.header("x-a"));
    assertEquals("HTTP/2.0", site.last().protocol());
    assertEquals("/?q", site.last().target());
    assertEquals("shop.localhost:" + site.port(), site.last().header("host"));
  }

  @Test
  void aRequestCarriesOurHeadersAndNoOthers() throws Exception {
    site.on("/", 200, "");

    get(client, url("/"));

    assertEquals(Set.of("host", "user-agent", "accept", "accept-language", "accept-encoding", "sec-fetch-dest",
        "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user"), site.last().headers().keySet());
  }

  @Test
  void redirectsCookiesCodingsAndCorsWorkAsOverHttp1() throws Exception {
    site.redirect("/r", 302, "/end", "Set-Cookie: id=1; Secure").on("/end", 200, "end")
        .on("/module", 200, "", "Access-Control-Allow-Origin: https://other.localhost");

    assertEquals("end", new String(get(client, url("/r#f")).body()));
    assertEquals("id=1", site.last().header("cookie"));
    FetchRequest module = FetchRequest.module(Url.parse(url("/module")),
        Url.parse("https://other.localhost/").origin(), null);
    assertEquals(FetchResponse.Tainting.CORS, fetch(client, module).tainting());
    assertNull(site.last().header("cookie"));
    failure(client, FetchRequest.module(Url.parse(url("/end")), Origin.opaque(), null), Reason.CORS);
  }

  @Test
  void theLimitOfTheBodyHolds() throws Exception {
    int limit = (int) Fetching.QUICK.maxBodyBytes();
    site.on("/full", 200, new byte[limit]).on("/over", 200, new byte[limit + 1]).on("/", 200, "fine");

    assertArrayEquals(new byte[limit], get(client, url("/full")).body());
    failure(client, url("/over"), Reason.TOO_LARGE);
    assertEquals("fine", new String(get(client, url("/")).body()), "one refused stream must not end the connection");
  }

  @Test
  void theLimitOfTheHeadersHolds() throws Exception {
    site.on("/many", 200, "", IntStream.range(0, 400).mapToObj(i -> "X-" + i + ": " + "v".repeat(60))
        .toArray(String[]::new)).on("/one", 200, "", "X-Long: " + "v".repeat(40_000)).on("/", 200, "fine");

    failure(client, url("/many"), Reason.TOO_LARGE);
    failure(client, url("/one"), Reason.TOO_LARGE);
    assertEquals("fine", new String(get(client, url("/")).body()));
  }

  @Test
  void manyRequestsShareOneConnection() throws Exception {
    site.on("/shared", 200, "x".repeat(2000));
    get(client, url("/shared"));
    int before = site.seen().size();

    List<CompletableFuture<FetchResponse>> responses = IntStream.range(0, 300).mapToObj(i -> {
      try {
        return client.fetch(FetchRequest.document(Url.parse(url("/shared?" + i))));
      } catch (UrlParseException e) {
        throw new IllegalStateException(e);
      }
    }).toList();
    for (CompletableFuture<FetchResponse> response : responses) {
      assertEquals(2000, response.get(60, TimeUnit.SECONDS).body().length);
    }

    Set<Integer> ports = new HashSet<>();
    site.seen().subList(before, site.seen().size()).forEach(seen -> ports.add(seen.clientPort()));
    assertTrue(ports.size() < 10, ports.toString());
  }

  @Test
  void aPathGoesOutByteForByte() throws Exception {
    for (String target : new String[] {"//evil.example/x", "/a?b=c|d", "/a//b", "/a:b", "/?%zz"}) {
      Url url = Url.parse(url(target));
      get(client, url.href());
      assertEquals(url.path() + url.query().map("?"::concat).orElse(""), site.last().target());
    }
  }
}
