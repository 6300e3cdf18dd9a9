package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeUsage;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Modules that are compiled while their bytes arrive, and what an import map says of them. */
final class ArrivingModuleTest extends PageTest {

  private static final Map<String, String> WASM = Map.of("content-type", "application/wasm");

  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void open() {
    gate.countDown();
  }

  @Test
  void givenABeginningThatNoModuleHasWhenTheRestDoesNotComeThenTheErrorIsKnownAlready() throws Exception {
    byte[] broken = TestSites.guest("greet");
    broken[10] = (byte) 0xff;
    sites.html("a", "/", script("broken")).answer("a", "/broken.wasm", 200, WASM, broken)
        .gateAfter("a", "/broken.wasm", broken.length - 1, gate);
    Page page = settled("a", "/");
    assertMentions(page.problems().get(0).message(), "broken.wasm", "does not compile");
    assertEquals(1, gate.getCount());
  }

  @Test
  void givenAModuleInTwoPiecesWhenTheSecondArrivesThenItRuns() throws Exception {
    sites.html("a", "/", script("greet")).wasm("a", "greet").gateAfter("a", "/greet.wasm", 20, gate);
    Page page = host.open(sites.url("a", "/"));
    assertFalse(page.settle(Duration.ofMillis(1)));
    gate.countDown();
    assertTrue(page.settle(Duration.ofSeconds(60)));
    assertEquals(List.of("hello from greet"), texts(page));
  }

  @Test
  void givenAModuleThatHasBegunToArriveWhenThePageIsClosedThenNothingOfItStays() throws Exception {
    sites.html("a", "/", script("greet")).wasm("a", "greet");
    settled("a", "/").close();
    NativeUsage.Share before = NativeUsage.current().memories();
    sites.gateAfter("a", "/greet.wasm", 20, gate);
    Page page = host.open(sites.url("a", "/"));
    page.close();
    assertEquals(before, NativeUsage.current().memories());
    assertTrue(page.settle(Duration.ofSeconds(60)));
    assertEquals(List.of(), texts(page));
  }

  @Test
  void givenIntegrityInAnImportMapWhenAModuleIsImportedThenItsBytesMustHaveThatDigest() throws Exception {
    String digest = "sha256-" + Base64.getEncoder().encodeToString(
        MessageDigest.getInstance("SHA-256").digest(TestSites.guest("dep")));
    for (String wanted : List.of(digest, "sha256-" + "A".repeat(43) + "=")) {
      sites.wasm("a", "dep", "user").html("a", "/", "<script type=importmap>{\"integrity\": {\"/dep.wasm\": \"" + wanted
          + "\", \"/none\": 1, \"bare\": \"x\"}}</script>" + script("user"));
      Page page = settled("a", "/");
      assertEquals(wanted.equals(digest), page.problems().isEmpty(), () -> page.problems().toString());
      if (!wanted.equals(digest)) {
        assertMentions(page.problems().toString(), "dep.wasm", "digests");
      }
    }
  }

  @Test
  void givenIntegrityInAnImportMapWhenTheElementHasItsOwnThenThatCounts() throws Exception {
    String wrong = "{\"integrity\": {\"/greet.wasm\": \"sha256-" + "A".repeat(43) + "=\"}}";
    sites.wasm("a", "greet").html("a", "/", "<script type=importmap>" + wrong + "</script>"
        + "<script type=module integrity='' src='/greet.wasm'></script>");
    assertEquals(List.of("hello from greet"), texts(settled("a", "/")));
    sites.html("a", "/", "<script type=importmap>" + wrong + "</script>" + script("greet"));
    assertEquals(List.of(), texts(settled("a", "/")), "the control");
  }
}
