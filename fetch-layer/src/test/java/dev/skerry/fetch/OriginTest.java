package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Origins, sites and trust (HTML §7.1.1, Secure Contexts §3.1). */
class OriginTest {

  private static Origin origin(String url) throws UrlParseException {
    return Url.parse(url).origin();
  }

  @Test
  void anOriginIsSchemeHostAndPort() throws Exception {
    assertEquals(origin("http://a.example/x"), origin("http://A.example:80/y?z"));
    assertNotEquals(origin("http://a.example/"), origin("https://a.example/"));
    assertNotEquals(origin("http://a.example/"), origin("http://b.example/"));
    assertNotEquals(origin("http://a.example/"), origin("http://a.example:8080/"));
    assertNotEquals(origin("http://a.example/"), origin("http://a.example./"));
    assertEquals("http://a.example:8080", origin("http://u:p@a.example:8080/").toString());
    assertEquals(-1, origin("https://a.example:443/").port());
    assertEquals(8080, origin("http://a.example:8080/").port());
  }

  @Test
  void anOpaqueOriginIsEqualToItselfAlone() throws Exception {
    Origin opaque = Origin.opaque();
    assertEquals(opaque, opaque);
    assertNotEquals(opaque, Origin.opaque());
    assertTrue(opaque.isSameSite(opaque));
    assertFalse(opaque.isSameSite(Origin.opaque()));
    assertFalse(opaque.isSameSite(origin("http://a.example/")));
    assertEquals("null", opaque.toString());
    assertFalse(opaque.isPotentiallyTrustworthy());
    for (String url : new String[] {"data:,x", "about:blank", "file:///x", "foo://h/", "javascript:1"}) {
      assertTrue(origin(url).isOpaque(), url);
    }
  }

  @Test
  void aBlobUrlHasTheOriginOfTheHttpUrlInIt() throws Exception {
    assertEquals(origin("https://a.example:1/"), origin("blob:https://a.example:1/id"));
    assertTrue(origin("blob:ftp://a.example/id").isOpaque());
    assertTrue(origin("blob:blob:http://a.example/").isOpaque());
    assertTrue(origin("blob:x").isOpaque());
  }

  @ParameterizedTest
  @CsvSource({
      "http://a.example.com, http://b.example.com:99, true",
      "http://example.com, http://a.b.example.com, true",
      "http://example.com, https://example.com, false",
      "http://example.com, http://example.org, false",
      "http://a.github.io, http://b.github.io, false",
      "http://github.io, http://github.io:8080, true",
      "http://a.github.io, http://github.io, false",
      "http://a.co.uk, http://b.co.uk, false",
      "http://www.ck, http://x.www.ck, true",
      "http://a.b.ck, http://c.b.ck, false",
      "http://x.a.b.ck, http://y.a.b.ck, true",
      "http://x.shop.localhost, http://y.shop.localhost, true",
      "http://shop.localhost, http://x.shop.localhost, true",
      "http://shop.localhost, http://a.localhost, false",
      "http://localhost, http://a.localhost, false",
      "http://localhost, http://localhost:99, true",
      "http://1.2.3.4, http://9.2.3.4, false",
      "http://127.0.0.1:1, http://127.0.0.1:2, true",
      "http://[::1]:1, http://[::1]:2, true",
      "http://[::1], http://[::2], false",
      "http://a.unlisted, http://b.a.unlisted, true",
      "http://a.unlisted, http://b.unlisted, false",
      "http://unlisted, http://a.unlisted, false",
      "http://a.example.com., http://b.example.com., true",
      "http://a.example.com., http://a.example.com, false",
      "http://食狮.公司.cn, http://a.食狮.公司.cn, true",
      "http://食狮.公司.cn, http://b.公司.cn, false",
  })
  void originsAreSameSiteIfSchemesAndRegistrableDomainsAreEqual(String a, String b, boolean sameSite) throws Exception {
    assertEquals(sameSite, origin(a).isSameSite(origin(b)));
    assertEquals(sameSite, origin(b).isSameSite(origin(a)));
  }

  @Test
  void aSiteIsSchemeAndRegistrableDomain() throws Exception {
    assertEquals("http://shop.localhost", origin("http://x.shop.localhost:8080/").site());
    assertEquals("https://example.co.uk", origin("https://a.b.example.co.uk/").site());
    assertEquals("http://127.0.0.1", origin("http://127.0.0.1:1/").site());
    assertEquals("http://localhost", origin("http://localhost:1/").site());
    assertEquals("null", Origin.opaque().site());
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://example.com", "wss://example.com", "http://localhost", "http://localhost.",
      "http://a.b.localhost:1", "http://127.0.0.1", "http://127.9.9.9", "http://[::1]"})
  void httpsAndLoopbackAreTrustworthy(String url) throws Exception {
    assertTrue(origin(url).isPotentiallyTrustworthy());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://example.com", "http://localhost.example.com", "http://notlocalhost",
      "ws://example.com", "http://128.0.0.1", "http://[::2]", "http://[::ffff:127.0.0.1]", "http://0.0.0.0",
      "ftp://example.com"})
  void everythingElseIsNot(String url) throws Exception {
    assertFalse(origin(url).isPotentiallyTrustworthy());
  }
}
