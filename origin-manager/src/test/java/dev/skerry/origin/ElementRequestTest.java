package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What attributes of elements say of their requests: integrity, referrer policy, preloading. */
class ElementRequestTest {

  private final TestSites sites = TestSites.running();
  private final PageHost host = PageHost.builder().build();

  @AfterEach
  void close() {
    host.close();
    sites.close();
  }

  private Page settled(String html) throws LoadError {
    sites.html("a", "/dir/page", html);
    Page page = host.open(sites.url("a", "/dir/page"));
    assertTrue(page.settle(Duration.ofSeconds(60)));
    return page;
  }

  private static String digest(String algorithm, String guest) throws Exception {
    return algorithm.toLowerCase().replace("-", "") + "-" + Base64.getEncoder()
        .encodeToString(MessageDigest.getInstance(algorithm).digest(TestSites.guest(guest)));
  }

  private static List<String> console(Page page) {
    return page.console().stream().map(ConsoleMessage::text).toList();
  }

  /** HTML §2.4.2: the query of a URL in a document goes out in the document's encoding, all else in UTF-8. */
  @ParameterizedTest
  @CsvSource({"windows-1252,%E9", "utf-8,%C3%A9", "iso-8859-1,%E9", "utf-16,%C3%A9"})
  void givenADocumentInAnEncodingWhenItsElementsNameUrlsThenTheirQueriesAreInIt(String encoding, String sent)
      throws Exception {
    byte[] body = ("<base href='/dir/?\u00e9'><iframe src='frame?\u00e9#\u00e9'></iframe>"
        + "<script type=module src='/\u00e9/m.wasm?\u00e9'></script>").getBytes(encoding);
    sites.answer("a", "/", 200, Map.of("content-type", "text/html; charset=" + encoding), body);
    Page page = host.open(sites.url("a", "/"));
    assertTrue(page.settle(Duration.ofSeconds(60)));
    assertEquals(Set.of("a/", "a/dir/frame?" + sent, "a/%C3%A9/m.wasm?" + sent), Set.copyOf(sites.requested()));
  }

  @ParameterizedTest
  @CsvSource({"SHA-256,greet,true", "SHA-384,greet,true", "SHA-512,greet,true", "SHA-256,dep,false",
      "SHA-512,dep,false"})
  void givenIntegrityWhenAModuleLoadsThenItRunsOnlyWithThatDigest(String algorithm, String of, boolean runs)
      throws Exception {
    sites.wasm("a", "greet");
    Page page = settled("<script type=module src=/greet.wasm integrity='" + digest(algorithm, of) + "'></script>");

    assertEquals(!runs, page.hasFailed());
    assertEquals(runs, !console(page).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"no-referrer,none", "origin,origin", "same-origin,whole", "ORIGIN,origin", "'no-referrer,origin',whole",
      "nonsense,whole", "'',whole"})
  void givenAReferrerPolicyWhenAScriptOrFrameLoadsThenItTellsSoMuch(String policy, String told) throws Exception {
    sites.wasm("a", "greet").html("a", "/frame", "<p>");
    settled("<script type=module src=/greet.wasm referrerpolicy='" + policy + "'></script>"
        + "<iframe src=/frame referrerpolicy='" + policy + "'></iframe>");

    String expected = switch (told) {
      case "none" -> "";
      case "origin" -> sites.url("a", "/");
      default -> sites.url("a", "/dir/page");
    };
    assertEquals(expected, sites.referrer("a", "/greet.wasm"));
    assertEquals(expected, sites.referrer("a", "/frame"));
  }

  @Test
  void givenAModuleWithAPolicyOfItsOwnWhenItImportsThenThatPolicyCounts() throws Exception {
    sites.answer("a", "/user.wasm", 200, Map.of("content-type", "application/wasm", "referrer-policy", "origin"),
        TestSites.guest("user")).wasm("a", "dep");
    Page page = settled("<script type=importmap>{\"imports\":{\"dep\":\"/dep.wasm\"}}</script>"
        + "<script type=module src=/user.wasm></script>");

    assertFalse(page.hasFailed(), page.problems().toString());
    assertEquals(sites.url("a", "/dir/page"), sites.referrer("a", "/user.wasm"));
    assertEquals(sites.url("a", "/"), sites.referrer("a", "/dep.wasm"));
  }

  @Test
  void givenAModulePreloadWhenTheModuleIsUsedThenItIsFetchedOnceAndBeforeOthers() throws Exception {
    sites.wasm("a", "greet", "user", "dep");
    Page page = settled("<script type=importmap>{\"imports\":{\"dep\":\"/dep.wasm\"}}</script>"
        + "<script type=module src=/greet.wasm></script><link rel='x MODULEPRELOAD' href=/user.wasm>"
        + "<script type=module src=/user.wasm></script>");

    assertFalse(page.hasFailed(), page.problems().toString());
    assertEquals(1, sites.requested().stream().filter("a/user.wasm"::equals).count());
    assertTrue(sites.requested().contains("a/dep.wasm"));
  }

  @Test
  void givenAModulePreloadAloneWhenItLoadsOrFailsThenNothingRunsAndThatIsNoProblem() throws Exception {
    sites.wasm("a", "greet");
    Page page = settled("<link rel=modulepreload href=/greet.wasm><link rel=modulepreload href=/absent.wasm>"
        + "<link rel=modulepreload as=style href=/greet.wasm?style><link rel=preload href=/greet.wasm?other>");

    assertFalse(page.hasFailed(), page.problems().toString());
    assertEquals(List.of(), console(page));
    assertTrue(sites.requested().containsAll(List.of("a/greet.wasm", "a/absent.wasm")));
    assertEquals(3, sites.requested().size(), sites.requested().toString());
  }

  @Test
  void givenAModulePreloadWithIntegrityWhenItsBytesDifferThenTheModuleDoesNotRun() throws Exception {
    sites.wasm("a", "greet");
    Page page = settled("<link rel=modulepreload href=/greet.wasm integrity='" + digest("SHA-256", "dep")
        + "'><script type=module src=/greet.wasm></script>");

    assertTrue(page.hasFailed());
    assertEquals(List.of(), console(page));
  }
}
