package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Import maps (HTML §8.1.5.2 and §8.1.6.3). */
final class ImportMapTest {

  private static final String BASE = "https://a.example/app/";
  private static final String MAP = """
      {"imports": {"dep": "./lib/dep.wasm", "lib/": "/lib/", "lib/special/": "/special/", "blocked": null,
                   "odd/": "/odd", "https://cdn.example/x.wasm": "/local/x.wasm", "number": 1, "nested": {"a": ["b"]},
                   "": "/empty.wasm"},
       "scopes": {"/app/": {"dep": "/scoped.wasm"}, "/app/deep/": {"dep": "/deep.wasm"},
                  "/app/exact.wasm": {"dep": "/exact.wasm"}},
       "integrity": {"x": "y"}}
      """;

  private static Url url(String text) {
    try {
      return Url.parse(text);
    } catch (UrlParseException error) {
      throw new AssertionError(error);
    }
  }

  @ParameterizedTest
  @CsvSource({
      "dep,https://a.example/other/,https://a.example/app/lib/dep.wasm",
      "dep,https://a.example/app/m.wasm,https://a.example/scoped.wasm",
      "dep,https://a.example/app/deep/m.wasm,https://a.example/deep.wasm",
      "dep,https://a.example/app/exact.wasm,https://a.example/exact.wasm",
      "dep,https://a.example/app/exact.wasm2,https://a.example/scoped.wasm",
      "lib/x.wasm,https://a.example/,https://a.example/lib/x.wasm",
      "lib/special/x.wasm,https://a.example/,https://a.example/special/x.wasm",
      "https://cdn.example/x.wasm,https://a.example/,https://a.example/local/x.wasm",
      "./x.wasm,https://b.example/m/n.wasm,https://b.example/m/x.wasm",
      "../x.wasm,https://b.example/m/n.wasm,https://b.example/x.wasm",
      "/x.wasm,https://b.example/m/n.wasm,https://b.example/x.wasm",
      "https://c.example/y.wasm,https://b.example/,https://c.example/y.wasm"})
  void givenAMapWhenANameIsResolvedThenTheMostSpecificRuleCounts(String name, String base, String wanted)
      throws LoadError {
    assertEquals(wanted, ImportMap.parse(MAP, url(BASE)).resolve(name, url(base)).href());
  }

  @ParameterizedTest
  @ValueSource(strings = {"unknown", "blocked", "number", "nested", "odd/x.wasm", "lib/../../escape.wasm",
      "lib/https://x/"})
  void givenAMapWhenANameHasNoUsableRuleThenTheErrorNamesIt(String name) throws LoadError {
    ImportMap map = ImportMap.parse(MAP, url(BASE));
    LoadError error = assertThrows(LoadError.class, () -> map.resolve(name, url("https://a.example/other")));
    PageTest.assertMentions(error.getMessage(), name.replaceFirst("^lib/", ""));
  }

  @Test
  void givenTwoMapsWhenTheyAreMergedThenTheFirstRuleStays() throws LoadError {
    ImportMap first = ImportMap.parse("{\"imports\":{\"a\":\"/first.wasm\"}}", url(BASE));
    ImportMap later = ImportMap.parse("{\"imports\":{\"a\":\"/later.wasm\",\"b\":\"/b.wasm\"},"
        + "\"scopes\":{\"/s/\":{\"a\":\"/s.wasm\"}}}", url(BASE));
    ImportMap both = ImportMap.empty();
    both.merge(first);
    both.merge(later);
    assertEquals("https://a.example/first.wasm", both.resolve("a", url(BASE)).href());
    assertEquals("https://a.example/b.wasm", both.resolve("b", url(BASE)).href());
    assertEquals("https://a.example/s.wasm", both.resolve("a", url("https://a.example/s/m.wasm")).href());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "1", "{", "{\"imports\":[]}", "{\"scopes\":{\"/\":1}}", "{} {}",
      "{\"imports\":{]}}",
      "{\"x\":[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]}"})
  void givenSomethingThatIsNoImportMapWhenItIsParsedThenOneSentenceSaysSo(String text) {
    LoadError error = assertThrows(LoadError.class, () -> ImportMap.parse(text, url(BASE)));
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
  }
}
