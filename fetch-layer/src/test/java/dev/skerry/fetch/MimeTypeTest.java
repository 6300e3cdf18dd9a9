package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.fetch.FetchResponse.Header;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parsing and serialising MIME types (MIME Sniffing §4.4, §4.5), and extracting one from headers (Fetch §2.2.2). */
class MimeTypeTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
      "Text/HTML | text/html",
      " text/html ; charset=gbk | text/html;charset=gbk",
      "text/html;charset=gbk;charset=utf-8 | text/html;charset=gbk",
      "text/html;CHARSET=GBK | text/html;charset=GBK",
      "text/html;charset = gbk | text/html",
      "text/html;charset= gbk | text/html;charset=\" gbk\"",
      "text/html;;;charset=x | text/html;charset=x",
      "text/html;charset | text/html",
      "text/html;charset= | text/html",
      "text/html;charset=\"a;b\\\"c\";x=1 | text/html;charset=\"a;b\\\"c\";x=1",
      "text/html;charset=\"\" | text/html;charset=\"\"",
      "text/html;charset=\"unclosed | text/html;charset=unclosed",
      "text/html;charset=\"a\"junk;x=1 | text/html;charset=a;x=1",
      "text/html;a(=b;x=1 | text/html;x=1",
      "x/x;x=é | x/x;x=\"é\"",
  })
  void aMimeTypeIsReadAndWrittenAsTheStandardSays(String input, String output) {
    assertEquals(output, MimeType.parse(input).orElseThrow().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "text", "text/", "/html", "te xt/html", "text/ht ml", "text/html,", "bäd/x",
      "a/b/c"})
  void whatIsNoMimeTypeFails(String input) {
    assertEquals(Optional.empty(), MimeType.parse(input));
  }

  private static String extract(String... values) {
    List<Header> headers = Arrays.stream(values).map(value -> new Header("content-type", value)).toList();
    return MimeType.extract(headers).map(MimeType::toString).orElse(null);
  }

  @Test
  void theLastValidTypeWinsAndTheCharsetOfAnEqualOneCarriesOver() {
    assertEquals("text/html", extract("text/plain;charset=gbk, text/html"));
    assertEquals("text/html;x=y;charset=gbk", extract("text/html;charset=gbk;a=b, text/html;x=y"));
    assertEquals("text/html;x=y;charset=gbk", extract("text/html;charset=gbk;a=b", "text/html;x=y"));
    assertEquals("text/html", extract("text/html;charset=gbk", "x/x", "text/html;x=", "*/*"));
    assertEquals("text/html", extract("text/html", "cannot-parse", "*/*", ""));
    assertEquals("text/html;a=\", x/y;\"", extract("text/html;a=\", x/y;\""));
    assertEquals(null, extract());
    assertEquals(null, extract("junk"));
  }
}
