package dev.skerry.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages on programs of others: what they do where those were fetched, and that nothing is amiss where not. */
class FetchedModulesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static PageHost host;

  @TempDir
  private Path folder;

  @BeforeAll
  static void start() {
    host = PageHost.builder().build();
  }

  @AfterAll
  static void stop() {
    host.close();
  }

  /** The page of a site whose module was fetched; the test is skipped where it was not. */
  private static Page open(DemoServer server, String site, String module) throws Exception {
    assumeTrue(FetchedModules.usual().has(module),
        () -> module + " is not here: run demo-sites/src/sites/fetch.sh");
    server.start();
    Page page = host.open(server.origin(site) + "/");
    assertTrue(page.settle(PATIENCE), () -> "not settled: " + page.problems());
    assertEquals(List.of(), page.problems());
    return page;
  }

  @Test
  void givenQuickJsThenThePromptEvaluatesJavaScript() throws Exception {
    try (DemoServer server = new DemoServer(); Page page = open(server, "prompt.localhost", "quickjs.wasm")) {
      assertEquals(
          List.of("42", "Fastnet,Rockall,Sule", "2880067194370816120", "aBC",
              "[{\"name\":\"Sule\"},{\"name\":\"Fastnet\"}]",
              "undefined, object", "TypeError: cannot read property 'of' of undefined"),
          page.document().select("#answers > li > :last-child").eachText());
      assertEquals(List.of("strong"), page.document().select("#answers > li:last-child > :last-child").stream()
          .map(Element::tagName).toList());
      assertEquals("7 scripts evaluated, 1 of them threw", page.document().getElementById("status").text());
      page.click("#run");
      assertTrue(page.settle(PATIENCE));
      assertEquals("yrreks", page.document().select("#answers > li:last-child > output").text());
    }
  }

  @Test
  void givenSqliteThenThePageAnswersSql() throws Exception {
    try (DemoServer server = new DemoServer(); Page page = open(server, "sql.localhost", "sql.wasm")) {
      Document document = page.document();
      assertEquals(List.of("sea islands highest Atlantic 3 64 Celtic Sea 1 30 Hebrides 1 3",
              "numbers 0 1 1 2 3 5 8 13 21 34 55", "name place Sule Skerry 1 Skerryvore 2", "islands 5"),
          document.select("#answers > table").stream().map(table -> {
            table.select("caption").remove();
            return table.text();
          }).toList());
      assertEquals("CHECK constraint failed: height > 0", document.select("#answers > strong").text());
      page.click("#run");
      assertTrue(page.settle(PATIENCE));
      assertEquals(List.of("Sule Skerry", "Skerryvore", "Rockall", "Muckle Flugga", "Fastnet"),
          page.document().select("#answers > table:last-child td").eachText());
    }
  }

  @ParameterizedTest
  @CsvSource({"prompt.localhost, quickjs", "sql.localhost, sqlite"})
  void givenNothingFetchedThenThePageSaysHowToGetIt(String site, String program) throws Exception {
    try (DemoServer server = new DemoServer(new FetchedModules(null))) {
      server.start();
      try (Page page = host.open(server.origin(site) + "/")) {
        assertTrue(page.settle(PATIENCE), () -> "not settled: " + page.problems());
        assertTrue(page.document().getElementById("missing").text().contains("fetch.sh " + program));
        assertEquals(List.of(), page.problems());
        assertEquals(1, page.requests().size(), () -> page.requests().toString());
      }
    }
  }

  @Test
  void givenSomethingFetchedThenTheStartPageEmbedsItsSiteAndExpectsItsResult() throws Exception {
    Files.write(folder.resolve("sql.wasm"), new byte[] {1});
    try (DemoServer server = new DemoServer(new FetchedModules(folder))) {
      server.start();
      try (Page page = host.open(server.origin("skerry.localhost") + "/")) {
        assertNotNull(page.document().selectFirst("iframe[name=sql]"));
        assertNull(page.document().selectFirst("iframe[name=prompt]"));
        assertFalse(page.document().text().contains("{{"), () -> page.document().text());
      }
      assertTrue(server.expectations().stream().anyMatch(row -> row.origin().contains("//sql.localhost:")));
      assertFalse(server.expectations().stream().anyMatch(row -> row.origin().contains("//prompt.localhost:")));
    }
  }

  @Test
  void aFetchedModuleBelongsToItsSiteAloneAndNoOtherFileOfTheFolderIsRead() throws IOException {
    Files.write(folder.resolve("sql.wasm"), "a module".getBytes(StandardCharsets.UTF_8));
    Files.write(folder.resolve("secret.wasm"), new byte[] {1});
    FetchedModules fetched = new FetchedModules(folder);
    assertEquals(Optional.of("a module"), fetched.read(site("sql"), "sql.wasm").map(String::new));
    assertEquals(Optional.empty(), fetched.read(site("prompt"), "sql.wasm").map(String::new));
    assertEquals(Optional.empty(), fetched.read(site("prompt"), "quickjs.wasm").map(String::new));
    assertEquals(Optional.empty(), fetched.read(site("sql"), "secret.wasm").map(String::new));
    assertFalse(fetched.has("secret.wasm"));
  }

  private static Site site(String name) {
    return Site.ALL.stream().filter(site -> site.host().equals(name + ".localhost")).findFirst().orElseThrow();
  }
}
