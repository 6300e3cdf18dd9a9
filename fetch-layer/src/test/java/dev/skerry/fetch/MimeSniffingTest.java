package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static dev.skerry.fetch.Policies.headers;
import static dev.skerry.fetch.Policies.origin;
import static dev.skerry.fetch.Policies.url;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import dev.skerry.fetch.Refusal.Rule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MIME Sniffing by its tables, nosniff, and opaque response blocking against a real server. */
class MimeSniffingTest {

  private static final String ONE_PIXEL_GIF = "GIF89a";

  private static byte[] bytes(String hexOrText) {
    return hexOrText.startsWith("0x") ? HexFormat.of().parseHex(hexOrText.substring(2))
        : hexOrText.replace("\\n", "\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String computed(String type, String body, String... more) {
    List<FetchResponse.Header> headers = new ArrayList<>(headers(more));
    if (!type.isEmpty()) {
      headers.add(new FetchResponse.Header("content-type", type));
    }
    return MimeSniffing.compute(headers, bytes(body)).essence();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "<!DOCTYPE html> | text/html", "<!doctype HTML> | text/html", "\\n <html> | text/html", "<Script > | text/html",
      "<scripts> | text/plain", "<p> | text/html", "<pre> | text/plain", "<!-- x | text/html", "<!--x | text/plain",
      "<?xml version | text/xml", "<?XML | text/plain", "%PDF-1 | application/pdf", "hello | text/plain",
      "^^ | text/plain", "0x00FF | application/octet-stream", "0x1B41 | text/plain", "0xFEFF0041 | text/plain",
      "0xEFBBBF00 | text/plain", "%!PS-Adobe-3 | application/postscript", "0x89504E470D0A1A0A | image/png",
      "0xFFD8FFE0 | image/jpeg", "GIF87a | image/gif", "GIF88a | text/plain", "BM | image/bmp",
      "0x00000100 | image/x-icon", "0x524946460000000057454250565038 | image/webp",
      "0x524946460000000057415645 | audio/wave", "0x524946460000000041564920 | video/avi",
      "0x4F67675300 | application/ogg", "ID3 | audio/mpeg", "0x4D54686400000006 | audio/midi",
      "0x464F524D0000000041494646 | audio/aiff", "0x1F8B08 | application/x-gzip", "0x504B0304 | application/zip",
      "0x526172211A0700 | application/x-rar-compressed",
      "0x0000001866747970 6D70343200000000 | application/octet-stream",
  })
  void section71AnUnknownTypeIsIdentifiedByItsFirstBytes(String body, String expected) {
    assertEquals(expected, computed("", body.startsWith("0x") ? body.replace(" ", "") : body));
    assertEquals(expected, computed("application/unknown", body.startsWith("0x") ? body.replace(" ", "") : body));
  }

