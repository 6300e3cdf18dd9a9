package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchResponse.Tainting;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemes that need no network (Fetch §4.3 and §6). */
class DataUrlTest {

  private final FetchClient client = FetchClient.create(Fetching.QUICK);

  @AfterEach
  void stop() {
    client.close();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "data:,a%20b | text/plain;charset=US-ASCII | a b",
      "data:text/html,<p>x#frag | text/html | <p>x",
      "data:text/html;charset=utf-8,x | text/html;charset=utf-8 | x",
      "data:;charset=utf-8,x | text/plain;charset=utf-8 | x",
      "data:broken,x | text/plain;charset=US-ASCII | x",
      "data:text/plain;base64,aGk= | text/plain | hi",
      "data:text/plain;base64,aGk | text/plain | hi",
      "data:text/plain; Base64,a%47k%3D | text/plain | hi",
      "data:;base64,aG%0A%20k | text/plain;charset=US-ASCII | hi",
      "data:text/plain;base64;x=y,aGk= | text/plain;x=y | aGk=",
      "data:x/y;a=\"b c\",, | x/y;a=\"b c\" | ,",
      "data:text/html,a?b,c | text/html | a?b,c",
      "data:%20text/html ,x | %20text/html | x",
  })
  void aDataUrlHoldsItsTypeAndBody(String url, String contentType, String body) throws Exception {
    FetchResponse response = get(client, url);
    assertEquals(200, response.status());
    assertEquals(Optional.of(contentType), response.header("content-type"));
    assertEquals(body, new String(response.body(), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"data:text/plain", "data:;base64,a", "data:;base64,ab=c", "data:;base64,a=",
      "data:;base64,*"})
  void aBrokenDataUrlIsAnError(String url) throws Exception {
    failure(client, url, Reason.BAD_URL);
  }

  @Test
  void leftoverBitsOfBase64AreDropped() {
    assertArrayEquals(new byte[] {'h'}, DataUrl.forgivingBase64Decode("aP").orElseThrow());
    assertArrayEquals(new byte[] {'h', 'i'}, DataUrl.forgivingBase64Decode("aGn").orElseThrow());
    assertArrayEquals(new byte[0], DataUrl.forgivingBase64Decode(" \t\n\f\r").orElseThrow());
  }

  @Test
  void aDataUrlIsBasicForEveryOriginAndModeButNeverARedirectTarget() throws Exception {
    FetchResponse response = fetch(client, FetchRequest.module(
        Url.parse("data:application/wasm;base64,AGFzbQEAAAA="), Origin.opaque(), null));
    assertEquals(Tainting.BASIC, response.tainting());
    assertEquals(8, response.requireWasm().length);
  }

  @Test
  void aboutBlankIsAnEmptyDocument() throws Exception {
    FetchResponse response = get(client, "about:blank?x#y");
    assertEquals(Optional.of("text/html"), response.mimeEssence());
    assertEquals(0, response.body().length);
    failure(client, "about:config", Reason.UNSUPPORTED_SCHEME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "ftp://localhost/x", "javascript:1", "ws://localhost/",
      "chrome://settings"})
  void everyOtherSchemeIsRefused(String url) throws Exception {
    failure(client, url, Reason.UNSUPPORTED_SCHEME);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 22, 25, 6000, 6667, 10080})
  void aBadPortIsBlocked(int port) throws Exception {
    failure(client, "http://localhost:" + port + "/", Reason.BLOCKED);
    failure(client, "https://localhost:" + port + "/", Reason.BLOCKED);
  }

  @Test
  void portsOfTheWebAndEphemeralPortsAreNotBad() throws Exception {
    assertEquals(false, BadPorts.blocks(Url.parse("http://localhost/")));
    assertEquals(false, BadPorts.blocks(Url.parse("http://localhost:8080/")));
    for (int port = 32_768; port < 65_536; port++) {
      assertEquals(false, BadPorts.blocks(Url.parse("http://localhost:" + port + "/")));
    }
  }
}
