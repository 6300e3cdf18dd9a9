package dev.skerry.fetch;

import static dev.skerry.fetch.Policies.client;
import static dev.skerry.fetch.Policies.csp;
import static dev.skerry.fetch.Policies.headers;
import static dev.skerry.fetch.Policies.origin;
import static dev.skerry.fetch.Policies.request;
import static dev.skerry.fetch.Policies.url;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.ContentSecurityPolicy.Disposition;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.SandboxingFlags.Flag;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Content Security Policy level 3, the pure part: parsing and matching. */
class CspMatchingTest {

  private static final String PAGE = "http://a.example/page";
  private static final String TEXT = "alert(1)";
  private static final String TEXT_SHA256 = "bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=";

  private static CspSourceList list(String sources) {
    return CspSourceList.parse(List.of(sources.split(" ")));
  }

  @Test
  void section221AHeaderIsParsedIntoPoliciesAndDirectives() {
    CspList list = CspList.parse(headers("Content-Security-Policy: Script-Src 'self' ; script-src x;;img-src  a\tb,"
        + "default-src 'none', ;", "Content-Security-Policy-Report-Only: sandbox; \u00e4 x", "Other: x"),
        origin(PAGE));
    assertEquals(List.of(Map.of("script-src", List.of("'self'"), "img-src", List.of("a", "b")),
        Map.of("default-src", List.of("'none'")), Map.of("sandbox", List.of())),
        list.policies().stream().map(ContentSecurityPolicy::directives).toList());
    assertEquals(List.of(Disposition.ENFORCE, Disposition.ENFORCE, Disposition.REPORT),
        list.policies().stream().map(ContentSecurityPolicy::disposition).toList());
    assertEquals("script-src 'self'; img-src a b", list.policies().get(0).toString());
  }

