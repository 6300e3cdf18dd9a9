package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What guests keep: for their origin and the page's site, in memory or in a file. */
final class StorageTest extends PageTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir
  private Path folder;

  private void sites() {
    sites.html("a", "/", script("keeper")).html("a", "/in", "<iframe src='" + sites.url("b", "/") + "'></iframe>")
        .html("c", "/", "<iframe src='" + sites.url("b", "/") + "'></iframe>").html("b", "/", script("keeper"))
        .wasm("a", "keeper").wasm("b", "keeper");
  }

  @Test
  void givenAValueWhenTheOriginComesAgainThenLocalStorageHasItAndTheSessionOfAnotherPageHasNot() throws LoadError {
    sites();
    Page page = settled("a", "/");
    assertEquals(List.of("local: ", "session: "), texts(page));
    page.reload(LONG);
    assertTrue(page.settle(LONG));
    assertEquals(List.of("local: x", "session: x"), texts(page).subList(2, 4));
    assertEquals(List.of("local: xx", "session: "), texts(settled("a", "/")));
  }

  @Test
  void givenAnOriginInPagesOfTwoSitesWhenItKeepsValuesThenEachSiteHasItsOwn() throws LoadError {
    sites();
    settled("a", "/in");
    assertEquals(List.of("local: ", "session: "), texts(settled("c", "/")));
    assertEquals(List.of("local: x", "session: "), texts(settled("a", "/in")));
    assertEquals(List.of("local: ", "session: "), texts(settled("b", "/")));
  }

  @Test
  void givenAFileWhenAnotherHostOpensItThenLocalStorageIsThereAgain() throws LoadError, IOException {
    sites();
    Path file = folder.resolve("storage");
    for (String expected : List.of("local: ", "local: x", "local: xx")) {
      try (PageHost lasting = PageHost.builder().storage(file).build()) {
        Page page = lasting.open(sites.url("a", "/"));
        assertTrue(page.settle(LONG));
        assertEquals(List.of(expected, "session: "), texts(page));
      }
    }
    assertTrue(Files.size(file) > 0);
  }

  @Test
  void givenAFileThatCannotBeUsedWhenAHostIsMadeThenTheReasonIsNamed() throws IOException {
    Path file = folder.resolve("storage");
    PageHost.Builder second = PageHost.builder().storage(file);
    try (PageHost first = PageHost.builder().storage(file).build()) {
      assertMentions(assertThrows(IllegalArgumentException.class, second::build).getMessage(), file.toString(),
          "in use");
      assertEquals(0, first.openPages());
    }
    Path damaged = Files.write(folder.resolve("damaged"), new byte[10_000]);
    assertMentions(assertThrows(IllegalArgumentException.class, PageHost.builder().storage(damaged)::build)
        .getMessage(), damaged.toString());
  }

  @Test
  void givenAQuotaWhenAGuestFillsItsStorageThenItIsRefusedThereAndNobodyElseIs() throws LoadError {
    sites();
    host.close();
    host = PageHost.builder().limits(Limits.defaults().with(Limit.STORAGE, 100_000).with(Limit.HOST_STORAGE, 150_000))
        .build();
    Page page = settled("a", "/");
    assertEquals(49, page.call("fill")[0]);
    Page other = settled("b", "/");
    assertEquals(25, other.call("fill")[0], "the quota of the host is used up before its own");
  }

  @Test
  void givenAnOpaqueOriginWhenItAsksForStorageThenItIsRefused() throws LoadError {
    sites.html("a", "/", "<iframe sandbox=allow-scripts src='" + sites.url("b", "/") + "'></iframe>")
        .html("b", "/", script("keeper"))
        .answer("b", "/keeper.wasm", 200, TestSites.sharedWasm(), TestSites.guest("keeper"));
    assertMentions(messages(settled("a", "/")).get(0), "SecurityError", "opaque");
  }
}
