package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static dev.skerry.fetch.Policies.client;
import static dev.skerry.fetch.Policies.headers;
import static dev.skerry.fetch.Policies.origin;
import static dev.skerry.fetch.Policies.url;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.Refusal.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may embed what: embedder policy, opener policy, {@code X-Frame-Options}; pure, and against a real server. */
@ParameterizedClass
@EnumSource(value = Protocol.class, names = {"HTTP_1", "HTTP_2"})
class EmbeddingTest extends ProtocolTest {

  private String page;
  private String other;

  @BeforeEach
  void start() throws Exception {
    site.on("/x", 200, "x", "Set-Cookie: a=b").on("/shared", 200, "x",
        "Cross-Origin-Resource-Policy: cross-origin");
    page = site.origin("page.localhost") + "/";
    other = site.origin("other.localhost") + "/";
  }

  private FetchRequest asked(EmbedderPolicy policy, String url, Mode mode, Destination destination,
                             Credentials credentials) {
    PolicyContainer policies = new PolicyContainer(CspList.EMPTY, policy, ReferrerPolicy.DEFAULT,
        AddressSpace.LOOPBACK);
    RequestClient document = client(page, policies, FetchObserver.NONE);
    return new FetchRequest(url(url), mode, credentials, destination, document.origin(), document.url())
        .withClient(document).in(document.partition());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "require-corp | REQUIRE_CORP", "credentialless | CREDENTIALLESS", "require-corp;report-to=\"x\" | REQUIRE_CORP",
      "require-corp; report-to=\"a;b,c\"; y=?1; z=1.5 | REQUIRE_CORP", "Require-Corp | UNSAFE_NONE",
      "\"require-corp\" | UNSAFE_NONE", "require-corp, require-corp | UNSAFE_NONE", "^^ | UNSAFE_NONE",
      "require-corp x | UNSAFE_NONE", "require-corp;X | UNSAFE_NONE", "unsafe-none | UNSAFE_NONE",
      "require-corp;report-to=\"x | UNSAFE_NONE",
  })
  void html7141AnEmbedderPolicyIsAStructuredToken(String header, EmbedderPolicy expected) {
    assertEquals(expected, EmbedderPolicy.parse(headers("Cross-Origin-Embedder-Policy: " + header)));
  }

  @Test
  void html717ADocumentOutsideASecureContextHasNoEmbedderPolicy() {
    List<FetchResponse.Header> headers = headers("Cross-Origin-Embedder-Policy: require-corp",
        "Referrer-Policy: no-referrer", "Content-Security-Policy: img-src 'self'");
    Url url = url("https://a.example/");
    PolicyContainer secure = PolicyContainer.of(headers, url, true, AddressSpace.PUBLIC);
    assertEquals(EmbedderPolicy.REQUIRE_CORP, secure.embedderPolicy());
    assertEquals(ReferrerPolicy.NO_REFERRER, secure.referrerPolicy());
    assertEquals(origin("https://a.example/"), secure.csp().policies().get(0).selfOrigin());
    assertEquals(EmbedderPolicy.UNSAFE_NONE,
        PolicyContainer.of(headers, url, false, AddressSpace.PUBLIC).embedderPolicy());
  }

  @ParameterizedTest
  @CsvSource({"REQUIRE_CORP, UNSAFE_NONE, false", "CREDENTIALLESS, UNSAFE_NONE, false",
      "REQUIRE_CORP, CREDENTIALLESS, true", "CREDENTIALLESS, REQUIRE_CORP, true", "UNSAFE_NONE, UNSAFE_NONE, true"})
  void html7142AFrameOfAnIsolatingDocumentIsolatesToo(EmbedderPolicy embedder, EmbedderPolicy frame, boolean allowed) {
    assertEquals(allowed, embedder.frameRefusal(frame).isEmpty());
  }

  @Test
  void fetch37RequireCorpWantsAPolicyOfEveryOpaqueResponse() throws Exception {
    failure(client, asked(EmbedderPolicy.REQUIRE_CORP, other + "x", Mode.NO_CORS, Destination.IMAGE,
        Credentials.OMIT), Reason.BLOCKED);
    fetch(client, asked(EmbedderPolicy.REQUIRE_CORP, other + "shared", Mode.NO_CORS, Destination.IMAGE,
        Credentials.INCLUDE));
    fetch(client, asked(EmbedderPolicy.REQUIRE_CORP, page + "x", Mode.NO_CORS, Destination.IMAGE, Credentials.INCLUDE));
    fetch(client, asked(EmbedderPolicy.UNSAFE_NONE, other + "x", Mode.NO_CORS, Destination.IMAGE,
        Credentials.INCLUDE));
  }

  @Test
  void fetch46CredentiallessSendsNoCredentialsToOtherOriginsAndWantsNoPolicyThen() throws Exception {
    fetch(client, asked(EmbedderPolicy.UNSAFE_NONE, page + "x", Mode.NO_CORS, Destination.IMAGE, Credentials.INCLUDE));
    site.redirect("/r", 302, page + "x").redirect("/out", 302, other + "r");
    fetch(client, asked(EmbedderPolicy.CREDENTIALLESS, page + "x", Mode.NO_CORS, Destination.IMAGE,
        Credentials.INCLUDE));
    assertEquals("a=b", site.last().header("cookie"), "to its own origin");
    fetch(client, asked(EmbedderPolicy.CREDENTIALLESS, other + "x", Mode.NO_CORS, Destination.IMAGE,
        Credentials.INCLUDE));
    assertEquals(null, site.last().header("cookie"));
    fetch(client, asked(EmbedderPolicy.CREDENTIALLESS, page + "out", Mode.NO_CORS, Destination.IMAGE,
        Credentials.INCLUDE));
    assertEquals(null, site.last().header("cookie"), "back at its own origin by way of another");
  }

  @Test
  void fetch37AFrameUnderAnEmbedderPolicyNeedsLeaveOfItsServer() throws Exception {
    failure(client, asked(EmbedderPolicy.CREDENTIALLESS, other + "x", Mode.NAVIGATE, Destination.IFRAME,
        Credentials.INCLUDE), Reason.BLOCKED);
    fetch(client, asked(EmbedderPolicy.REQUIRE_CORP, other + "shared", Mode.NAVIGATE, Destination.IFRAME,
        Credentials.INCLUDE));
    fetch(client, asked(EmbedderPolicy.UNSAFE_NONE, other + "x", Mode.NAVIGATE, Destination.IFRAME,
        Credentials.INCLUDE));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "same-origin | ^^ | true | SAME_ORIGIN", "same-origin | require-corp | true | SAME_ORIGIN_PLUS_COEP",
      "same-origin | credentialless | true | SAME_ORIGIN_PLUS_COEP", "same-origin | require-corp | false | UNSAFE_NONE",
      "same-origin-allow-popups | require-corp | true | SAME_ORIGIN_ALLOW_POPUPS",
      "noopener-allow-popups | ^^ | true | NOOPENER_ALLOW_POPUPS", "same-origin-plus-COEP | ^^ | true | UNSAFE_NONE",
      "Same-Origin | ^^ | true | UNSAFE_NONE", "same-origin; report-to=\"x\" | ^^ | true | SAME_ORIGIN",
  })
  void html7131AnOpenerPolicyIsAStructuredToken(String coop, String coep, boolean secure, OpenerPolicy expected) {
    OpenerPolicy policy = OpenerPolicy.parse(headers("Cross-Origin-Opener-Policy: " + coop,
        "Cross-Origin-Embedder-Policy: " + coep), secure);
    assertEquals(expected, policy);
    assertEquals(expected == OpenerPolicy.SAME_ORIGIN_PLUS_COEP, policy.isolates());
  }

  @ParameterizedTest
  @CsvSource({
      "UNSAFE_NONE, UNSAFE_NONE, b, false, false", "SAME_ORIGIN, SAME_ORIGIN, a, false, false",
      "SAME_ORIGIN, SAME_ORIGIN, b, false, true", "SAME_ORIGIN, UNSAFE_NONE, a, false, true",
      "UNSAFE_NONE, SAME_ORIGIN, a, false, true", "SAME_ORIGIN, SAME_ORIGIN_PLUS_COEP, a, false, true",
      "SAME_ORIGIN_ALLOW_POPUPS, UNSAFE_NONE, b, true, false", "SAME_ORIGIN_ALLOW_POPUPS, UNSAFE_NONE, b, false, true",
      "SAME_ORIGIN_ALLOW_POPUPS, SAME_ORIGIN, b, true, true", "SAME_ORIGIN, UNSAFE_NONE, b, true, true",
      "NOOPENER_ALLOW_POPUPS, UNSAFE_NONE, b, true, false",
      "NOOPENER_ALLOW_POPUPS, NOOPENER_ALLOW_POPUPS, a, true, true",
      "NOOPENER_ALLOW_POPUPS, NOOPENER_ALLOW_POPUPS, a, false, false",
  })
  void html7132ADocumentOfAnotherOpenerPolicyGetsAGroupOfItsOwn(OpenerPolicy active, OpenerPolicy response, String host,
                                                               boolean initialAboutBlank, boolean switches) {
    assertEquals(switches, OpenerPolicy.requiresGroupSwitch(initialAboutBlank,
        origin("https://" + host + ".example/"), origin("https://a.example/"), response, active));
  }

  @Test
  void html745ASandboxedDocumentCannotHaveAnOpenerPolicy() {
    SandboxingFlags flags = SandboxingFlags.parse(List.of("allow-scripts"));
    assertTrue(OpenerPolicy.SAME_ORIGIN.sandboxRefusal(flags).isPresent());
    assertTrue(OpenerPolicy.UNSAFE_NONE.sandboxRefusal(flags).isEmpty());
    assertTrue(OpenerPolicy.SAME_ORIGIN.sandboxRefusal(SandboxingFlags.NONE).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "DENY | a | false", "deny | a b | false", "SAMEORIGIN | a | true", "sameorigin | a a | true",
      "sameorigin | b | false", "sameorigin | a b | false", "sameorigin | null | false", "allowall | b | true",
      "nonsense | b | true", "^^ | b | true", "deny, deny | b | false", "sameorigin, allowall | a | false",
      "x, y | b | true", "deny | ^^ | true", "allow-from http://b.example | b | true",
  })
  void html761FrameOptionsAreChecked(String options, String ancestors, boolean allowed) {
    assertEquals(allowed, FrameAncestry.refusal(headers("X-Frame-Options: " + options),
        client("http://a.example/", CspList.EMPTY), origins(ancestors), violation -> { }).isEmpty());
  }

  @Test
  void csp6422FrameAncestorsReplaceFrameOptionsUnlessTheyAreReportOnly() {
    List<FetchResponse.Header> headers = headers("X-Frame-Options: DENY");
    RequestClient named = client("http://a.example/", Policies.csp("http://a.example/", "frame-ancestors b.example"));
    assertTrue(FrameAncestry.refusal(headers, named, origins("b"), violation -> { }).isEmpty());
    List<CspViolation> violations = new ArrayList<>();
    assertEquals(Rule.FRAME_ANCESTORS,
        FrameAncestry.refusal(headers, named, origins("c"), violations::add).orElseThrow().rule());
    RequestClient reported = client("http://a.example/", CspList.parse(
        headers("Content-Security-Policy-Report-Only: frame-ancestors b.example"), origin("http://a.example/")));
    assertEquals(Rule.FRAME_OPTIONS,
        FrameAncestry.refusal(headers, reported, origins("c"), violations::add).orElseThrow().rule());
    assertEquals(2, violations.size());
  }

  private static List<Origin> origins(String hosts) {
    return Arrays.stream(hosts.split(" ")).filter(host -> !host.isEmpty()).map(host -> host.equals("null")
        ? Origin.opaque() : origin("http://" + host + ".example/")).toList();
  }

  @Test
  void rfc8941DictionariesOfStringsAreRead() {
    assertEquals(Map.of("a", "https://x/", "b", "q\"\\"), StructuredHeader.strings(
        "a=\"https://x/\", n=1, b=\"q\\\"\\\\\";p, c, n2=tok"));
    assertEquals(Map.of("a", "2"), StructuredHeader.strings("a=\"1\",a=\"2\""));
    for (String broken : List.of("", ",", "a=\"1\",", "A=\"1\"", "a=\"1", "a =\"1\"", "a=\"1\" b=\"2\"")) {
      assertEquals(Map.of(), StructuredHeader.strings(broken), broken);
    }
    assertFalse(StructuredHeader.tokenItem("a".repeat(100_000) + "\"").isPresent());
    assertEquals(50_000, StructuredHeader.strings("a=\"" + "\\\\".repeat(50_000) + "\"").get("a").length());
    assertEquals("b", StructuredHeader.tokenItem("b" + ";p=1".repeat(20_000)).orElseThrow().token());
  }
}
