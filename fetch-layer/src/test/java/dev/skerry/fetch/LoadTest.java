package dev.skerry.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** Many requests at once, over the whole chain; and what one bad server costs the others. */
class LoadTest {

  private static final int IN_FLIGHT = 1000;
  /** No host gets more connections than Jetty's client allows one, which is 64. */
  private static final int HOSTS = 20;
  private static final FetchClient.Options OPTIONS =
      new FetchClient.Options(4 << 20, 16 << 10, 20, Duration.ofSeconds(60), List.of());

  /** An answer that waits for all others. */
  private record Waiting(Response response, Callback callback) {
  }

  @Test
  void aThousandRequestsAreInFlightTogetherInBoundedMemory() throws Exception {
    List<Waiting> waiting = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Void> all = new CompletableFuture<>();
    try (TestSite site = new TestSite(); FetchClient client = FetchClient.create(OPTIONS)) {
      site.on("/", (request, response, callback) -> {
        waiting.add(new Waiting(response, callback));
        if (waiting.size() == IN_FLIGHT) {
          all.complete(null);
        }
      });
      List<CompletableFuture<FetchResponse>> responses = new ArrayList<>();
      for (int i = 0; i < IN_FLIGHT; i++) {
        responses.add(client.fetch(FetchRequest.document(site.url("host" + i % HOSTS + ".localhost", "/?" + i))));
      }
      all.get(60, TimeUnit.SECONDS);
      Runtime runtime = Runtime.getRuntime();
      System.gc();
      long used = runtime.totalMemory() - runtime.freeMemory();
      waiting.forEach(each -> each.response().write(true, ByteBuffer.wrap(new byte[1000]), each.callback()));

      for (CompletableFuture<FetchResponse> response : responses) {
        assertEquals(1000, response.get(60, TimeUnit.SECONDS).body().length);
      }
      assertTrue(used < 256 << 20, used + " bytes are in use for " + IN_FLIGHT + " requests in flight and the server");
    }
  }

  /** Answers whose bodies nobody reads hold what the sockets hold and no more. */
  @Test
  void bodiesThatNobodyReadsTakeNoHeap() throws Exception {
    int count = 200;
    try (TestSite site = new TestSite(); FetchClient client = FetchClient.create(OPTIONS)) {
      site.on("/", 200, new byte[3 << 20]);
      AbortSignal signal = new AbortSignal();
      List<CompletableFuture<StreamedResponse>> responses = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        responses.add(client.stream(FetchRequest.document(site.url("host" + i % HOSTS + ".localhost", "/")), signal));
      }
      for (CompletableFuture<StreamedResponse> response : responses) {
        assertEquals(200, response.get(60, TimeUnit.SECONDS).head().status());
      }
      System.gc();
      long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      signal.abort();

      assertTrue(used < 200 << 20, used + " bytes are in use where the bodies have " + count * 3L + " MiB");
    }
  }

  /** What a bad server does with each connection. */
  private interface Badness {
    void run(Socket socket) throws IOException;
  }

  @Test
  void badServersCostOneRequestEachAndNoOther() throws Exception {
    List<Badness> kinds = List.of(
        socket -> socket.getInputStream().readAllBytes(),
        socket -> {
          socket.getOutputStream().write("HTTP/1.1 200 OK\r\n".getBytes());
          while (true) {
            socket.getOutputStream().write("X-A: x\r\n".repeat(100).getBytes());
          }
        },
        socket -> {
          socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx".getBytes());
          socket.setSoLinger(true, 0);
        },
        socket -> socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx".getBytes()),
        socket -> socket.getOutputStream().write("220 mail.example ESMTP\r\n".getBytes()));
    FetchClient.Options quick = new FetchClient.Options(1 << 20, 16 << 10, 20, Duration.ofSeconds(10), List.of());
    try (TestSite site = new TestSite().on("/", 200, "fine"); FetchClient client = FetchClient.create(quick)) {
      List<ServerSocket> servers = new ArrayList<>();
      List<CompletableFuture<FetchResponse>> bad = new ArrayList<>();
      for (Badness kind : kinds) {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        servers.add(server);
        serve(server, kind);
        for (int i = 0; i < 10; i++) {
          bad.add(client.fetch(FetchRequest.document(Url.parse("http://bad" + i + ".localhost:" + server.getLocalPort()
              + "/"))));
        }
      }

      for (int i = 0; i < 100; i++) {
        assertEquals("fine", new String(Fetching.get(client, site.origin("localhost") + "/").body()));
      }
      for (CompletableFuture<FetchResponse> response : bad) {
        Reason reason = response.handle((whole, failure) -> ((FetchError) (failure instanceof CompletionException
            ? failure.getCause() : failure)).reason()).get(60, TimeUnit.SECONDS);
        assertTrue(List.of(Reason.TIMEOUT, Reason.TOO_LARGE, Reason.PROTOCOL).contains(reason), reason.toString());
      }
      for (ServerSocket server : servers) {
        server.close();
      }
    }
  }

  private static void serve(ServerSocket server, Badness kind) {
    Thread listener = new Thread(() -> {
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          Thread connection = new Thread(() -> {
            try (socket) {
              socket.getInputStream().read(new byte[4096]);
              kind.run(socket);
            } catch (IOException gone) {
              // The client has had enough, as it should.
            }
          });
          connection.setDaemon(true);
          connection.start();
        } catch (IOException closed) {
          return;
        }
      }
    });
    listener.setDaemon(true);
    listener.start();
  }
}
