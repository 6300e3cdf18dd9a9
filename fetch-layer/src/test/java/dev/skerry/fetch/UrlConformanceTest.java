package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The Web Platform Tests' URL data: every case must pass. */
class UrlConformanceTest {

  private static final List<String> PARTS = List.of("origin", "protocol", "username", "password", "host", "hostname",
      "port", "pathname", "search", "hash");

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
    for (String part : PARTS) {
      assertEquals(test.getOrDefault(part, part(url, part)), part(url, part), part);
    }
    assertEquals(url, Url.parse(url.href()));
  }

  private static Url parse(String input, String base) throws UrlParseException {
    return Url.parse(input, base == null ? null : Url.parse(base));
  }

  private static final Map<String, BiFunction<Url, String, Url>> SETTERS = Map.of("protocol", Url::withProtocol,
      "username", Url::withUsername, "password", Url::withPassword, "host", Url::withHost, "hostname",
      Url::withHostname, "port", Url::withPort, "pathname", Url::withPathname, "search", Url::withSearch,
      "hash", Url::withHash);

  @TestFactory
  @SuppressWarnings("unchecked")
  Stream<DynamicTest> everyCaseOfSettersTestsPasses() throws IOException {
    Map<String, Object> groups = (Map<String, Object>) ConformanceData.json("url/setters_tests.json");
    return groups.entrySet().stream().filter(group -> !group.getKey().equals("comment"))
        .flatMap(group -> ConformanceData.cases(group.getValue()).stream().map(test -> DynamicTest.dynamicTest(
            group.getKey() + " of " + test.get("href") + " = " + test.get("new_value"),
            () -> checkSetter(group.getKey(), test))));
  }

  @SuppressWarnings("unchecked")
  private static void checkSetter(String setter, Map<String, Object> test) throws UrlParseException {
    String value = (String) test.get("new_value");
    Url url = setter.equals("href") ? Url.parse(value)
        : SETTERS.get(setter).apply(Url.parse((String) test.get("href")), value);
    ((Map<String, Object>) test.get("expected")).forEach((part, expected) -> assertEquals(expected, part(url, part)));
  }

  /** The API's getter of that name (URL §6.1). */
  private static String part(Url url, String name) {
    String port = url.port() < 0 ? "" : String.valueOf(url.port());
    return switch (name) {
      case "href" -> url.href();
      case "origin" -> url.origin().toString();
      case "protocol" -> url.scheme() + ":";
      case "username" -> url.username();
      case "password" -> url.password();
      case "host" -> port.isEmpty() ? url.host() : url.host() + ":" + port;
      case "hostname" -> url.host();
      case "port" -> port;
      case "pathname" -> url.path();
      case "search" -> url.query().filter(query -> !query.isEmpty()).map("?"::concat).orElse("");
      case "hash" -> url.fragment().filter(fragment -> !fragment.isEmpty()).map("#"::concat).orElse("");
      default -> throw new IllegalArgumentException(name);
    };
  }

  @TestFactory
  Stream<DynamicTest> everyCaseOfPercentEncodingPasses() throws IOException {
    return ConformanceData.cases(ConformanceData.json("url/percent-encoding.json")).stream()
        .map(test -> DynamicTest.dynamicTest("of " + test.get("input"), () -> checkPercentEncoding(test)));
  }

  /** The encoding of a document is that of its queries; everything else is in UTF-8. */
  @SuppressWarnings("unchecked")
  private static void checkPercentEncoding(Map<String, Object> test) throws UrlParseException {
    Map<String, String> outputs = (Map<String, String>) test.get("output");
    for (Map.Entry<String, String> output : outputs.entrySet()) {
      Url url = Url.parse("https://doesnotmatter.invalid/?" + test.get("input") + "#" + test.get("input"), null,
          Charset.forName(output.getKey()));
      assertEquals(output.getValue(), url.query().orElseThrow(), output.getKey());
      assertEquals(outputs.get("utf-8"), url.fragment().orElseThrow());
    }
  }

  @TestFactory
  Stream<DynamicTest> everyCaseOfIdnaTestV2Passes() throws IOException {
    return ConformanceData.cases(ConformanceData.json("url/IdnaTestV2.json")).stream()
        .filter(test -> !test.get("input").equals("")) // An empty host is no input of the domain parser.
        .map(test -> DynamicTest.dynamicTest("of " + test.get("input"), () -> checkToAscii(test)));
  }

  @TestFactory
  Stream<DynamicTest> everyCaseOfToasciiPasses() throws IOException {
    return ConformanceData.cases(ConformanceData.json("url/toascii.json")).stream()
        .map(test -> DynamicTest.dynamicTest("of " + test.get("input"), () -> checkToAscii(test)));
  }

  private static void checkToAscii(Map<String, Object> test) throws UrlParseException {
    String host = PercentEncodeSet.COMPONENT.encode((String) test.get("input"));
    String input = "https://" + host + "/x";
    if (test.get("output") == null) {
      assertThrows(UrlParseException.class, () -> Url.parse(input));
    } else {
      assertEquals("https://" + test.get("output") + "/x", Url.parse(input).href());
    }
  }
}
