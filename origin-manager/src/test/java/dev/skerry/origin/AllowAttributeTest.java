package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.Origin;
import dev.skerry.fetch.Url;
import dev.skerry.fetch.UrlParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a frame's element hands on to documents of other origins (Permissions Policy §5.3). */
class AllowAttributeTest {

  private static final String FEATURE = "cross-origin-isolated";

  private static boolean permits(String allow, String src, String document) throws UrlParseException {
    return new AllowAttribute(allow).permits(FEATURE, Url.parse("https://top.example").origin(), Url.parse(src),
        Url.parse(document).origin());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "``|false", "camera|false", "cross-origin-isolated|true", "camera; Cross-Origin-Isolated|true",
      "cross-origin-isolated 'src'|true", "cross-origin-isolated 'none'|false", "cross-origin-isolated *|true",
      "cross-origin-isolated 'self'|false", "cross-origin-isolated https://b.example|false",
      "cross-origin-isolated https://b.example https://a.example|true", "cross-origin-isolatedx|false",
      "cross-origin-isolated 'none'; cross-origin-isolated *|false"})
  void aDocumentOfAnotherOriginNeedsItsEmbeddersWord(String allow, boolean expected) throws UrlParseException {
    assertEquals(expected, permits(allow, "https://a.example/x", "https://a.example/y"));
  }

  @Test
  void aDocumentOfTheEmbeddersOriginNeedsNone() throws UrlParseException {
    assertTrue(permits("", "https://a.example", "https://top.example/in"));
  }

  @Test
  void theFrameMayHaveBeenNavigatedSinceAndIsAskedForWhereItIs() throws UrlParseException {
    assertEquals(false, permits(FEATURE, "https://a.example", "https://b.example"));
    assertEquals(false, new AllowAttribute(FEATURE).permits(FEATURE, Url.parse("https://top.example").origin(),
        Url.parse("https://a.example"), Origin.opaque()));
  }
}
