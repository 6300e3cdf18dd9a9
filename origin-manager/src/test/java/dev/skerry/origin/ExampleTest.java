package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.origin.example.Checkout;
import dev.skerry.origin.example.GrantByOrigin;
import dev.skerry.origin.example.ManyPages;
import dev.skerry.origin.example.ReadDocument;
import dev.skerry.origin.example.WatchRequests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The example of the module's README. */
final class ExampleTest extends PageTest {

  private static final Path SOURCE = Path.of("src/test/java/dev/skerry/origin/example/Checkout.java");

  private static final Path README = Path.of("README.md");

  @Test
  void givenAShopsPageWhenTheExampleRunsThenItDoesWhatTheReadmeSays() throws LoadError {
    sites.html("shop", "/", script("bound")).wasm("shop", "bound");
    assertEquals(List.of("rang"), Checkout.run(sites.url("shop", "/"), sites.origin("shop")));
  }

  @Test
  void givenAPageWhenItsDocumentIsReadThenItIsAsItsGuestsLeftIt() throws LoadError {
    sites.html("a", "/", "<p id=out></p>" + script("writer")).wasm("a", "writer");
    assertEquals("written by wasm", ReadDocument.read(sites.url("a", "/"), "#out"));
  }

  @Test
  void givenAPageWhenItsRequestsAreWatchedThenThoseThatAreRefusedHaveNoStatus() throws LoadError {
    sites.html("a", "/", script("greet") + "<iframe src='" + sites.url("b", "/") + "'></iframe>").wasm("a", "greet")
        .html("b", "/", "<p>b</p>");
    List<String> lines = WatchRequests.watch(sites.url("a", "/"), sites.origin("b"));
    assertEquals(Set.of("200 " + sites.url("a", "/"), "200 " + sites.url("a", "/greet.wasm"),
        "0 " + sites.url("b", "/")), Set.copyOf(lines));
    assertEquals(List.of("a/", "a/greet.wasm"), sites.requested());
  }

  @Test
  void givenAHundredPagesWhenTheyLoadSideBySideThenEachHasItsTitle() {
    List<String> urls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sites.html("a", "/" + i, "<title>page " + i + "</title>" + script("greet"));
      urls.add(sites.url("a", "/" + i));
    }
    sites.wasm("a", "greet");
    Map<String, String> titles = ManyPages.titles(urls);
    assertEquals(urls, List.copyOf(titles.keySet()));
    assertEquals("page 99", titles.get(urls.get(99)));
  }

  @Test
  void givenCapabilitiesByOriginWhenAnotherOriginWantsMoreThenItsModuleDoesNotLink() throws LoadError {
    sites.html("a", "/", script("keeper") + "<iframe src='" + sites.url("b", "/") + "'></iframe>").wasm("a", "keeper")
        .html("b", "/", script("keeper")).wasm("b", "keeper");
    List<String> problems = GrantByOrigin.problems(sites.url("a", "/"), sites.origin("a"));
    assertEquals(1, problems.size(), problems::toString);
    assertMentions(problems.get(0), sites.url("b", "/keeper.wasm"), "capability storage", "'web:storage'");
  }

  @Test
  void givenTheReadmeWhenItIsReadThenItsExampleIsTheOneThatIsCompiled() throws IOException {
    String source = Files.readString(SOURCE);
    String body = source.substring(source.indexOf("public final class"));
    assertTrue(Files.readString(README).contains(body), "README.md must show " + SOURCE + " as it is");
  }

  @Test
  void givenTheReadmeWhenItIsReadThenItNamesEveryLimit() throws IOException {
    String readme = Files.readString(README);
    for (Limit limit : Limit.values()) {
      assertTrue(readme.contains("| `" + limit + "` | "), () -> "README.md must have a row for " + limit);
    }
  }
}
