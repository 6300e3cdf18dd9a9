package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The http-state working group's cookie cases, but those that RFC 6265bis decides otherwise. */
class CookieConformanceTest {

  /** The cases are of 2010 and their dates lie around it. */
  private static final Instant NOW = Instant.parse("2011-01-01T00:00:00Z");

  /** Cases that RFC 6265bis changed, each with its paragraph. */
  private static final Map<String, List<String>> CHANGED = Map.of(
      "§5.6: a name-value-pair without \"=\" is the value of a cookie with an empty name", List.of("0004", "0021",
          "0023", "0024", "0025", "0026", "0027", "0028", "CHROMIUM0009", "CHROMIUM0010", "CHROMIUM0012", "MOZILLA0012",
          "MOZILLA0014", "MOZILLA0015", "MOZILLA0016", "MOZILLA0017", "NAME0017", "NAME0023", "NAME0025", "NAME0028",
          "NAME0031", "NAME0032", "NAME0033"),
      "§5.6: a header with a control character is ignored entirely", List.of("DISABLED_CHROMIUM0022",
          "DISABLED_CHROMIUM0023"),
      "§5.1.4: paths are compared as they are, not decoded", List.of("DISABLED_PATH0029"),
      "§5.6.3: an empty Domain attribute is the last one like any other", List.of("OPTIONAL_DOMAIN0042"));

  @TestFactory
  Stream<DynamicTest> everyParserCasePasses() throws IOException {
    return ConformanceData.cases(ConformanceData.json("cookies/parser.json")).stream()
        .filter(test -> CHANGED.values().stream().noneMatch(names -> names.contains(test.get("test"))))
        .map(test -> DynamicTest.dynamicTest((String) test.get("test"), () -> check(test)));
  }

  @TestFactory
  Stream<DynamicTest> everyChangedCaseIsDecidedOtherwise() throws IOException {
    List<Map<String, Object>> all = ConformanceData.cases(ConformanceData.json("cookies/parser.json"));
    return CHANGED.entrySet().stream().flatMap(entry -> entry.getValue().stream().map(name -> DynamicTest.dynamicTest(
        name + " by " + entry.getKey(), () -> {
          Map<String, Object> test = all.stream().filter(any -> any.get("test").equals(name)).findFirst().orElseThrow();
          assertThrows(AssertionError.class, () -> check(test));
        })));
  }

  @SuppressWarnings("unchecked")
  private static void check(Map<String, Object> test) throws UrlParseException {
    CookieJar jar = new CookieJar(() -> NOW);
    Url page = Url.parse("http://home.example.org:8888/cookie-parser?" + test.get("test"));
    for (String header : (List<String>) test.get("received")) {
      jar.set(header, firstParty(page));
    }
    Url sentTo = Url.parse((String) test.getOrDefault("sent-to", "/cookie-parser-result"), page);
    String expected = ((List<Map<String, String>>) test.get("sent")).stream()
        .map(cookie -> cookie.get("name").isEmpty() ? cookie.get("value")
            : cookie.get("name") + "=" + cookie.get("value")).collect(Collectors.joining("; "));
    assertEquals(Optional.of(expected).filter(value -> !value.isEmpty()), jar.header(firstParty(sentTo)));
  }

  private static CookieContext firstParty(Url url) {
    return new CookieContext(url, true, true, url.origin().site(), false);
  }

  @TestFactory
  Stream<DynamicTest> everyDateOfTheExamplesIsReadAsTheyAre() throws IOException {
    return dates("cookies/dates/examples.json");
  }

  @TestFactory
  Stream<DynamicTest> everyDateOfTheBsdExamplesIsReadAsTheyAre() throws IOException {
    return dates("cookies/dates/bsd-examples.json");
  }

  private static Stream<DynamicTest> dates(String file) throws IOException {
    return ConformanceData.cases(ConformanceData.json(file)).stream().map(test -> DynamicTest.dynamicTest(
        "date " + test.get("test"), () -> assertEquals(Optional.ofNullable(test.get("expected")),
            CookieDate.parse((String) test.get("test")).map(instant -> DateTimeFormatter
                .ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).format(
                    instant.atOffset(ZoneOffset.UTC))))));
  }
}
