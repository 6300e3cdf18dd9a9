package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.http.HttpCookieStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jetty's client behaves like a browser by itself; here it must not. */
class JettyHabitsTest {

  private final FetchClient client = FetchClient.create(Fetching.QUICK);
  private TestSite site;

  @BeforeEach
  void start() throws Exception {
    site = new TestSite();
  }

  @AfterEach
  void stop() {
    client.close();
    site.close();
  }

  @Test
  void aRequestCarriesOurHeadersAndNoOthers() throws Exception {
    site.on("/", 200, "");

    get(client, site.origin("localhost") + "/");

    Set<String> names = new TreeSet<>(site.last().headers().keySet());
    assertEquals(new TreeSet<>(Set.of("host", "user-agent", "accept", "accept-language", "accept-encoding",
        "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user")), names);
    assertTrue(site.last().header("user-agent").contains("Skerry"));
    assertEquals("gzip, deflate, br", site.last().header("accept-encoding"));
  }

  @Test
  void jettyKeepsNoCookieOfARequestWithoutCredentials() throws Exception {
    site.on("/", 200, "", "Set-Cookie: id=1; Path=/");
    FetchRequest request = new FetchRequest(site.url("localhost", "/"), FetchRequest.Mode.NAVIGATE,
        FetchRequest.Credentials.OMIT, FetchRequest.Destination.DOCUMENT, null, null);

    fetch(client, request);
    fetch(client, request);

    assertNull(site.last().header("cookie"));
  }

  @Test
  void aChallengeIsNotAnsweredEvenForAUrlWithCredentials() throws Exception {
    site.on("/", 401, "", "WWW-Authenticate: Basic realm=\"x\"").on("/proxy", 407, "",
        "Proxy-Authenticate: Basic realm=\"x\"");

    assertEquals(401, get(client, "http://user:word@localhost:" + site.port() + "/").status());
    assertEquals(407, get(client, site.origin("localhost") + "/proxy").status());

    assertEquals(2, site.seen().size());
    assertNull(site.seen().get(0).header("authorization"));
  }

  @Test
  void redirectsAreOursSoJettyNeverSeesTheNextUrl() throws Exception {
    site.redirect("/", 302, "http://localhost:6667/irc");

    FetchError error = failure(client, site.origin("localhost") + "/", Reason.BLOCKED);

    assertTrue(error.getMessage().contains("6667"), error.getMessage());
    assertEquals(1, site.seen().size());
  }

  @Test
  void anUpgradeIsNotFollowed() throws Exception {
    try (RawServer raw = RawServer.sending(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")) {
      failure(client, raw.url("/").href(), Reason.PROTOCOL);
    }
  }

  @Test
  void theStartedClientHasEveryHabitOff() throws Exception {
    AddressResolver resolver = new AddressResolver(List.of(), Dns.SYSTEM);
    try (JettyTransport transport = new JettyTransport(Fetching.QUICK, resolver, null, null)) {
      for (String scheme : new String[] {"http", "https"}) {
        HttpClient jetty = transport.client(scheme);
        assertEquals(false, jetty.isFollowRedirects());
        assertEquals(HttpCookieStore.Empty.class, jetty.getHttpCookieStore().getClass());
        assertNull(jetty.getUserAgentField());
        assertNull(jetty.getContentDecoderFactories().getAcceptEncodingField());
        assertEquals(false, jetty.getContentDecoderFactories().iterator().hasNext());
        assertNull(jetty.getProtocolHandlers().remove("redirect"));
        assertNull(jetty.getProtocolHandlers().remove("www-authenticate"));
        assertNull(jetty.getProtocolHandlers().remove("upgrade"));
        assertEquals(false, jetty.getAuthenticationStore().hasAuthenticationResults());
      }
    }
  }

  @Test
  void jettyReadsEveryUrlOfTheConformanceDataAsWeDoOrItIsBlocked() throws Exception {
    List<String> blocked = new ArrayList<>();
    for (Map<String, Object> test : ConformanceData.cases(ConformanceData.json("url/urltestdata.json"))) {
      Url url = test.get("href") == null ? null : Url.parse((String) test.get("href"));
      if (url != null && url.isHttp() && HttpNetwork.disagreement(url).isPresent()) {
        blocked.add(url.href());
      }
    }
    assertEquals(List.of("http://example.com/foo/%2e%2", "http://example.com/foo%", "http://example.com/foo%2",
        "http://example.com/foo%2zbar", "http://example.com/foo%2%C3%82%C2%A9zbar", "http://!\"$&'()*+,-.;=_`{}~/"),
        blocked);
  }

  @Test
  void aUrlThatJettyReadsOtherwiseIsBlockedBeforeAConnection() throws Exception {
    FetchError error = failure(client, "http://!\"$&'()*+,-.;=_`{}~/", Reason.BLOCKED);

    assertTrue(error.getMessage().contains("the HTTP client reads its origin as"), error.getMessage());
  }
}