  @Test
  void section71NosniffStillIdentifiesButNothingThatScripts() {
    assertEquals("text/plain", computed("", "<html>", "X-Content-Type-Options: nosniff"));
    assertEquals("image/gif", computed("", ONE_PIXEL_GIF, "X-Content-Type-Options: nosniff"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "text/html | GIF89a | text/html", "application/xhtml+xml | GIF89a | application/xhtml+xml",
      "image/png | GIF89a | image/gif", "image/png | <html> | image/png", "image/svg+xml | GIF89a | image/svg+xml",
      "audio/wave | ID3 | audio/mpeg", "video/mp4 | GIF89a | video/mp4", "text/plain | <html> | text/plain",
      "text/plain | 0x0001 | application/octet-stream", "text/plain; charset=utf-8 | 0x0001 | text/plain",
      "text/plain; charset=UTF-8 | 0x0001 | application/octet-stream", "text/plain | 0xFEFF00 | text/plain",
      "application/json | <html> | application/json", "application/wasm | <html> | application/wasm",
  })
  void section7ASuppliedTypeIsDoubtedOnlyWhereTheTableSaysSo(String type, String body, String expected) {
    assertEquals(expected, computed(type, body));
    boolean doubted = !expected.equals(MimeType.parse(type).orElseThrow().essence());
    assertEquals(doubted, !computed(type, body).equals(computed(type, body, "X-Content-Type-Options: nosniff")));
  }

  @Test
  void section62Mp4WebmAndMp3AreKnownByTheirStructure() {
    String mp4 = "0x00000014667479706D703432" + "00000000" + "69736F6D";
    assertEquals("video/mp4", computed("", mp4));
    assertEquals("video/mp4", computed("", mp4.replace("706D7034", "70616263").replace("69736F6D", "6D703431")));
    assertEquals("application/octet-stream", computed("", mp4.replace("00000014", "00000015")));
    assertEquals("application/octet-stream", computed("", mp4.replace("00000014", "FFFFFFFC")));
    assertEquals("video/webm", computed("", "0x1A45DFA3010203428284" + "7765626D00"));
    assertEquals("application/octet-stream", computed("", "0x1A45DFA3010203428284" + "6D61746B00"));
    byte[] mp3 = new byte[417 + 4];
    byte[] header = {-1, (byte) 0xFB, (byte) 0x90, 0};
    System.arraycopy(header, 0, mp3, 0, 4);
    System.arraycopy(header, 0, mp3, 417, 4);
    assertEquals(Optional.of("audio/mpeg"), MimeSniffing.media(mp3));
    assertEquals(Optional.empty(), MimeSniffing.media(Arrays.copyOf(mp3, 417)));
  }

  @Test
  void section63FontsAreKnown() {
    assertEquals(Optional.of("font/woff2"), MimeSniffing.font(bytes("wOF2")));
    assertEquals(Optional.of("application/vnd.ms-fontobject"), MimeSniffing.font(bytes("x".repeat(34) + "LP")));
    assertEquals(Optional.empty(), MimeSniffing.font(bytes("wOF3")));
  }

  @ParameterizedTest
  @CsvSource({"text/css, true", "text/plain, false", "text/html, false"})
  void fetch36NosniffAppliesToStyleSheetsToo(String type, boolean allowed) {
    NetworkResponse response = new NetworkResponse(200, headers("Content-Type: " + type,
        "X-Content-Type-Options: nosniff"), new byte[0]);
    assertEquals(allowed, MimeBlocking.refusal(response, Destination.STYLE).isEmpty());
    assertTrue(MimeBlocking.refusal(response, Destination.IMAGE).isEmpty());
    assertEquals(Rule.NOSNIFF, MimeBlocking.refusal(response, Destination.WORKER).orElseThrow().rule());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '^', value = {
      "IMAGE | 200 | image/png | 0x89504E470D0A1A0A | ^^ | true", "IMAGE | 200 | text/html | GIF89a | ^^ | true",
      "IMAGE | 200 | text/html | GIF89a | X-Content-Type-Options: nosniff | false",
      "IMAGE | 200 | text/html | <html> secret | ^^ | false", "SCRIPT | 200 | application/json | {} | ^^ | false",
      "SCRIPT | 200 | text/javascript | x | ^^ | true", "SCRIPT | 200 | text/html | var x | ^^ | false",
      "STYLE | 200 | text/css | x | ^^ | true", "IMAGE | 200 | image/svg+xml | <svg> | ^^ | true",
      "IMAGE | 200 | application/pdf | GIF89a | ^^ | false", "IMAGE | 200 | text/csv | GIF89a | ^^ | false",
      "IMAGE | 200 | ^^ | anything | ^^ | true", "IMAGE | 404 | ^^ | anything | ^^ | false",
      "IMAGE | 200 | ^^ | anything | X-Content-Type-Options: nosniff | false",
      "IMAGE | 404 | image/gif | GIF89a | ^^ | true", "IMAGE | 200 | image/gif | secret | ^^ | false",
      "AUDIO | 200 | audio/mpeg | ID3 | ^^ | true", "AUDIO | 500 | audio/mpeg | ID3 | ^^ | false",
      "IMAGE | 200 | audio/mpeg | ID3 | ^^ | false", "AUDIO | 200 | image/gif | GIF89a | ^^ | false",
      "AUDIO | 206 | audio/mpeg | ID3 | Content-Range: bytes 0-2/9 | true",
      "AUDIO | 206 | audio/mpeg | ID3 | Content-Range: bytes 1-3/9 | false",
      "AUDIO | 206 | text/html | ID3 | Content-Range: bytes 0-2/9 | false",
  })
  void orbLetsMediaStylesAndScriptsOfOtherOriginsInAndNothingElse(Destination destination, int status, String type,
                                                                 String body, String header, boolean allowed)
      throws Exception {
    try (TestSite site = new TestSite(); FetchClient client = FetchClient.create(Fetching.QUICK)) {
      site.on("/x", status, bytes(body), type.isEmpty() ? "X-None: x" : "Content-Type: " + type,
          header.isEmpty() ? "X-None: x" : header);
      String page = site.origin("page.localhost") + "/";
      FetchRequest request = new FetchRequest(url(site.origin("other.localhost") + "/x"), Mode.NO_CORS,
          Credentials.OMIT, destination, origin(page), url(page));
      if (allowed) {
        assertEquals(0, fetch(client, request).status(), "opaque");
      } else {
        assertEquals(Rule.ORB, failure(client, request, Reason.BLOCKED).refusal().orElseThrow().rule());
      }
      FetchRequest own = new FetchRequest(url(page + "x"), Mode.NO_CORS, Credentials.OMIT, Destination.IMAGE,
          origin(page), url(page));
      assertEquals(status, fetch(client, own).status(), "the own origin is no concern of it");
    }
  }
}
