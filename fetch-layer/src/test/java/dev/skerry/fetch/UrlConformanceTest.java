package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The Web Platform Tests' URL data: every case must pass. */
class UrlConformanceTest {

  @TestFactory
  Stream<DynamicTest> everyCaseOfUrltestdataPasses() throws IOException {
    return ConformanceData.cases(ConformanceData.json("url/urltestdata.json")).stream()
        .map(test -> DynamicTest.dynamicTest(test.get("input") + " against " + test.get("base"), () -> check(test)));
  }

  private static void check(Map<String, Object> test) throws UrlParseException {
    String input = (String) test.get("input");
    String base = (String) test.get("base");
    if (test.containsKey("failure")) {
      assertThrows(UrlParseException.class, () -> parse(input, base));
      return;
    }
    Url url = parse(input, base);
    assertEquals(test.get("href"), url.href());
    assertEquals(test.get("protocol"), url.scheme() + ":");
    assertEquals(test.get("username"), url.username());
    assertEquals(test.get("password"), url.password());
    assertEquals(test.get("hostname"), url.host());
    assertEquals(test.get("port"), url.port() < 0 ? "" : String.valueOf(url.port()));
    assertEquals(test.get("pathname"), url.path());
    assertEquals(test.get("search"), url.query().filter(query -> !query.isEmpty()).map("?"::concat).orElse(""));
    assertEquals(test.get("hash"), url.fragment().filter(part -> !part.isEmpty()).map("#"::concat).orElse(""));
    if (test.containsKey("origin")) {
      assertEquals(test.get("origin"), url.origin().toString());
    }
    assertEquals(url, Url.parse(url.href()));
  }

  private static Url parse(String input, String base) throws UrlParseException {
    return Url.parse(input, base == null ? null : Url.parse(base));
  }

  @TestFactory
  Stream<DynamicTest> everyCaseOfToasciiPasses() throws IOException {
    return ConformanceData.cases(ConformanceData.json("url/toascii.json")).stream()
        .map(test -> DynamicTest.dynamicTest(String.valueOf(test.get("input")), () -> checkToAscii(test)));
  }

  private static void checkToAscii(Map<String, Object> test) throws UrlParseException {
    String input = "https://" + test.get("input") + "/x";
    if (test.get("output") == null) {
      assertThrows(UrlParseException.class, () -> Url.parse(input));
    } else {
      assertEquals("https://" + test.get("output") + "/x", Url.parse(input).href());
    }
  }
}
