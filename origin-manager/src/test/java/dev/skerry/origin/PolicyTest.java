package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.EmbedderRules;
import dev.skerry.fetch.HarLog;
import dev.skerry.fetch.Refusal.Rule;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The policies of documents, where pages are loaded: content security, framing, isolation, sandbox, local network. */
final class PolicyTest extends PageTest {

  private static final String GREETING = "hello from greet";

  private final List<ViolationReport> heard = Collections.synchronizedList(new ArrayList<>());
  private final HarLog har = new HarLog();
  private final CountDownLatch listening = new CountDownLatch(1);

  @Override
  PageHost.Builder builder() {
    return PageHost.builder().requests(har).observer(new PageObserver() {
      @Override
      public void violation(ViolationReport violation) {
        heard.add(violation);
      }

      @Override
      public void console(ConsoleMessage message) {
        if (message.text().equals("listening")) {
          listening.countDown();
        }
      }
    });
  }

  /** An HTML answer with headers of the form {@code Name: value}. */
  private void page(String host, String path, String html, String... headers) {
    Map<String, String> all = new TreeMap<>(Map.of("content-type", "text/html"));
    for (String header : headers) {
      all.put(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 1).strip());
    }
    sites.answer(host, path, 200, all, html.getBytes(StandardCharsets.UTF_8));
  }

  private static String csp(String policy) {
    return "Content-Security-Policy: " + policy;
  }

  private List<FrameReport.State> states(Page page) {
    return page.frames().stream().map(FrameReport::state).toList();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "script-src 'self' | ^^ | true", "script-src 'none' | ^^ | false", "default-src 'none' | ^^ | false",
      "default-src 'none'; script-src-elem 'self' | ^^ | true", "script-src 'nonce-abc' | nonce=abc | true",
      "script-src 'nonce-abc' | nonce=abd | false", "script-src 'nonce-abc' | nonce=abc x='<script' | false",
      "script-src 'strict-dynamic' 'self' | ^^ | false", "script-src 'strict-dynamic' 'nonce-abc' | nonce=abc | true",
      "connect-src 'none'; frame-src 'none' | ^^ | true", "script-src 'self' 'wasm-unsafe-eval' | ^^ | true",
      "script-src 'wasm-unsafe-eval' | ^^ | false",
  })
  void givenAScriptSourceListWhenAModuleIsLoadedThenTheListAloneDecides(String policy, String attributes,
                                                                       boolean runs) throws LoadError {
    page("a", "/", "<script type=module src=/greet.wasm " + attributes + "></script>", csp(policy));
    sites.wasm("a", "greet");
    Page page = settled("a", "/");
    assertEquals(runs ? List.of(GREETING) : List.of(), texts(page));
    assertEquals(!runs, page.hasFailed());
    assertEquals(runs ? 0 : 1, page.violations().size());
    assertEquals(page.violations(), heard);
    if (!runs) {
      assertFalse(sites.requested().contains("a/greet.wasm"), "not even asked for");
      assertEquals(new ViolationReport(sites.url("a", "/"), "script-src-elem", sites.url("a", "/greet.wasm"), true,
          policy, ""), heard.get(0));
      assertEquals(Rule.CSP, page.requests().get(1).refusal().rule());
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void givenAModuleThatImportsAnotherWhenThePolicyNamesItsOriginOrNotThenTheGraphRunsOrFails(boolean named)
      throws LoadError {
    page("a", "/", "<script type=importmap nonce=n>{\"imports\":{\"/dep.wasm\":\"" + sites.url("b", "/dep.wasm")
        + "\"}}</script>" + script("user"), csp("script-src 'self' 'nonce-n' " + (named ? sites.origin("b") : "")));
    sites.wasm("a", "user").answer("b", "/dep.wasm", 200, TestSites.sharedWasm(), TestSites.guest("dep"));
    Page page = settled("a", "/");
    assertEquals(!named, page.hasFailed());
    assertEquals(named, sites.requested().contains("b/dep.wasm"));
    assertEquals(named ? List.of() : List.of(sites.url("b", "/dep.wasm")),
        page.violations().stream().map(ViolationReport::blocked).toList());
  }

  @Test
  void givenAnImportMapWhenThePolicyKnowsNeitherNonceNorHashThenItIsNotUsed() throws Exception {
    String map = "{\"imports\":{\"dep\":\"/other.wasm\"}}";
    String hash = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(map.getBytes()));
    page("a", "/no", "<script type=importmap>" + map + "</script>", csp("script-src 'self'"));
    page("a", "/yes", "<script type=importmap>" + map + "</script>", csp("script-src 'sha256-" + hash + "'"));
    assertMentions(messages(settled("a", "/no")).get(0), "import map", "script-src-elem");
    assertEquals(List.of(), messages(settled("a", "/yes")));
  }

  @Test
  void givenAMetaPolicyWhenTheDocumentLoadsThenItRulesAndOutsideTheHeadItDoesNot() throws LoadError {
    String meta = "<meta http-equiv=Content-Security-Policy content=\"script-src 'none'; sandbox\">";
    page("a", "/head", "<head>" + meta + "</head>" + script("greet"));
    page("a", "/body", "<body>" + meta + script("greet"));
    sites.wasm("a", "greet");
    assertEquals(List.of(), texts(settled("a", "/head")));
    Page body = settled("a", "/body");
    assertEquals(List.of(GREETING), texts(body));
    assertEquals(sites.origin("a"), body.agents().get(0).origin(), "a meta element cannot sandbox");
  }

  @Test
  void givenAReportOnlyPolicyWhenItIsViolatedThenItIsToldAndTheModuleRuns() throws LoadError {
    page("a", "/", script("greet"), "Content-Security-Policy-Report-Only: script-src 'none'");
    sites.wasm("a", "greet");
    Page page = settled("a", "/");
    assertEquals(List.of(GREETING), texts(page));
    assertFalse(page.violations().get(0).enforced());
  }

  @Test
  void givenABaseThatThePolicyForbidsWhenUrlsAreResolvedThenItDoesNotCount() throws LoadError {
    page("a", "/", "<base href='" + sites.url("b", "/") + "'><script type=module src=greet.wasm></script>",
        csp("base-uri 'self'"));
    sites.wasm("a", "greet");
    Page page = settled("a", "/");
    assertEquals(List.of(GREETING), texts(page));
    assertEquals("base-uri", page.violations().get(0).directive());
  }

  @Test
  void givenAFrameSourceListWhenFramesAreLoadedThenItDecidesAlsoAfterARedirect() throws LoadError {
    page("a", "/", "<iframe src='" + sites.url("b", "/") + "'></iframe><iframe src='" + sites.url("c", "/")
        + "'></iframe><iframe src='" + sites.url("b", "/r") + "'></iframe><iframe srcdoc='x'></iframe>",
        csp("frame-src " + sites.origin("b")));
    page("b", "/", "b");
    page("c", "/", "c");
    sites.answer("b", "/r", 302, Map.of("location", sites.url("c", "/")), new byte[0]);
    Page page = settled("a", "/");
    assertEquals(List.of(FrameReport.State.LOADED, FrameReport.State.LOADED, FrameReport.State.FAILED,
        FrameReport.State.FAILED, FrameReport.State.LOADED), states(page));
    assertFalse(page.hasFailed());
    assertFalse(sites.requested().contains("c/"));
  }

  @Test
  void givenDocumentsWithoutAnAddressWhenTheyLoadModulesThenTheirEmbeddersPolicyRules() throws LoadError {
    String inner = "<script type=module src=" + sites.url("b", "/greet.wasm") + "></script>";
    page("a", "/", "<iframe srcdoc='" + inner + "'></iframe><iframe src='data:text/html," + inner + "'></iframe>",
        csp("script-src 'self'; frame-src data:"));
    sites.answer("b", "/greet.wasm", 200, TestSites.sharedWasm(), TestSites.guest("greet"));
    Page page = settled("a", "/");
    assertEquals(List.of(), texts(page));
    assertEquals(List.of("script-src-elem", "script-src-elem"),
        page.violations().stream().map(ViolationReport::directive).toList());
  }

  @Test
  void givenAFrameOfAnotherOriginWhenItLoadsThenItHasItsOwnPolicyAlone() throws LoadError {
    page("a", "/", "<iframe src='" + sites.url("b", "/") + "'></iframe>", csp("script-src 'none'"));
    page("b", "/", script("greet"));
    sites.wasm("b", "greet");
    assertEquals(List.of(GREETING), texts(settled("a", "/")));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "Content-Security-Policy: frame-ancestors 'none' | false", "X-Frame-Options: DENY | false",
      "X-Frame-Options: SAMEORIGIN | false", "Content-Security-Policy: frame-ancestors http://*:* | true",
      "X-Frame-Options: nonsense | true", "Content-Security-Policy-Report-Only: frame-ancestors 'none' | true",
  })
  void givenADocumentThatNamesItsAncestorsWhenItIsFramedThenTheyMustAgree(String header, boolean loads)
      throws LoadError {
    page("a", "/", "<iframe src='" + sites.url("b", "/") + "'></iframe>");
    page("b", "/", "<p>b", header);
    Page page = settled("a", "/");
    assertEquals(loads ? FrameReport.State.LOADED : FrameReport.State.FAILED, states(page).get(1));
    assertEquals(FrameReport.State.LOADED, states(settled("b", "/")).get(0), "at the top nobody frames it");
  }

  @Test
  void givenAnAncestorFurtherUpWhenADocumentIsFramedThenItCountsToo() throws LoadError {
    page("c", "/", "<iframe src='" + sites.url("a", "/") + "'></iframe>");
    page("a", "/", "<iframe src='/in'></iframe>");
    page("a", "/in", "in", "X-Frame-Options: SAMEORIGIN");
    assertEquals(FrameReport.State.LOADED, states(settled("a", "/")).get(1));
    assertEquals(FrameReport.State.FAILED, states(settled("c", "/")).get(2));
  }

  @Test
  void givenASandboxDirectiveWhenTheDocumentLoadsThenItIsSandboxedWithItsFrames() throws LoadError {
    page("a", "/", script("greet") + "<iframe src='/in'></iframe>", csp("sandbox"));
    page("a", "/open", script("greet") + "<iframe src='/in'></iframe>", csp("sandbox allow-scripts"));
    page("a", "/in", script("greet"));
    sites.answer("a", "/greet.wasm", 200, TestSites.sharedWasm(), TestSites.guest("greet"));
    Page closed = settled("a", "/");
    assertEquals(List.of(), texts(closed));
    assertEquals(List.of("null", "null"), closed.frames().stream().map(FrameReport::origin).toList());
    assertEquals(List.of(GREETING, GREETING), texts(settled("a", "/open")));
  }

  @Test
  void givenAnEmbedderPolicyWhenFramesLoadThenTheyNeedOneToo() throws Exception {
    page("a", "/", "<iframe src='/without'></iframe><iframe src='/with'></iframe><iframe src='"
        + sites.url("b", "/") + "'></iframe><iframe srcdoc=x></iframe>",
        "Cross-Origin-Embedder-Policy: require-corp");
    page("a", "/without", "x");
    page("a", "/with", "x", "Cross-Origin-Embedder-Policy: credentialless");
    page("b", "/", "x", "Cross-Origin-Embedder-Policy: require-corp");
    Page page = settled("a", "/");
    assertEquals(List.of(FrameReport.State.LOADED, FrameReport.State.FAILED, FrameReport.State.LOADED,
        FrameReport.State.FAILED, FrameReport.State.LOADED), states(page));
    assertEquals(List.of(Rule.COEP, Rule.CORP), har(page));
  }

  @Test
  void givenEmbedderPoliciesThatReportWhenAFrameHasNoneThenTheirEndpointsHearOfIt() throws Exception {
    page("a", "/", "<iframe src='/without'></iframe>", "Reporting-Endpoints: enforced=\"/enforced\"",
        "Cross-Origin-Embedder-Policy: require-corp; report-to=\"enforced\"");
    page("a", "/watching", "<iframe src='/without'></iframe>", "Reporting-Endpoints: watched=\"/watched\"",
        "Cross-Origin-Embedder-Policy-Report-Only: require-corp; report-to=\"watched\"");
    page("a", "/without", "x");
    assertEquals(List.of(FrameReport.State.LOADED, FrameReport.State.FAILED), states(settled("a", "/")));
    assertTrue(sites.awaitRequest("a/enforced"), () -> sites.requested().toString());
    assertEquals(List.of(FrameReport.State.LOADED, FrameReport.State.LOADED), states(settled("a", "/watching")));
    assertTrue(sites.awaitRequest("a/watched"), () -> sites.requested().toString());
  }

  /** The rules that the archive names, in its order. */
  private List<Rule> har(Page page) throws IOException {
    StringWriter text = new StringWriter();
    har.write(page.url(), text);
    return text.toString().lines().filter(line -> line.contains("\"policy\" :"))
        .map(line -> List.of(Rule.values()).stream().filter(rule -> line.contains('"' + rule.policy() + '"'))
            .findFirst().orElseThrow()).sorted(Collections.reverseOrder()).collect(Collectors.toList());
  }

  @Test
  void givenASandboxedDocumentWithAnOpenerPolicyWhenItIsOpenedThenItIsNotShown() {
    page("a", "/", "x", "Cross-Origin-Opener-Policy: same-origin", csp("sandbox allow-scripts"));
    assertMentions(assertThrows(LoadError.class, () -> host.open(sites.url("a", "/"))).getMessage(), "opener policy");
  }

  @Test
  void givenRulesOfTheEmbedderWhenAPageAsksForWhatTheyDenyThenItIsNotLoaded() throws LoadError {
    page("a", "/", script("greet"));
    sites.wasm("a", "greet");
    try (PageHost strict = PageHost.builder().intercept(EmbedderRules.none().deny("*/greet.wasm")).build()) {
      Page page = strict.open(sites.url("a", "/"));
      assertTrue(page.settle(LONG));
      assertTrue(page.hasFailed());
      assertEquals(Rule.EMBEDDER, page.requests().get(1).refusal().rule());
    }
  }

  @Test
  void givenADataDocumentAtTheTopWhenItFramesThisMachineThenThatIsOutOfItsReach() throws LoadError {
    page("a", "/", "secret");
    try (Page page = host.open("data:text/html,<iframe src='" + sites.url("a", "/") + "'></iframe>")) {
      assertTrue(page.settle(LONG));
      assertEquals(FrameReport.State.FAILED, states(page).get(1));
      assertEquals(Rule.LOCAL_NETWORK_ACCESS, page.requests().get(page.requests().size() - 1).refusal().rule());
    }
    assertEquals(List.of(), sites.requested());
  }

  @Test
  void givenAViolationWhenTheDocumentListensThenItHearsOfIt() throws LoadError {
    page("a", "/", "<script type=importmap nonce=n>{\"imports\":{\"/dep.wasm\":\"" + sites.url("b", "/dep.wasm")
        + "\"}}</script>" + script("violation") + script("user"), csp("script-src 'self' 'nonce-n'"));
    sites.wasm("a", "violation", "user").gate("a", "/user.wasm", listening);
    assertEquals(List.of("listening", "securitypolicyviolation"), texts(settled("a", "/")));
  }
}
