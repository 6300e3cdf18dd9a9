package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a client starts, what it holds, and that its close gives everything back. */
@Timeout(180)
class LifecycleTest {

  /** Those of clients of other tests, which may still be on their way out. */
  private final Set<Thread> before = Thread.getAllStackTraces().keySet();

  private List<Thread> clientThreads() {
    return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("skerry-fetch"))
        .filter(thread -> !before.contains(thread)).toList();
  }

  @Test
  void nothingStartsBeforeTheNetworkIsNeeded() throws Exception {
    try (FetchClient client = FetchClient.create(Fetching.QUICK)) {
      get(client, "data:,x");
      get(client, "about:blank");
      failure(client, "gopher://localhost/", Reason.UNSUPPORTED_SCHEME);
      failure(client, "http://localhost:22/", Reason.BLOCKED);

      assertEquals(List.of(), clientThreads());
    }
  }

  @Test
  void closeEndsAllThreadsAndConnections() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (TestSite site = new TestSite().on("/", 200, "x");
         RawServer raw = new RawServer((socket, output) -> {
           output.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes());
           output.flush();
           assertEquals(-1, socket.getInputStream().read());
           closed.countDown();
         })) {
      FetchClient client = FetchClient.create(Fetching.QUICK);
      get(client, site.origin("localhost") + "/");
      get(client, raw.url("/").href());
      failure(client, "http://" + Fetching.NO_HOST + "/", Reason.DNS);
      List<Thread> threads = clientThreads();
      assertTrue(threads.size() <= 16, threads.toString());
      assertTrue(threads.stream().allMatch(Thread::isDaemon), "a client must not keep the JVM alive");

      client.close();
      client.close();

      for (Thread thread : threads) {
        thread.join(60_000);
      }
      assertEquals(List.of(), clientThreads());
      assertTrue(closed.await(60, TimeUnit.SECONDS), "an idle connection must be closed");
      failure(client, site.origin("localhost") + "/", Reason.ABORTED);
    }
  }

  @Test
  void closeAbortsWhatIsInFlight() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    try (RawServer raw = new RawServer((socket, output) -> {
      arrived.countDown();
      assertEquals(-1, socket.getInputStream().read());
    })) {
      FetchClient client = FetchClient.create(Fetching.QUICK);
      CompletableFuture<FetchResponse> response = client.fetch(FetchRequest.document(raw.url("/")));
      assertTrue(arrived.await(60, TimeUnit.SECONDS));

      client.close();

      ExecutionException thrown = assertThrows(ExecutionException.class, () -> response.get(60, TimeUnit.SECONDS));
      assertEquals(Reason.ABORTED, assertInstanceOf(FetchError.class, thrown.getCause()).reason());
    }
  }

  @Test
  void aClientCanBeClosedFromItsOwnThread() throws Exception {
    try (TestSite site = new TestSite().on("/", 200, "x")) {
      FetchClient client = FetchClient.create(Fetching.QUICK);

      client.fetch(FetchRequest.document(site.url("localhost", "/"))).thenRun(client::close).get(60, TimeUnit.SECONDS);

      failure(client, site.origin("localhost") + "/", Reason.ABORTED);
    }
  }

  @Test
  void manyRequestsAtOnceAllEnd() throws Exception {
    try (TestSite site = new TestSite(); FetchClient client = FetchClient.create(Fetching.QUICK)) {
      site.on("/", 200, "x".repeat(1000));
      Url url = site.url("localhost", "/");

      List<CompletableFuture<FetchResponse>> responses = IntStream.range(0, 1000)
          .mapToObj(i -> client.fetch(FetchRequest.document(url))).toList();

      for (CompletableFuture<FetchResponse> response : responses) {
        assertEquals(1000, response.get(60, TimeUnit.SECONDS).body().length);
      }
    }
  }
}
