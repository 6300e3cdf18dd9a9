package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Referrer Policy §8: what each policy tells, and which policy a header or a redirect sets. */
class ReferrerPolicyTest {

  private static final String FULL = "https://a.example/page?q";
  private static final String ORIGIN = "https://a.example/";

  /** To the own origin, to another https origin, to http; each full, origin or none. */
  @ParameterizedTest
  @CsvSource({
      "no-referrer, none, none, none",
      "no-referrer-when-downgrade, full, full, none",
      "same-origin, full, none, none",
      "origin, origin, origin, origin",
      "strict-origin, origin, origin, none",
      "origin-when-cross-origin, full, origin, origin",
      "strict-origin-when-cross-origin, full, origin, none",
      "unsafe-url, full, full, full",
  })
  void aPolicyTellsNoMoreThanItSays(String token, String sameOrigin, String crossOrigin, String downgrade)
      throws Exception {
    ReferrerPolicy policy = ReferrerPolicy.parse(token).orElseThrow();
    assertEquals(token, policy.token());
    Url source = Url.parse("https://user:word@a.example/page?q#fragment");
    assertEquals(expected(sameOrigin), policy.referrer(source, Url.parse("https://a.example/x")));
    assertEquals(expected(crossOrigin), policy.referrer(source, Url.parse("https://b.example/x")));
    assertEquals(expected(downgrade), policy.referrer(source, Url.parse("http://a.example/x")));
  }

  private static Optional<String> expected(String what) {
    return what.equals("full") ? Optional.of(FULL) : what.equals("origin") ? Optional.of(ORIGIN) : Optional.empty();
  }

  @Test
  void aLocalOrMissingReferrerIsNotTold() throws Exception {
    Url target = Url.parse("https://a.example/");
    for (String local : new String[] {"about:blank", "data:text/html,x", "blob:https://a.example/1", "file:///x"}) {
      assertEquals(Optional.empty(), ReferrerPolicy.UNSAFE_URL.referrer(Url.parse(local), target), local);
    }
    assertEquals(Optional.empty(), ReferrerPolicy.UNSAFE_URL.referrer(null, target));
  }

  @Test
  void aReferrerOfMoreThan4096CharactersIsCutToItsOrigin() throws Exception {
    Url target = Url.parse("https://a.example/");
    String fits = "https://a.example/" + "x".repeat(4096 - 18);
    assertEquals(Optional.of(fits), ReferrerPolicy.DEFAULT.referrer(Url.parse(fits), target));
    assertEquals(Optional.of(ORIGIN), ReferrerPolicy.DEFAULT.referrer(Url.parse(fits + "x"), target));
  }

  @Test
  void theLastKnownTokenOfAHeaderCounts() {
    assertEquals(Optional.of(ReferrerPolicy.ORIGIN), ReferrerPolicy.parse("no-referrer, ORIGIN, future-policy"));
    assertEquals(Optional.empty(), ReferrerPolicy.parse("future-policy, "));
  }

  @Test
  void aRedirectSetsThePolicyOfTheNextHop() throws Exception {
    try (TestSite site = new TestSite(); FetchClient client = FetchClient.create(Fetching.QUICK)) {
      site.redirect("/quiet", 302, "/end", "Referrer-Policy: no-referrer").redirect("/plain", 302, "/end")
          .on("/end", 200, "");
      Url page = site.url("shop.localhost", "/page");
      for (String path : new String[] {"/plain", "/quiet"}) {
        Fetching.fetch(client, FetchRequest.module(site.url("shop.localhost", path), page.origin(), page));
        assertEquals(path.equals("/plain") ? page.href() : null, site.last().header("referer"), path);
      }
      Fetching.fetch(client, FetchRequest.module(site.url("shop.localhost", "/end"), page.origin(), page)
          .withReferrerPolicy(ReferrerPolicy.NO_REFERRER));
      assertNull(site.last().header("referer"));
    }
  }
}
