package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parts of a URL, and what is said of a string that is none. */
class UrlTest {

  @Test
  void aUrlHasItsParts() throws Exception {
    Url url = Url.parse("HTTPS://us%20er:pa:ss@EXAMPLE.com:8443/a/../b%20c?d=e f#g h");

    assertEquals("https", url.scheme());
    assertEquals("us%20er", url.username());
    assertEquals("pa%3Ass", url.password());
    assertEquals("example.com", url.host());
    assertEquals(8443, url.port());
    assertEquals(8443, url.effectivePort());
    assertEquals("/b%20c", url.path());
    assertEquals(Optional.of("d=e%20f"), url.query());
    assertEquals(Optional.of("g%20h"), url.fragment());
    assertEquals("https://us%20er:pa%3Ass@example.com:8443/b%20c?d=e%20f#g%20h", url.href());
    assertEquals("https://us%20er:pa%3Ass@example.com:8443/b%20c?d=e%20f", url.withoutFragment().href());
  }

  @Test
  void thePortToConnectToIsTheSchemesWhereNoneIsGiven() throws Exception {
    assertEquals(80, Url.parse("http://a:80/").effectivePort());
    assertEquals(-1, Url.parse("http://a:80/").port());
    assertEquals(443, Url.parse("https://a/").effectivePort());
    assertEquals(-1, Url.parse("file:///a").effectivePort());
    assertEquals(-1, Url.parse("data:,a").effectivePort());
  }

  @Test
  void urlsAreEqualBySerialisation() throws Exception {
    assertEquals(Url.parse("http://a/b/../c"), Url.parse("HTTP://A:80/c"));
    assertEquals(Url.parse("http://a/b/../c").hashCode(), Url.parse("HTTP://A:80/c").hashCode());
    assertNotEquals(Url.parse("http://a/#"), Url.parse("http://a/"));
  }

  @Test
  void withoutAFragmentAUrlIsItself() throws Exception {
    Url url = Url.parse("http://a/");
    assertEquals(url, url.withoutFragment());
    assertEquals(Url.parse("non-spec:/.//p"), Url.parse("non-spec:/.//p#f").withoutFragment());
    assertEquals("data:,x", Url.parse("data:,x#f").withoutFragment().href());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "http:// | the host is missing (host-missing)",
      "nothing | it has no scheme and there is no base URL (missing-scheme-non-relative-URL)",
      "http://a:70000/ | the port 70000 is above 65535 (port-out-of-range)",
      "http://a:b/ | the port is not a number (port-invalid)",
      "http://[::1/ | the IPv6 address \"[::1\" has no closing bracket (IPv6-unclosed)",
      "http://1.2.3.999/ | has the part \"999\", which is too large (IPv4-out-of-range-part)",
      "http://a%00b/ | has the forbidden code point U+0000 (domain-invalid-code-point)",
      "http://a b/ | has the forbidden code point U+0020 (domain-invalid-code-point)",
  })
  void whatIsNoUrlIsNamedWithItsReason(String input, String reason) {
    UrlParseException e = assertThrows(UrlParseException.class, () -> Url.parse(input));
    assertTrue(e.getMessage().startsWith("\"" + input + "\" is not a URL: "), e.getMessage());
    assertTrue(e.getMessage().endsWith(reason), e.getMessage());
  }

  @Test
  void aMessageHoldsNoControlCharactersAndIsNotEndless() {
    UrlParseException e = assertThrows(UrlParseException.class,
        () -> Url.parse("http://\u001b[31m\u202e" + "x".repeat(100_000) + " /"));
    assertTrue(e.getMessage().chars().allMatch(c -> c >= ' ' && c < 0x7F), e.getMessage());
    assertTrue(e.getMessage().length() < 1000, e.getMessage());
  }
}
