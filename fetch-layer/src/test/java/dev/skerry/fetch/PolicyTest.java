package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * HSTS (RFC 6797), mixed content, Cross-Origin-Resource-Policy (Fetch §3.7) and the MIME types of scripts (Fetch §2.10,
 * §3.6). The servers are a link of the chain here: the rules are above the network.
 */
class PolicyTest {

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private NetworkResponse answer = new NetworkResponse(200, List.of(), new byte[0]);
  private final FetchClient client = FetchClient.create(Fetching.QUICK, null, List.of((request, next) -> {
    asked.add(request.url().href());
    return CompletableFuture.completedFuture(answer);
  }));
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final HstsStore hsts = new HstsStore(() -> now);

  @AfterEach
  void stop() {
    client.close();
  }

  private void answerWith(String... headers) {
    HeaderList list = new HeaderList();
    for (String header : headers) {
      list.append(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 1));
    }
    answer = new NetworkResponse(200, list.headers(), new byte[0]);
  }

  private static FetchRequest request(String url, Mode mode, Destination destination, String origin)
      throws UrlParseException {
    Url page = Url.parse(origin);
    return new FetchRequest(Url.parse(url), mode, Credentials.OMIT, destination, page.origin(), page);
  }

  private Optional<String> upgrade(String url) throws UrlParseException {
    return hsts.upgrade(Url.parse(url)).map(Url::href);
  }

  @Test
  void aKnownHostIsAskedOverHttpsAlone() throws Exception {
    answerWith("Strict-Transport-Security: max-age=100");
    fetch(client, FetchRequest.document(Url.parse("https://a.example/")));

    FetchResponse response = fetch(client, FetchRequest.document(Url.parse("http://a.example:8080/x#y")));

    assertEquals(List.of("https://a.example/", "https://a.example:8080/x#y"), asked);
    assertEquals("https://a.example:8080/x#y", response.url().href());
  }

  @Test
  void aHostIsLearnedFromItsTopLevelDocumentOverHttpsAlone() throws Exception {
    answerWith("Strict-Transport-Security: max-age=100", "Access-Control-Allow-Origin: *");
    fetch(client, FetchRequest.document(Url.parse("http://a.example/")));
    fetch(client, FetchRequest.module(Url.parse("https://a.example/"), Url.parse("https://b.example/").origin(), null));
    fetch(client, FetchRequest.document(Url.parse("http://a.example/")));

    assertEquals("http://a.example/", asked.get(2));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "max-age=100 | https://a.example/ | ",
      "max-age=100; includeSubDomains | https://a.example/ | https://x.y.a.example/",
      "MAX-AGE=\"100\" ; IncludeSubdomains=ignored; unknown | https://a.example/ | https://x.y.a.example/",
      "max-age=0 | | ",
      "includeSubDomains | | ",
      "max-age=1; max-age=2 | | ",
      "max-age=x | | ",
      "max-age= | | ",
      "max-age=-1 | | ",
      "'' | | ",
  })
  void aHeaderIsReadAsRfc6797Says(String header, String host, String subdomain) throws Exception {
    hsts.note(Url.parse("https://a.example/"), header);
    assertEquals(Optional.ofNullable(host), upgrade("http://a.example/"));
    assertEquals(Optional.ofNullable(subdomain), upgrade("http://x.y.a.example/"));
    assertEquals(Optional.empty(), upgrade("http://ba.example/"));
    assertEquals(Optional.empty(), upgrade("http://example/"));
  }

  @Test
  void aKnownHostIsForgottenInTimeAndOnRequest() throws Exception {
    hsts.note(Url.parse("https://a.example/"), "max-age=100");
    now = now.plusSeconds(99);
    assertEquals(Optional.of("https://a.example/"), upgrade("http://a.example./").map(url -> url.replace("./", "/")));
    now = now.plusSeconds(1);
    assertEquals(Optional.empty(), upgrade("http://a.example/"));
    hsts.note(Url.parse("https://a.example/"), "max-age=100");
    hsts.note(Url.parse("https://a.example/"), "max-age=0");
    assertEquals(Optional.empty(), upgrade("http://a.example/"));
  }

  @ParameterizedTest
  @CsvSource({"localhost", "a.localhost", "127.0.0.1", "[::1]", "192.0.2.1"})
  void addressesAndLocalhostNamesNeverBecomeKnown(String host) throws Exception {
    hsts.note(Url.parse("https://" + host + "/"), "max-age=100; includeSubDomains");
    assertEquals(Optional.empty(), upgrade("http://" + host + "/"));
  }

  @Test
  void theStoreIsBounded() throws Exception {
    for (int i = 0; i <= 10_000; i++) {
      hsts.note(Url.parse("https://h" + i + ".example/"), "max-age=100");
    }
    assertEquals(Optional.empty(), upgrade("http://h0.example/"));
    assertEquals(Optional.of("https://h1.example/"), upgrade("http://h1.example/"));
    assertEquals(Optional.of("https://h10000.example/"), upgrade("http://h10000.example/"));
  }

  @ParameterizedTest
  @CsvSource({
      "https://a.example/, http://b.example/x, NO_CORS, EMPTY, true",
      "https://a.example/, http://a.example/x, NAVIGATE, IFRAME, true",
      "https://a.example/, http://b.example/x, NAVIGATE, DOCUMENT, false",
      "https://a.example/, https://b.example/x, NO_CORS, EMPTY, false",
      "https://a.example/, http://localhost/x, NO_CORS, EMPTY, false",
      "http://a.example/, http://b.example/x, NO_CORS, EMPTY, false",
      "http://localhost/, http://b.example/x, NO_CORS, EMPTY, false",
  })
  void anHttpsPageLoadsNothingOverPlainHttp(String page, String url, Mode mode, Destination destination,
                                           boolean blocked) throws Exception {
    FetchRequest request = request(url, mode, destination, page);
    if (blocked) {
      assertTrue(failure(client, request, Reason.BLOCKED).getMessage().contains("mixed content"));
      assertEquals(List.of(), asked);
    } else {
      fetch(client, request);
    }
  }

  /** An opaque origin has no scheme, but the document and the page that it is in came over TLS all the same. */
  @ParameterizedTest
  @CsvSource({
      "https://a.example/, https://a.example/, true",
      "about:srcdoc, https://a.example/, true",
      "data:text/html;x, https://a.example/, true",
      "about:srcdoc, http://a.example/, false",
  })
  void aSandboxedDocumentLoadsNothingOverPlainHttpEither(String document, String page, boolean blocked)
      throws Exception {
    Origin sandboxed = Origin.opaque();
    PartitionKey partition = PartitionKey.of(Url.parse(page).origin(), sandboxed, true);
    RequestClient frame = new RequestClient(Url.parse(document), sandboxed, "", 200, PolicyContainer.EMPTY, false,
        false, partition, Map.of(), FetchObserver.NONE);
    FetchRequest request = new FetchRequest(Url.parse("http://b.example/x"), Mode.NO_CORS, Credentials.OMIT,
        Destination.IMAGE, sandboxed, null).in(partition).withClient(frame);
    if (blocked) {
      assertTrue(failure(client, request, Reason.BLOCKED).getMessage().contains("mixed content"));
      assertEquals(List.of(), asked);
    } else {
      fetch(client, request);
      assertEquals(List.of("http://b.example/x"), asked);
    }
  }

  @Test
  void aRedirectToPlainHttpIsMixedContentToo() throws Exception {
    answer = new NetworkResponse(302, List.of(new FetchResponse.Header("location", "http://b.example/")), new byte[0]);
    failure(client, request("https://b.example/", Mode.NO_CORS, Destination.EMPTY, "https://a.example/"),
        Reason.BLOCKED);
    assertEquals(List.of("https://b.example/"), asked);
  }

  @ParameterizedTest
  @CsvSource({
      "same-origin, https://a.example/, https://b.example/, true",
      "same-origin, https://x.a.example/, https://a.example/, true",
      "same-site, https://x.a.example/, https://a.example/, false",
      "same-site, https://b.example/, https://a.example/, true",
      "same-site, http://x.a.example/, https://a.example/, true",
      "same-site, http://x.a.example/, http://a.example/, false",
      "cross-origin, https://b.example/, https://a.example/, false",
      "Same-Origin, https://b.example/, https://a.example/, false",
      "unknown, https://b.example/, https://a.example/, false",
  })
  void aNoCorsResponseIsGivenToThoseWhomItsPolicyNames(String policy, String page, String url, boolean blocked)
      throws Exception {
    answerWith("Cross-Origin-Resource-Policy: " + policy);
    FetchRequest request = request(url, Mode.NO_CORS, Destination.EMPTY, page);
    if (blocked) {
      failure(client, request, Reason.BLOCKED);
    } else {
      fetch(client, request);
    }
  }

  @Test
  void thePolicyDoesNotConcernTheOwnOriginCorsAndNavigations() throws Exception {
    answerWith("Cross-Origin-Resource-Policy: same-origin", "Access-Control-Allow-Origin: *");
    fetch(client, request("https://a.example/", Mode.NO_CORS, Destination.EMPTY, "https://a.example/"));
    fetch(client, request("https://b.example/", Mode.CORS, Destination.EMPTY, "https://a.example/"));
    fetch(client, request("https://b.example/", Mode.NAVIGATE, Destination.IFRAME, "https://a.example/"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "image/png | '' | true",
      "audio/x | '' | true",
      "video/mp4 | '' | true",
      "text/csv | '' | true",
      "text/html | '' | false",
      "text/html | nosniff | true",
      "text/html | NoSniff, x | true",
      "text/html | x, nosniff | false",
      "application/wasm | nosniff | false",
      "text/javascript | nosniff | false",
      "broken | nosniff | true",
  })
  void aScriptComesWithATypeThatScriptsCanHave(String type, String options, boolean blocked) throws Exception {
    answerWith("Content-Type: " + type, "X-Content-Type-Options: " + options);
    FetchRequest script = FetchRequest.module(Url.parse("http://a.example/"), Url.parse("http://a.example/").origin(),
        null);
    if (blocked) {
      failure(client, script, Reason.MIME_TYPE);
    } else {
      fetch(client, script);
    }
    fetch(client, FetchRequest.document(Url.parse("http://a.example/")));
  }
}
