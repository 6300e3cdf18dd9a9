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
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Content codings (Fetch §2.2.4) and the bombs that can hide in them. */
@ParameterizedClass
@EnumSource(value = Protocol.class, names = {"HTTP_1", "HTTP_2"})
class ContentCodingTest extends ProtocolTest {

  private static final byte[] TEXT = "the quick brown fox ".repeat(500).getBytes(StandardCharsets.US_ASCII);

  /** "Every rock in the sea is a skerry. " 40 times, made by the brotli encoder of Node.js 20. */
  private static final byte[] BROTLI = Base64.getDecoder().decode(
      "G3cF+AWacaQPFHow2M2K1oIMkoyDWoZF+smIIeAw8feQ2WJ6k7wA");
  /** 64 MiB of zeros in some 110 bytes. */
  private static final byte[] BROTLI_BOMB = Base64.getDecoder().decode(
      "y///P/gnAOKxQCD3/o///3/wTwDEYRGA7v0f////4J8AiMMC"
      + "AN37P/7//8E/ARCHBQC693/8//+DfwIgDgsAdO//+P//B/8EQBwWAOje//H//w/+CYA4LADQvf/L//8//BMAcVgAoHv/Bw==");

  private static final FetchClient.Options OPTIONS =
      new FetchClient.Options(32 << 20, 16 << 10, 20, Duration.ofSeconds(60), List.of());


  @Override
  FetchClient build(FetchClient.Builder builder) {
    return builder.options(OPTIONS).build();
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
  void brotliIsUndone() throws Exception {
    String sentence = "Every rock in the sea is a skerry. ".repeat(40);
    assertEquals(sentence, new String(get(client, coded(BROTLI, "br")).body()));
    assertEquals(sentence, new String(get(client, coded(gzip(BROTLI), "br, gzip")).body()));
    assertEquals(0, get(client, coded(new byte[] {';'}, "br")).body().length);
  }

  @Test
  void aBrokenBrotliBodyIsAnError() throws Exception {
    failure(client, coded(TEXT, "br"), Reason.PROTOCOL);
    failure(client, coded(Arrays.copyOf(BROTLI, BROTLI.length - 5), "br"), Reason.PROTOCOL);
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] mutant = BROTLI.clone();
      mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
      site.on("/", 200, mutant, "Content-Encoding: br");
      client.fetch(FetchRequest.document(site.url("localhost", "/"))).handle((response, failure) -> {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        assertTrue(cause == null || cause instanceof FetchError error && error.reason() == Reason.PROTOCOL,
            () -> "seed 7: " + cause);
        return null;
      }).get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void aBrotliBombIsAnError() throws Exception {
    FetchError error = failure(client, coded(BROTLI_BOMB, "br"), Reason.TOO_LARGE);

    assertTrue(error.getMessage().contains("of " + BROTLI_BOMB.length + " bytes unpacks"), error.getMessage());
  }

  @Test
  void gzipMembersFollowEachOtherAndPaddingIsIgnored() throws Exception {
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.write(gzip(TEXT));
    two.write(gzip(TEXT));
    two.write(new byte[100]);

    assertEquals(2 * TEXT.length, get(client, coded(two.toByteArray(), "gzip")).body().length);
  }

  @Test
  void aGzipHeaderMayHaveANameAndMustEnd() throws Exception {
    byte[] plain = gzip(TEXT);
    byte[] named = new byte[plain.length + 5];
    System.arraycopy(plain, 0, named, 0, 10);
    named[3] = 8;
    System.arraycopy("a.txt".getBytes(), 0, named, 10, 4);
    System.arraycopy(plain, 10, named, 15, plain.length - 10);
    byte[] endless = new byte[100_000];
    Arrays.fill(endless, (byte) 'x');
    System.arraycopy(named, 0, endless, 0, 10);

    assertArrayEquals(TEXT, get(client, coded(named, "gzip")).body());
    failure(client, coded(endless, "gzip"), Reason.PROTOCOL);
  }

  @Test
  void aCorruptedChecksumIsAnError() throws Exception {
    byte[] zipped = gzip(TEXT);
    zipped[zipped.length - 8] ^= 1;
    failure(client, coded(zipped, "gzip"), Reason.PROTOCOL);
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
