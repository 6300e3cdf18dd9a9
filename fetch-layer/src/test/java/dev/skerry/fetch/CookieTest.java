package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.fetch;
import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Cookies by RFC 6265bis: through real servers, and the rules of the store by themselves. */
@ParameterizedClass
@EnumSource(Protocol.class)
class CookieTest extends ProtocolTest {

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final CookieJar jar = new CookieJar(() -> now);

  private static CookieContext firstParty(String url) throws UrlParseException {
    Url parsed = Url.parse(url);
    return new CookieContext(parsed, true, true, parsed.origin().site(), false);
  }

  private String header(String url) throws UrlParseException {
    return jar.header(firstParty(url)).orElse(null);
  }

  private void set(String url, String header) throws UrlParseException {
    jar.set(header, firstParty(url));
  }

  private PartitionKey page(String host) throws UrlParseException {
    return PartitionKey.topLevel(site.url(host, "/").origin());
  }

  private FetchRequest from(String page, String host, String path, Credentials credentials) throws UrlParseException {
    Url referrer = site.url(page, "/");
    return new FetchRequest(site.url(host, path), Mode.CORS, credentials, Destination.EMPTY, referrer.origin(),
        referrer).in(page(page));
  }

  @Test
  void aCookieOfANavigationComesBackOnTheNextAndOnEveryPort() throws Exception {
    site.on("/set", 200, "", "Set-Cookie: id=1; Path=/", "Set-Cookie: b=2; HttpOnly; Secure").on("/", 200, "");

    FetchResponse response = get(client, site.origin("shop.localhost") + "/set");
    get(client, site.origin("shop.localhost") + "/");

    assertEquals(Optional.empty(), response.header("set-cookie"));
    assertEquals("id=1; b=2", site.last().header("cookie"));
    get(client, site.origin("other.localhost") + "/");
    assertNull(site.last().header("cookie"));
  }

  @Test
  void aCookieOfARedirectIsSentOnTheNextHop() throws Exception {
    site.redirect("/login", 302, "/home", "Set-Cookie: session=s").on("/home", 200, "");

    get(client, site.origin("shop.localhost") + "/login");

    assertEquals("session=s", site.last().header("cookie"));
  }

  @Test
  void theCredentialsModeDecidesOfSubresources() throws Exception {
    String allow = "Access-Control-Allow-Origin: " + site.origin("shop.localhost");
    site.on("/", 200, "", "Set-Cookie: id=1; Domain=shop.localhost", allow, "Access-Control-Allow-Credentials: true");
    get(client, site.origin("shop.localhost") + "/");

    fetch(client, from("shop.localhost", "shop.localhost", "/", Credentials.OMIT));
    assertNull(site.last().header("cookie"));
    fetch(client, from("shop.localhost", "shop.localhost", "/", Credentials.SAME_ORIGIN));
    assertEquals("id=1", site.last().header("cookie"));
    fetch(client, from("shop.localhost", "x.shop.localhost", "/", Credentials.SAME_ORIGIN));
    assertNull(site.last().header("cookie"));
    fetch(client, from("shop.localhost", "x.shop.localhost", "/", Credentials.INCLUDE));
    assertEquals("id=1", site.last().header("cookie"));
  }

  @Test
  void aRequestThatDoesNotSayInWhichPageItIsMadeHasNoCookies() throws Exception {
    site.on("/", 200, "", "Set-Cookie: id=1");
    get(client, site.origin("shop.localhost") + "/");
    Url page = site.url("shop.localhost", "/");

    fetch(client, FetchRequest.frame(page, page.origin(), page));

    assertNull(site.last().header("cookie"));
  }

