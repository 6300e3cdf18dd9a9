package dev.skerry.security;

import dev.skerry.fetch.FetchClient;
import dev.skerry.fetch.FetchRequest;
import dev.skerry.fetch.FetchResponse;
import dev.skerry.fetch.Interceptor;
import dev.skerry.fetch.NetworkResponse;
import dev.skerry.fetch.Url;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A body of some ten kilobytes that unpacks to sixteen megabytes, well below the limit of a body: a page full of them
 * costs the host a thousand times what it costs the attacker. The control unpacks it as a client without a limit does.
 */
final class DecompressionBomb implements Attack {

  private static final int UNPACKED = 16 << 20;

  @Override
  public Card card() {
    return new Card("decompression-bomb", Target.NETWORK,
        "make the host unpack " + UNPACKED + " bytes from a thousandth of that",
        Invariant.A_GUEST_ENDS_ONLY_ITSELF,
        "the limit of how much a compressed body may expand", AttackClass.PARSER_BOMBS);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    byte[] bomb = bomb();
    String coding = setting.isUp() ? "gzip" : "none";
    Interceptor naive = (request, next) -> next.proceed(request).thenCompose(response ->
        response.body().readAll().thenApply(bytes -> new NetworkResponse(response.status(), response.headers(),
            setting.isUp() ? bytes : unpack(bytes))));
    try (Neighbour neighbour = new Neighbour(setting);
         EvilServer server = new EvilServer(socket -> serve(socket, bomb, coding));
         FetchClient client = FetchClient.builder().interceptor(naive).build()) {
      long begin = System.nanoTime();
      Outcome outcome = fetch(client, server.origin("evil.localhost") + "/", bomb.length);
      return outcome.with(neighbour.strain(Duration.ofNanos(System.nanoTime() - begin)));
    }
  }

  private static Outcome fetch(FetchClient client, String url, int packed) throws Exception {
    try {
      FetchResponse response = client.fetch(FetchRequest.document(Url.parse(url))).get(60, TimeUnit.SECONDS);
      return new Outcome(response.body().length == UNPACKED, packed + " bytes became " + response.body().length);
    } catch (ExecutionException refused) {
      return Outcome.stopped(String.valueOf(refused.getCause().getMessage()));
    }
  }

  private static byte[] bomb() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[UNPACKED]);
    }
    return packed.toByteArray();
  }

  private static byte[] unpack(byte[] packed) {
    try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return gzip.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void serve(Socket socket, byte[] bomb, String coding) throws IOException {
    OutputStream output = socket.getOutputStream();
    output.write(("HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + "\r\nContent-Length: " + bomb.length
        + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    output.write(bomb);
  }
}
