package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.origin.example.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
