package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.Refusal.Rule;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The rules that {@link PolicyTest}, {@link IntegrityTest} and {@link MimeSniffingTest} hold in full against a link of
 * the chain, here with servers of several origins: what is allowed arrives, what is not is refused by its rule.
 */
@ParameterizedClass
@EnumSource(Protocol.class)
class PolicyNetworkTest extends ProtocolTest {

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 0};


  @Override
  FetchClient build(FetchClient.Builder builder) {
    return builder.dns(host -> List.of(InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}))).build();
  }

  private FetchRequest request(String page, String host, String path, Mode mode, Destination destination)
      throws UrlParseException {
    Url referrer = site.url(page, "/");
    return new FetchRequest(site.url(host, path), mode, Credentials.SAME_ORIGIN, destination, referrer.origin(),
        referrer).in(PartitionKey.topLevel(referrer.origin()));
  }

  private void assertRefused(FetchRequest request, Rule rule, Reason reason) {
    assertEquals(rule, failure(client, request, reason).refusal().orElseThrow().rule());
  }

  /** RFC 6797 §8.3: the port that the URL names is kept. */
  @Test
  void rfc6797AHostThatAsksForItIsAskedOverTlsAlone() throws Exception {
    assumeTrue(protocol.isSecure(), "a header over plain HTTP says nothing, as the next test shows");
    site.on("/", 200, "x", "Strict-Transport-Security: max-age=100");
    String plain = "http://a.example:" + site.port() + "/";

    failure(client, plain, Reason.PROTOCOL);
    fetch(client, FetchRequest.document(site.url("a.example", "/")));
    FetchResponse response = fetch(client, FetchRequest.document(Url.parse(plain)));

    assertEquals("https", response.url().scheme());
    failure(client, "http://b.example:" + site.port() + "/", Reason.PROTOCOL);
  }

  @Test
  void rfc6797LocalhostAndPlainServersAreNeverLearned() throws Exception {
    site.on("/", 200, "x", "Strict-Transport-Security: max-age=100");
    fetch(client, FetchRequest.document(site.url("a.localhost", "/")));
    try (TestSite plain = new TestSite().on("/", 200, "plain", "Strict-Transport-Security: max-age=100")) {
      for (String host : new String[] {"a.localhost", "a.example", "a.example"}) {
        assertEquals("plain", new String(fetch(client, FetchRequest.document(plain.url(host, "/"))).body()));
      }
    }
  }

  @Test
  void mixedContent44APageOverTlsAsksNobodyWithoutIt() throws Exception {
    assumeTrue(protocol.isSecure(), "only what came over TLS can be mixed");
    Url page = site.url("a.example", "/");
    try (TestSite plain = new TestSite().on("/", 200, "x", "Access-Control-Allow-Origin: *")) {
      for (String host : List.of("b.example", "127.0.0.1")) {
        FetchRequest request = new FetchRequest(plain.url(host, "/"), Mode.CORS, Credentials.OMIT, Destination.EMPTY,
            page.origin(), page);
        if (host.equals("127.0.0.1")) {
          assertEquals("x", new String(fetch(client, request).body()), "loopback is potentially trustworthy");
        } else {
          assertRefused(request, Rule.MIXED_CONTENT, Reason.BLOCKED);
        }
      }
      assertEquals(1, plain.seen().size());
    }
  }

  @ParameterizedTest
  @CsvSource({"same-origin, shop, shop, true", "same-origin, www.shop, shop, false", "same-site, www.shop, shop, true",
      "same-site, other, shop, false", "cross-origin, other, shop, true", "none, other, shop, true"})
  void fetch37AResponseIsGivenToThoseWhomItsResourcePolicyNames(String policy, String page, String host,
                                                                  boolean allowed) throws Exception {
    site.on("/i", 200, PNG, "Content-Type: image/png", "Cross-Origin-Resource-Policy: " + policy);
    FetchRequest image = request(page + ".localhost", host + ".localhost", "/i", Mode.NO_CORS, Destination.IMAGE);
    if (allowed) {
      fetch(client, image);
    } else {
      assertRefused(image, Rule.CORP, Reason.BLOCKED);
    }
  }

  @Test
  void fetch36NosniffHoldsScriptsAndStylesToTheirTypes() throws Exception {
    site.on("/html", 200, "x", "Content-Type: text/html", "X-Content-Type-Options: nosniff")
        .on("/js", 200, "x", "Content-Type: text/javascript", "X-Content-Type-Options: nosniff")
        .on("/css", 200, "x", "Content-Type: text/css", "X-Content-Type-Options: nosniff");
    assertRefused(request("shop.localhost", "shop.localhost", "/html", Mode.CORS, Destination.SCRIPT), Rule.NOSNIFF,
        Reason.MIME_TYPE);
    fetch(client, request("shop.localhost", "shop.localhost", "/js", Mode.CORS, Destination.SCRIPT));
    assertRefused(request("shop.localhost", "shop.localhost", "/js", Mode.CORS, Destination.STYLE), Rule.NOSNIFF,
        Reason.MIME_TYPE);
    fetch(client, request("shop.localhost", "shop.localhost", "/css", Mode.CORS, Destination.STYLE));
  }

  @Test
  void fetch210AnImageIsNoScript() throws Exception {
    site.on("/i", 200, PNG, "Content-Type: image/png").on("/js", 200, "x", "Content-Type: text/plain");
    assertRefused(request("shop.localhost", "shop.localhost", "/i", Mode.CORS, Destination.SCRIPT), Rule.MIME_TYPE,
        Reason.MIME_TYPE);
    fetch(client, request("shop.localhost", "shop.localhost", "/js", Mode.CORS, Destination.SCRIPT));
  }

  @Test
  void orbAnOpaqueResponseThatIsNoMediaIsKeptOut() throws Exception {
    site.on("/json", 200, "{\"secret\":1}", "Content-Type: application/json")
        .on("/claimed", 200, "<html>secret", "Content-Type: text/html", "X-Content-Type-Options: nosniff")
        .on("/i", 200, PNG, "Content-Type: image/png").on("/untyped", 200, PNG);
    for (String path : List.of("/json", "/claimed")) {
      assertRefused(request("other.localhost", "shop.localhost", path, Mode.NO_CORS, Destination.IMAGE), Rule.ORB,
          Reason.BLOCKED);
    }
    for (String path : List.of("/i", "/untyped")) {
      assertEquals(FetchResponse.Type.OPAQUE,
          fetch(client, request("other.localhost", "shop.localhost", path, Mode.NO_CORS, Destination.IMAGE)).type());
    }
  }

  @Test
  void sri33ABodyMustHaveItsDigest() throws Exception {
    site.on("/", 200, "alert('Hello, world.');", "Access-Control-Allow-Origin: *");
    FetchRequest script = request("other.localhost", "shop.localhost", "/", Mode.CORS, Destination.SCRIPT);
    fetch(client, script.withIntegrity("sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="));
    assertRefused(script.withIntegrity("sha256-AAAA"), Rule.INTEGRITY, Reason.INTEGRITY);
    assertRefused(request("other.localhost", "shop.localhost", "/", Mode.NO_CORS, Destination.SCRIPT)
        .withIntegrity("sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="), Rule.INTEGRITY, Reason.INTEGRITY);
  }

  /** Referrer Policy §8.1, and of a redirect §8.2. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', nullValues = "none", value = {
      "NO_REFERRER | none | none", "SAME_ORIGIN | OWN/page?q | none", "ORIGIN | OWN/ | OWN/",
      "STRICT_ORIGIN_WHEN_CROSS_ORIGIN | OWN/page?q | OWN/", "UNSAFE_URL | OWN/page?q | OWN/page?q"})
  void referrerPolicy81WhatAServerIsTold(ReferrerPolicy policy, String same, String cross) throws Exception {
    site.on("/", 200, "", "Access-Control-Allow-Origin: *");
    Url page = site.url("shop.localhost", "/page?q#f");
    for (String host : List.of("shop.localhost", "other.localhost")) {
      fetch(client, new FetchRequest(site.url(host, "/"), Mode.CORS, Credentials.OMIT, Destination.EMPTY,
          page.origin(), page).withReferrerPolicy(policy));
      String expected = host.equals("shop.localhost") ? same : cross;
      assertEquals(expected == null ? null : expected.replace("OWN", page.origin().toString()),
          site.last().header("referer"), host);
    }
  }
}