  @Test
  void aThirdPartyHasPartitionedCookiesAlone() throws Exception {
    site.on("/", 200, "", "Access-Control-Allow-Origin: " + site.origin("shop.localhost"),
        "Access-Control-Allow-Credentials: true", "Set-Cookie: plain=1; SameSite=None; Secure",
        "Set-Cookie: parted=1; SameSite=None; Secure; Partitioned");

    fetch(client, from("shop.localhost", "third.localhost", "/", Credentials.INCLUDE));
    fetch(client, from("shop.localhost", "third.localhost", "/", Credentials.INCLUDE));
    assertEquals("parted=1", site.last().header("cookie"));

    site.on("/", 200, "");
    get(client, site.origin("third.localhost") + "/");
    assertNull(site.last().header("cookie"), "the third party as a page of its own is another partition");
  }

  @Test
  void sameSiteDecidesWhatANavigationFromAnotherSiteCarries() throws Exception {
    site.on("/set", 200, "", "Set-Cookie: strict=1; SameSite=Strict; Path=/", "Set-Cookie: lax=1; SameSite=Lax; Path=/",
        "Set-Cookie: default=1; Path=/", "Set-Cookie: none=1; SameSite=None; Secure; Path=/").on("/", 200, "")
        .redirect("/away", 302, site.origin("shop.localhost") + "/");
    get(client, site.origin("shop.localhost") + "/set");
    Url other = site.url("other.localhost", "/");
    Url shop = site.url("shop.localhost", "/");

    get(client, shop.href());
    assertEquals("strict=1; lax=1; default=1; none=1", site.last().header("cookie"));
    fetch(client, new FetchRequest(shop, Mode.NAVIGATE, Credentials.INCLUDE, Destination.DOCUMENT, other.origin(),
        other));
    assertEquals("lax=1; default=1; none=1", site.last().header("cookie"));
    get(client, other.href() + "away");
    assertEquals("lax=1; default=1; none=1", site.last().header("cookie"), "a cross-site redirect is cross-site");
    fetch(client, FetchRequest.frame(shop, other.origin(), other).in(page("other.localhost")));
    assertNull(site.last().header("cookie"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "https://a.example.com/ | a=1; Domain=example.com | https://b.example.com/ | a=1",
      "https://a.example.com/ | a=1 | https://a.example.com/ | a=1",
      "https://a.example.com/ | a=1 | https://b.a.example.com/ | ",
      "https://a.example.com/ | a=1; Domain=b.example.com | https://b.example.com/ | ",
      "https://a.example.com/ | a=1; Domain=com | https://b.com/ | ",
      "https://a.co.uk/ | a=1; Domain=co.uk | https://b.co.uk/ | ",
      "https://github.io/ | a=1; Domain=github.io | https://github.io/ | a=1",
      "https://github.io/ | a=1; Domain=github.io | https://x.github.io/ | ",
      "http://a.localhost/ | a=1; Domain=localhost | http://b.localhost/ | ",
      "http://x.shop.localhost/ | a=1; Domain=shop.localhost | http://y.shop.localhost/ | a=1",
      "http://127.0.0.1/ | a=1; Domain=127.0.0.1 | http://127.0.0.1/ | a=1",
      "http://127.0.0.1/ | a=1; Domain=0.0.1 | http://127.0.0.1/ | ",
      "http://[::1]/ | a=1 | http://[::1]:99/ | a=1",
      "http://a.example/ | a=1; Secure | http://a.example/ | ",
      "https://a.example/ | a=1; Secure | http://a.example/ | ",
      "http://localhost/ | a=1; Secure | http://localhost/ | a=1",
      "https://a.example/x/y | a=1 | https://a.example/x/z | a=1",
      "https://a.example/x/y | a=1 | https://a.example/xy | ",
      "https://a.example/x/y | a=1; Path=nothing | https://a.example/x | a=1",
      "https://a.example/ | a=1; SameSite=None | https://a.example/ | ",
      "https://a.example/ | a=1; Partitioned | https://a.example/ | ",
      "https://a.example/ | __Secure-a=1 | https://a.example/ | ",
      "https://a.example/ | __Secure-a=1; Secure | https://a.example/ | __Secure-a=1",
      "https://a.example/ | __HOST-a=1; Secure; Path=/ | https://a.example/ | __HOST-a=1",
      "https://a.example/ | __Host-a=1; Secure | https://a.example/ | ",
      "https://a.example/ | __Host-a=1; Secure; Path=/; Domain=a.example | https://a.example/ | ",
      "https://a.example/ | __Host-a=1; Path=/ | https://a.example/ | ",
      "https://a.example/ | =__Host-a=1; Secure; Path=/ | https://a.example/ | ",
      "https://a.example/ | a=1; Max-Age=0 | https://a.example/ | ",
      "https://a.example/ | a=1; Max-Age=-5 | https://a.example/ | ",
      "https://a.example/ | a=1; Max-Age=x | https://a.example/ | a=1",
      "https://a.example/ | a=1; Max-Age=99999999999999999999 | https://a.example/ | a=1",
      "https://a.example/ | a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=9 | https://a.example/ | a=1",
      "https://a.example/ | a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT | https://a.example/ | ",
  })
  void aCookieIsStoredAndSentByItsAttributes(String url, String setCookie, String to, String expected)
      throws Exception {
    set(url, setCookie);
    assertEquals(expected, header(to));
  }

  @Test
  void anInsecureConnectionCannotOverlayASecureCookie() throws Exception {
    set("https://a.example/", "id=right; Secure");
    set("http://a.example/", "id=wrong");
    set("http://x.a.example/", "id=wrong; Domain=a.example");
    set("http://a.example/", "other=fine");

    assertEquals("id=right; other=fine", header("https://a.example/"));
  }

  @Test
  void anUpdateKeepsThePlaceAndAnExpiredOneRemoves() throws Exception {
    set("https://a.example/", "a=1");
    set("https://a.example/", "b=1");
    set("https://a.example/", "a=2; Max-Age=100");
    assertEquals("a=2; b=1", header("https://a.example/"));
    now = now.plusSeconds(101);
    assertEquals("b=1", header("https://a.example/"));
    set("https://a.example/", "b=; Max-Age=0");
    assertNull(header("https://a.example/"));
  }

  @Test
  void noCookieLivesLongerThan400Days() throws Exception {
    set("https://a.example/", "a=1; Max-Age=999999999");
    set("https://a.example/", "b=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT");
    now = now.plus(Duration.ofDays(400)).minusSeconds(1);
    assertEquals("a=1; b=1", header("https://a.example/"));
    now = now.plusSeconds(1);
    assertNull(header("https://a.example/"));
  }

  @Test
  void anOversizedCookieIsIgnoredAndAnOversizedAttributeToo() throws Exception {
    set("https://a.example/", "a=" + "x".repeat(4096));
    assertNull(header("https://a.example/"));
    set("https://a.example/", "a=" + "x".repeat(4095));
    assertEquals(4097, header("https://a.example/").length());
    set("https://a.example/", "b=1; Path=/" + "x".repeat(1024));
    assertTrue(header("https://a.example/").endsWith("; b=1"));
  }

  @Test
  void aSiteKeeps180CookiesAndTheJar3000() throws Exception {
    set("https://a.example/", "kept=1; Secure");
    for (int i = 0; i < 300; i++) {
      set("https://a.example/", "c" + i + "=1");
    }
    String[] kept = header("https://a.example/").split("; ");
    assertEquals(180, kept.length);
    assertEquals("kept=1", kept[0]);
    assertEquals("c299=1", kept[179]);
    for (int host = 0; host < 40; host++) {
      for (int i = 0; i < 100; i++) {
        set("https://h" + host + ".example/", "c" + i + "=1");
      }
    }
    int total = header("https://a.example/").split("; ").length;
    for (int host = 0; host < 40; host++) {
      total += header("https://h" + host + ".example/").split("; ").length;
    }
    assertEquals(3000, total);
  }
}