  @Test
  void section33AMetaElementCannotSayWhatOnlyAHeaderCan() {
    CspList list = CspList.EMPTY
        .withMeta("sandbox; frame-ancestors 'none'; report-uri /r; img-src 'none'", origin(PAGE))
        .withMeta("sandbox", origin(PAGE));
    assertEquals(List.of("img-src 'none'"), list.policies().stream().map(ContentSecurityPolicy::toString).toList());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "* | http://x.test/ | true", "* | https://x.test:9/ | true", "* | data:,x | false", "* | ws://x.test/ | false",
      "'none' | http://a.example/ | false", "'none' http://x.test | http://x.test/ | true", "'NONE' | data:,x | false",
      "http: | http://x.test/ | true", "http: | https://x.test/ | true", "https: | http://x.test/ | false",
      "data: | data:,x | true", "ws: | wss://x.test/ | true", "ws: | https://x.test/ | true",
      "wss: | ws://x.test/ | false", "wss: | https://x.test/ | true", "HTTPS: | https://x.test/ | true",
      "x.test | http://x.test/ | true", "x.test | https://x.test/ | true", "X.TEST | http://x.test/ | true",
      "x.test | http://y.x.test/ | false", "*.x.test | http://y.x.test/ | true", "*.x.test | http://z.y.x.test/ | true",
      "*.x.test | http://x.test/ | false", "*.x.test | http://yx.test/ | false", "*.test | http://x.test/ | true",
      "x.test | http://x.test:8080/ | false", "x.test:8080 | http://x.test:8080/ | true",
      "x.test:* | http://x.test:8080/ | true", "x.test:80 | http://x.test/ | true",
      "x.test:443 | https://x.test/ | true", "x.test:80 | https://x.test/ | false",
      "https://x.test | http://x.test/ | false", "http://x.test | https://x.test/ | true",
      "http://*:8080 | http://x.test:8080/ | true", "https://* | http://x.test/ | false",
      "x.test/a | http://x.test/a | true", "x.test/a | http://x.test/a/ | false",
      "x.test/a | http://x.test/a/b | false",
      "x.test/a/ | http://x.test/a/b | true", "x.test/a/ | http://x.test/a | false",
      "x.test/a%20b | http://x.test/a%20b | true", "x.test/%61 | http://x.test/a | true",
      "x.test/a | http://x.test/a?q | true", "x.test/ | http://x.test/any/thing | true",
      "x.test/A | http://x.test/a | false", "x.test/a?q | http://x.test/a | false",
      "127.0.0.1 | http://127.0.0.1/ | true", "127.0.0.2 | http://127.0.0.2/ | false", "* | http://127.0.0.2/ | true",
      "http://* | http://10.0.0.1/ | false", "[::1] | http://[::1]/ | false", "*:* | http://[::1]/ | false",
      "'self' | http://a.example/x | true", "'self' | https://a.example/x | true", "'Self' | ws://a.example/ | true",
      "'self' | http://a.example:81/ | false", "'self' | http://b.a.example/ | false",
      "self | http://a.example/ | false",
      "*.*.test | http://x.y.test/ | false", "http://x.test:0x50 | http://x.test/ | false",
      "'*' | http://x.test/ | false",
  })
  void section672AUrlMatchesASourceListInAnOrigin(String sources, String url, boolean matches) {
    assertEquals(matches, list(sources).matchesUrl(url(url), origin(PAGE), 0));
  }

  @Test
  void section6728PathsAreNotComparedAfterARedirect() {
    assertFalse(list("x.test/a").matchesUrl(url("http://x.test/b"), origin(PAGE), 0));
    assertTrue(list("x.test/a").matchesUrl(url("http://x.test/b"), origin(PAGE), 1));
    assertFalse(list("y.test/a").matchesUrl(url("http://x.test/b"), origin(PAGE), 1));
  }

  @Test
  void section6728SelfOfAnHttpsOriginIsNeverPlain() {
    assertFalse(list("'self'").matchesUrl(url("http://a.example/"), origin("https://a.example/"), 0));
    assertFalse(list("a.example").matchesUrl(url("http://a.example/"), origin("https://a.example/"), 0));
    assertFalse(list("'self'").matchesUrl(url("data:,x"), Origin.opaque(), 0));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "default-src 'none' | SCRIPT | script-src-elem", "default-src 'none' | EMPTY | connect-src",
      "default-src 'none' | IFRAME | frame-src", "default-src 'none' | IMAGE | img-src",
      "default-src 'none' | STYLE | style-src-elem", "default-src 'none' | WORKER | worker-src",
      "default-src 'none' | VIDEO | media-src", "default-src 'none' | TRACK | media-src",
      "default-src 'none' | FONT | font-src", "default-src 'none' | MANIFEST | manifest-src",
      "default-src 'none' | OBJECT | object-src", "default-src 'none' | DOCUMENT | ", "default-src 'none' | REPORT | ",
      "default-src 'none'; script-src * | SCRIPT | ", "script-src 'none'; script-src-elem * | SCRIPT | ",
      "script-src *; script-src-elem 'none' | SCRIPT | script-src-elem", "script-src-attr 'none' | SCRIPT | ",
      "child-src 'none' | IFRAME | frame-src", "child-src 'none'; frame-src * | IFRAME | ",
      "child-src *; default-src 'none' | IFRAME | ", "script-src 'none' | WORKER | worker-src",
      "child-src *; script-src 'none' | WORKER | ", "child-src 'none'; worker-src * | WORKER | ",
      "connect-src 'none' | JSON | connect-src", "img-src 'none' | SCRIPT | ", "script-src | SCRIPT | script-src-elem",
  })
  void section683FetchDirectivesFallBack(String policy, Destination destination, String violated) {
    RequestClient client = client(PAGE, csp(PAGE, policy));
    FetchRequest request = request(client, "http://x.test/", Mode.NO_CORS, destination);
    List<CspViolation> violations = client.policies().csp().request(request, request.url(), 0);
    assertEquals(violated, violations.isEmpty() ? null : violations.get(0).effectiveDirective());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "'nonce-abc' | abc | true | ^^ | true", "'nonce-abc' | ABC | true | ^^ | false",
      "'nonce-abc' | ^^ | true | ^^ | false",
      "'NONCE-abc' | abc | true | ^^ | true", "'nonce-a!' | a! | true | ^^ | false",
      "'strict-dynamic' 'nonce-abc' | abc | true | ^^ | true", "'strict-dynamic' * | ^^ | true | ^^ | false",
      "'strict-dynamic' | ^^ | false | ^^ | true", "'strict-dynamic' 'nonce-abc' | x | true | ^^ | false",
      "'unsafe-inline' | ^^ | true | ^^ | false",
      "'sha256-" + TEXT_SHA256 + "' | ^^ | true | sha256-" + TEXT_SHA256 + " | true",
      "'sha256-" + TEXT_SHA256 + "' | ^^ | true | ^^ | false",
      "'sha256-" + TEXT_SHA256 + "' | ^^ | true | sha256-AAAA sha256-" + TEXT_SHA256 + " | false",
      "'sha384-AAAA' | ^^ | true | sha256-" + TEXT_SHA256 + " | false",
  })
  void section6711ScriptsAreVouchedForByNonceIntegrityOrTheirMaker(String sources, String nonce, boolean parserInserted,
                                                                  String integrity, boolean allowed) {
    RequestClient client = client(PAGE, csp(PAGE, "script-src " + sources));
    FetchRequest request = request(client, "http://x.test/", Mode.CORS, Destination.SCRIPT).withIntegrity(integrity)
        .withElement(new ElementMetadata(nonce, parserInserted));
    assertEquals(allowed, client.policies().csp().request(request, request.url(), 0).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "script-src 'unsafe-inline' | SCRIPT | ^^ | true", "script-src * | SCRIPT | ^^ | false",
      "default-src 'unsafe-inline' | SCRIPT | ^^ | true", "script-src 'nonce-abc' | SCRIPT | abc | true",
      "script-src 'nonce-abc' 'unsafe-inline' | SCRIPT | ^^ | false", "script-src 'nonce-abc' | SCRIPT | abd | false",
      "script-src 'sha256-" + TEXT_SHA256 + "' | SCRIPT | ^^ | true",
      "script-src 'sha256-AAAA' 'unsafe-inline' | SCRIPT | ^^ | false",
      "script-src 'sha256-" + TEXT_SHA256 + "' | SCRIPT_ATTRIBUTE | ^^ | false",
      "script-src 'unsafe-hashes' 'sha256-" + TEXT_SHA256 + "' | SCRIPT_ATTRIBUTE | ^^ | true",
      "script-src 'unsafe-inline' 'strict-dynamic' | SCRIPT | ^^ | false",
      "style-src 'unsafe-inline' 'strict-dynamic' | STYLE | ^^ | true", "script-src 'none' | STYLE | ^^ | true",
      "script-src 'unsafe-inline' 'strict-dynamic' | NAVIGATION | ^^ | false",
      "script-src 'nonce-abc' | NAVIGATION | abc | false", "script-src 'unsafe-inline' | NAVIGATION | ^^ | true",
      "script-src 'unsafe-inline'; script-src-elem 'none' | SCRIPT | ^^ | false",
      "script-src 'unsafe-inline'; script-src-elem 'none' | SCRIPT_ATTRIBUTE | ^^ | true",
      "style-src-attr 'none' | STYLE_ATTRIBUTE | ^^ | false", "style-src-attr 'none' | STYLE | ^^ | true",
  })
  void section673InlineNeedsLeave(String policy, CspInline.Type type, String nonce, boolean allowed) {
    CspList list = csp(PAGE, policy);
    assertEquals(allowed, list.inline(new CspInline(type, nonce, true, TEXT), client(PAGE, list)).isEmpty());
  }

  @Test
  void section673StrictDynamicTrustsInlineScriptsThatNoParserMade() {
    CspList list = csp(PAGE, "script-src 'strict-dynamic'");
    assertTrue(list.inline(new CspInline(CspInline.Type.SCRIPT, "", false, TEXT), client(PAGE, list)).isEmpty());
  }

  @Test
  void section231AReportHasASampleOnlyWhereThePolicyAsksForIt() {
    CspInline inline = new CspInline(CspInline.Type.SCRIPT, "", true, "x".repeat(50));
    for (String keyword : List.of("", " 'report-sample'")) {
      CspList list = csp(PAGE, "script-src 'self'" + keyword);
      assertEquals(keyword.isEmpty() ? "" : "x".repeat(40), list.inline(inline, client(PAGE, list)).get(0).sample());
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "script-src 'self' | false | false", "script-src 'unsafe-eval' | true | true",
      "script-src 'wasm-unsafe-eval' | false | true", "default-src 'self' | false | false",
      "img-src 'none' | true | true",
      "default-src 'none'; script-src 'wasm-unsafe-eval' | false | true",
  })
  void section44StringsAndBytesAreCompiledOnlyWithLeave(String policy, boolean eval, boolean wasm) {
    CspList list = csp(PAGE, policy);
    assertEquals(eval, list.eval(client(PAGE, list)).isEmpty());
    assertEquals(wasm, list.wasmBytes(client(PAGE, list)).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "frame-ancestors 'none' | http://a.example | false", "frame-ancestors 'self' | http://a.example | true",
      "frame-ancestors 'self' | http://b.example | false", "frame-ancestors b.example | http://b.example | true",
      "frame-ancestors * | null | false", "default-src 'none' | http://b.example | true",
      "frame-ancestors 'self' b.example | http://a.example http://b.example | true",
      "frame-ancestors 'self' | http://a.example http://b.example | false", "frame-ancestors 'none' | ^^ | true",
  })
  void section642EveryAncestorMustBeNamed(String policy, String ancestors, boolean allowed) {
    CspList list = csp(PAGE, policy);
    List<Origin> origins = Arrays.stream(ancestors.split(" ")).filter(text -> !text.isEmpty())
        .map(text -> text.equals("null") ? Origin.opaque() : origin(text)).toList();
    assertEquals(allowed, list.frameAncestors(origins, client(PAGE, list)).isEmpty());
  }

  @Test
  void section631And641BaseAndFormTargetsAreCompared() {
    CspList list = csp(PAGE, "base-uri 'self'; form-action x.test; default-src 'none'");
    RequestClient client = client(PAGE, list);
    assertTrue(list.base(url("http://a.example/other/"), client).isEmpty());
    assertEquals("base-uri", list.base(url("http://x.test/"), client).get(0).effectiveDirective());
    assertTrue(list.formAction(url("http://x.test/"), 0, client).isEmpty());
    assertEquals("form-action", list.formAction(url("http://a.example/"), 0, client).get(0).effectiveDirective());
    CspList without = csp(PAGE, "default-src 'none'");
    assertTrue(without.base(url("http://x.test/"), client).isEmpty());
    assertTrue(without.formAction(url("http://x.test/"), 0, client).isEmpty());
  }

  @Test
  void section632SandboxDirectivesAddUpAndReportOnlyOnesDoNotCount() {
    CspList list = CspList.parse(headers("Content-Security-Policy: sandbox allow-scripts allow-same-origin, "
        + "sandbox ALLOW-SCRIPTS allow-forms", "Content-Security-Policy-Report-Only: sandbox"), origin(PAGE));
    SandboxingFlags flags = list.sandbox();
    assertFalse(flags.has(Flag.SCRIPTS));
    assertTrue(flags.has(Flag.ORIGIN));
    assertTrue(flags.has(Flag.FORMS));
    assertEquals(SandboxingFlags.NONE, csp(PAGE, "default-src 'none'").sandbox());
    assertEquals(Set.of(Flag.values()), csp(PAGE, "sandbox").sandbox().flags());
  }

  @Test
  void whateverAHeaderHoldsParsingItFailsInNoWay() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String alphabet = "abs'-*.:/;, \t=+%nonce_self0123\u00e4";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder header = new StringBuilder("script-src ");
      for (int length = random.nextInt(40); length > 0; length--) {
        header.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      CspList list = CspList.parse(List.of(new FetchResponse.Header("content-security-policy", header.toString())),
          origin(PAGE));
      RequestClient client = client(PAGE, list);
      FetchRequest request = request(client, "http://x.test/a/b", Mode.CORS, Destination.SCRIPT);
      assertTrue(list.request(request, request.url(), 0).size() <= list.policies().size(), () -> "seed " + seed);
    }
  }
}
