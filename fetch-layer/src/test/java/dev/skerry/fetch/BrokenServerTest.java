package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchClient.Options;
import dev.skerry.fetch.FetchError.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that breaks the rules costs one request and one clear error. */
@Timeout(180)
class BrokenServerTest {

  private static final Options IMPATIENT = new Options(100_000, 8192, 20, Duration.ofMillis(400), List.of());

  private final FetchClient client = FetchClient.create(Fetching.QUICK);
  private final FetchClient impatient = FetchClient.create(IMPATIENT);

  @AfterEach
  void stop() {
    client.close();
    impatient.close();
  }

  private static void assertContains(String part, FetchError error) {
    assertTrue(error.getMessage().contains(part), error.getMessage());
  }

  @Test
  void aRefusedConnectionNamesHostAndPort() throws Exception {
    try (Socket bound = new Socket()) {
      bound.bind(new InetSocketAddress("127.0.0.1", 0));
      String server = "shop.localhost:" + bound.getLocalPort();
      assertContains(server + " refuses the connection", failure(client, "http://" + server + "/", Reason.CONNECT));
    }
  }

  @Test
  void anUnknownHostIsADnsError() throws Exception {
    assertContains("the host " + Fetching.NO_HOST + " has no address",
        failure(client, "http://" + Fetching.NO_HOST + "/", Reason.DNS));
  }

  @Test
  void aContentLengthOverTheLimitIsRefusedBeforeTheBody() throws Exception {
    CountDownLatch refused = new CountDownLatch(1);
    try (RawServer server = new RawServer((socket, output) -> {
      output.write("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      output.flush();
      assertEquals(-1, socket.getInputStream().read());
      refused.countDown();
    })) {
      assertContains("Content-Length announces 99999999999 bytes", failure(client, server.url("/").href(),
          Reason.TOO_LARGE));
      assertTrue(refused.await(60, TimeUnit.SECONDS), "the connection must be closed");
    }
  }

  @Test
  void anEndlessBodyIsCutAtTheLimit() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (RawServer server = new RawServer((socket, output) -> {
      output.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] block = new byte[4096];
      try {
        while (true) {
          output.write(block);
        }
      } catch (IOException e) {
        closed.countDown();
      }
    })) {
      assertContains("longer than the limit", failure(client, server.url("/").href(), Reason.TOO_LARGE));
      assertTrue(closed.await(60, TimeUnit.SECONDS), "the connection must be closed");
    }
  }

  @Test
  void endlessHeadersAreCutAtTheLimit() throws Exception {
    try (RawServer server = new RawServer((socket, output) -> {
      output.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < 1_000_000; i++) {
        output.write(("X-" + i + ": value\r\n").getBytes(StandardCharsets.US_ASCII));
      }
    })) {
      assertContains("headers are longer than the limit of", failure(client, server.url("/").href(),
          Reason.TOO_LARGE));
    }
  }

  @Test
  void anEndlessHeaderLineIsCutAtTheLimit() throws Exception {
    try (RawServer server = new RawServer((socket, output) -> {
      output.write("HTTP/1.1 200 OK\r\nX-Long: ".getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < 1_000_000; i++) {
        output.write("xxxxxxxxxxxxxxxx".getBytes(StandardCharsets.US_ASCII));
      }
    })) {
      assertContains("headers are longer than the limit of", failure(client, server.url("/").href(),
          Reason.TOO_LARGE));
    }
  }

  @Test
  void endlessInterimResponsesAreAnError() throws Exception {
    try (RawServer server = new RawServer((socket, output) -> {
      for (int i = 0; i < 1_000_000; i++) {
        output.write("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      }
    })) {
      assertContains("interim responses", failure(client, server.url("/").href(), Reason.PROTOCOL));
    }
  }

  @Test
  void interimResponsesArePassedOver() throws Exception {
    try (RawServer server = RawServer.sending("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
        + "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
      FetchResponse response = get(client, server.url("/").href());
      assertEquals(200, response.status());
      assertEquals("ok", new String(response.body()));
    }
  }

  @Test
  void aSwitchOfProtocolsIsAnError() throws Exception {
    try (RawServer server = RawServer.sending(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")) {
      assertContains("101", failure(client, server.url("/").href(), Reason.PROTOCOL));
    }
  }

  @Test
  void aBodyThatEndsTooEarlyNamesWhatCame() throws Exception {
    try (RawServer server = RawServer.sending("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour")) {
      assertContains("after 4 of 10 bytes", failure(client, server.url("/").href(), Reason.PROTOCOL));
    }
  }

  @Test
  void aChunkedBodyThatEndsTooEarlyIsAnError() throws Exception {
    try (RawServer server = RawServer.sending("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n")) {
      assertContains("after 4 bytes", failure(client, server.url("/").href(), Reason.PROTOCOL));
    }
  }

  @Test
  void aConnectionThatEndsBeforeAnAnswerIsAnError() throws Exception {
    try (RawServer server = RawServer.sending("")) {
      assertContains("closed the connection without an answer", failure(client, server.url("/").href(),
          Reason.PROTOCOL));
    }
  }

  @Test
  void aResetIsAnError() throws Exception {
    try (RawServer server = new RawServer((socket, output) -> {
      output.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx".getBytes(StandardCharsets.US_ASCII));
      output.flush();
      socket.setSoLinger(true, 0);
    })) {
      failure(client, server.url("/").href(), Reason.PROTOCOL);
    }
  }

  @Test
  void whatIsNotHttpIsAnError() throws Exception {
    for (String answer : new String[] {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 abc OK\r\n\r\n", "\0\1\2\3\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n123456",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
      try (RawServer server = RawServer.sending(answer)) {
        failure(client, server.url("/").href(), Reason.PROTOCOL);
      }
    }
  }

  @Test
  void aServerThatStallsRunsIntoTheTimeout() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (RawServer server = new RawServer((socket, output) -> await(end))) {
      assertContains("within 400 ms", failure(impatient, server.url("/").href(), Reason.TIMEOUT));
    } finally {
      end.countDown();
    }
  }

  @Test
  void aServerThatTricklesRunsIntoTheTimeout() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (RawServer server = new RawServer((socket, output) -> {
      output.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      do {
        output.write('x');
        output.flush();
      } while (!await(end, 20));
    })) {
      failure(impatient, server.url("/").href(), Reason.TIMEOUT);
    } finally {
      end.countDown();
    }
  }

  @Test
  void redirectsShareOneTimeout() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (RawServer server = new RawServer((socket, output) -> {
      await(end, 30);
      output.write("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII));
    })) {
      failure(impatient, server.url("/").href(), Reason.TIMEOUT);
    } finally {
      end.countDown();
    }
  }

  @Test
  void cancellingClosesTheConnection() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (RawServer server = new RawServer((socket, output) -> {
      arrived.countDown();
      assertEquals(-1, socket.getInputStream().read());
      closed.countDown();
    })) {
      CompletableFuture<FetchResponse> response = client.fetch(FetchRequest.document(server.url("/")));
      assertTrue(arrived.await(60, TimeUnit.SECONDS));
      response.cancel(true);
      assertTrue(closed.await(60, TimeUnit.SECONDS), "the connection must be closed");
    }
  }

  private static void await(CountDownLatch latch) {
    await(latch, 30_000);
  }

  private static boolean await(CountDownLatch latch, int millis) {
    try {
      return latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
