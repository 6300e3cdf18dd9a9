package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Content codings (Fetch §2.2.4) and the bombs that can hide in them. */
class ContentCodingTest {

  private static final byte[] TEXT = "the quick brown fox ".repeat(500).getBytes(StandardCharsets.US_ASCII);

  private final FetchClient client = FetchClient.create(
      new FetchClient.Options(32 << 20, 16 << 10, 20, Duration.ofSeconds(10), List.of()));
  private TestSite site;

  @BeforeEach
  void start() throws Exception {
    site = new TestSite();
  }

  @AfterEach
  void stop() {
    client.close();
    site.close();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(output)) {
      gzip.write(bytes);
    }
    return output.toByteArray();
  }

  private static byte[] deflate(byte[] bytes, boolean bare) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(6, bare);
    try (OutputStream deflate = new DeflaterOutputStream(output, deflater)) {
      deflate.write(bytes);
    }
    deflater.end();
    return output.toByteArray();
  }

  private String coded(byte[] body, String coding) {
    site.on("/", 200, body, "Content-Encoding: " + coding);
    return site.origin("localhost") + "/";
  }

  @Test
  void supportedCodingsAreUndone() throws Exception {
    assertArrayEquals(TEXT, get(client, coded(gzip(TEXT), "gzip")).body());
    assertArrayEquals(TEXT, get(client, coded(gzip(TEXT), "X-GZIP")).body());
    assertArrayEquals(TEXT, get(client, coded(deflate(TEXT, false), "deflate")).body());
    assertArrayEquals(TEXT, get(client, coded(deflate(TEXT, true), "deflate")).body());
    assertArrayEquals(TEXT, get(client, coded(gzip(deflate(TEXT, false)), "deflate, gzip")).body());
    assertArrayEquals(TEXT, get(client, coded(TEXT, "identity")).body());
  }

  @Test
  void anUnknownCodingLeavesTheBytesAsTheyAre() throws Exception {
    assertArrayEquals(TEXT, get(client, coded(TEXT, "snappy")).body());
  }

  @Test
  void anEmptyBodyNeedsNoDecoding() throws Exception {
    assertEquals(0, get(client, coded(new byte[0], "gzip")).body().length);
  }

  @Test
  void bytesThatAreNotWhatTheHeaderSaysAreAnError() throws Exception {
    failure(client, coded(TEXT, "gzip"), Reason.PROTOCOL);
    failure(client, coded(TEXT, "deflate"), Reason.PROTOCOL);
    byte[] zipped = gzip(TEXT);
    failure(client, coded(Arrays.copyOf(zipped, zipped.length - 9), "gzip"), Reason.PROTOCOL);
  }

  @Test
  void aBodyThatUnpacksBeyondTheLimitIsAnError() throws Exception {
    FetchError error = failure(client, coded(gzip(new byte[100 << 20]), "gzip"), Reason.TOO_LARGE);

    assertTrue(error.getMessage().contains("unpacks to more than"), error.getMessage());
  }

  @Test
  void aBodyThatExpandsTooMuchIsAnErrorBelowTheSizeLimitToo() throws Exception {
    failure(client, coded(gzip(new byte[16 << 20]), "gzip"), Reason.TOO_LARGE);
    assertEquals(2 << 20, get(client, coded(gzip(new byte[2 << 20]), "gzip")).body().length);
  }

  @Test
  void aBombInABombIsAnError() throws Exception {
    failure(client, coded(gzip(gzip(new byte[200 << 20])), "gzip, gzip"), Reason.TOO_LARGE);
    failure(client, coded(gzip(gzip(gzip(TEXT))), "gzip, gzip, gzip"), Reason.TOO_LARGE);
  }
}
