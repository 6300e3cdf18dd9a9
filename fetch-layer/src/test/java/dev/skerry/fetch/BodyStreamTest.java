package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import dev.skerry.fetch.FetchRequest.Credentials;
import dev.skerry.fetch.FetchRequest.Destination;
import dev.skerry.fetch.FetchRequest.Mode;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies as streams in both directions: back-pressure, limits, and abort at every moment (Fetch §2.2.4, §4.11). */
class BodyStreamTest {

  private static final int CHUNK = 64 << 10;
  /** More than the buffers of two sockets and one client hold. */
  private static final int CHUNKS = 512;
  private static final int RACES = 3_000;
  private static final FetchClient.Options OPTIONS =
      new FetchClient.Options((long) CHUNK * CHUNKS, 16 << 10, 20, Duration.ofSeconds(60), List.of());

  private final FetchClient client = FetchClient.create(OPTIONS);
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

  private FetchRequest request(String path) throws UrlParseException {
    return request(site, path);
  }

  private static FetchRequest request(TestSite site, String path) throws UrlParseException {
    Url url = site.url("shop.localhost", path);
    return new FetchRequest(url, Mode.SAME_ORIGIN, Credentials.OMIT, Destination.EMPTY, url.origin(), null);
  }

  private static StreamedResponse open(FetchClient client, FetchRequest request) throws Exception {
    return client.stream(request, new AbortSignal()).get(60, TimeUnit.SECONDS);
  }

  private static ByteBuffer next(StreamedResponse response) throws Exception {
    return response.body().read().get(60, TimeUnit.SECONDS);
  }

  private static FetchError failureOf(CompletableFuture<?> future) {
    ExecutionException thrown = assertThrows(ExecutionException.class, () -> future.get(60, TimeUnit.SECONDS));
    return assertInstanceOf(FetchError.class, thrown.getCause());
  }

  /** Sends the chunks one after the other, counting those that were taken; then completes, or fails. */
  private static void send(Response response, Callback callback, int chunks, AtomicLong sent,
                           CompletableFuture<Void> done) {
    if (sent.get() == chunks) {
      done.complete(null);
      callback.succeeded();
      return;
    }
    response.write(false, ByteBuffer.allocate(CHUNK), Callback.from(() -> {
      sent.incrementAndGet();
      send(response, callback, chunks, sent, done);
    }, failure -> {
      done.completeExceptionally(failure);
      callback.failed(failure);
    }));
  }

  private static void assertHeld(CompletableFuture<?> done) {
    assertThrows(TimeoutException.class, () -> done.get(500, TimeUnit.MILLISECONDS));
  }

  private static void assertReaderHoldsTheSender(FetchClient client, TestSite site) throws Exception {
    AtomicLong sent = new AtomicLong();
    CompletableFuture<Void> done = new CompletableFuture<>();
    site.on("/big", (request, response, callback) -> send(response, callback, CHUNKS, sent, done));

    StreamedResponse response = open(client, request(site, "/big"));
    long read = next(response).remaining();
    assertHeld(done);
    assertTrue(sent.get() < CHUNKS / 2, sent + " chunks were taken of a reader that read one");
    for (ByteBuffer chunk = next(response); chunk != null; chunk = next(response)) {
      read += chunk.remaining();
    }

    done.get(60, TimeUnit.SECONDS);
    assertEquals((long) CHUNK * CHUNKS, read);
    assertNull(next(response));
  }

  @Test
  void whoDoesNotReadHoldsTheServer() throws Exception {
    assertReaderHoldsTheSender(client, site);
  }

  @Test
  void whoDoesNotReadOverHttp2HoldsTheServerAndNobodyElse(@TempDir Path folder) throws Exception {
    TestCertificate certificate = new TestCertificate(folder);
    try (TestSite secure = TestSite.secure(certificate.server(), true);
         FetchClient trusting = FetchClient.create(OPTIONS, certificate.trust(), List.of())) {
      Url base = Url.parse("https://shop.localhost:" + secure.port() + "/big");
      FetchRequest request = new FetchRequest(base, Mode.SAME_ORIGIN, Credentials.OMIT, Destination.EMPTY,
          base.origin(), null);
      List<AtomicLong> counts = new ArrayList<>();
      secure.on("/big", (any, response, callback) -> {
        AtomicLong sent = new AtomicLong();
        counts.add(sent);
        send(response, callback, CHUNKS, sent, new CompletableFuture<>());
      }).on("/small", 200, "small");
      List<StreamedResponse> stalled = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        stalled.add(open(trusting, request));
        next(stalled.get(i));
      }

      FetchResponse other = fetch(trusting, new FetchRequest(Url.parse("/small", base), Mode.SAME_ORIGIN,
          Credentials.OMIT, Destination.EMPTY, base.origin(), null));

      assertEquals("small", new String(other.body()));
      assertEquals("HTTP/2.0", secure.last().protocol());
      assertTrue(counts.stream().allMatch(sent -> sent.get() < CHUNKS / 8), counts.toString());
      stalled.forEach(response -> response.body().cancel());
    }
  }

  @Test
  void theHeadIsThereBeforeTheBody() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    site.on("/", (request, response, callback) -> {
      response.getHeaders().put("X-A", "1");
      Content.Sink.write(response, false, ByteBuffer.wrap("first".getBytes()));
      read.await(60, TimeUnit.SECONDS);
      response.write(true, ByteBuffer.wrap("second".getBytes()), callback);
    });

    StreamedResponse response = open(client, request("/"));
    assertEquals("1", response.head().header("x-a").orElseThrow());
    assertEquals(ByteBuffer.wrap("first".getBytes()), next(response));
    read.countDown();

    assertEquals("second", new String(response.body().readAll().get(60, TimeUnit.SECONDS)));
  }

  @Test
  void aBodyThatGrowsBeyondTheLimitWhileItIsReadIsAnError() throws Exception {
    site.on("/big", (request, response, callback) ->
        send(response, callback, CHUNKS + 1, new AtomicLong(), new CompletableFuture<>()));

    StreamedResponse response = open(client, request("/big"));
    FetchError error = failureOf(response.body().readAll());

    assertEquals(Reason.TOO_LARGE, error.reason());
    assertSame(error, failureOf(response.body().read()), "it fails for good");
  }

  @Test
  void cancellingABodyClosesItsConnection() throws Exception {
    AtomicLong sent = new AtomicLong();
    CompletableFuture<Void> done = new CompletableFuture<>();
    site.on("/big", (request, response, callback) -> send(response, callback, CHUNKS, sent, done));
    StreamedResponse response = open(client, request("/big"));
    next(response);

    response.body().cancel();
    response.body().cancel();

    assertThrows(ExecutionException.class, () -> done.get(60, TimeUnit.SECONDS));
    assertEquals(Reason.ABORTED, failureOf(response.body().read()).reason());
  }

  @Test
  void abortingEndsAFetchBeforeItsHeadWithinItsBodyAndBeforeItStarts() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CompletableFuture<Void> done = new CompletableFuture<>();
    site.on("/silent", (request, response, callback) -> arrived.countDown())
        .on("/big", (request, response, callback) -> send(response, callback, CHUNKS, new AtomicLong(), done));
    AbortSignal signal = new AbortSignal();
    CompletableFuture<StreamedResponse> silent = client.stream(request("/silent"), signal);
    StreamedResponse big = client.stream(request("/big"), signal).get(60, TimeUnit.SECONDS);
    assertTrue(arrived.await(60, TimeUnit.SECONDS));

    signal.abort();

    assertEquals(Reason.ABORTED, failureOf(silent).reason());
    assertEquals(Reason.ABORTED, failureOf(big.body().readAll()).reason());
    assertThrows(ExecutionException.class, () -> done.get(60, TimeUnit.SECONDS));
    int before = site.seen().size();
    assertEquals(Reason.ABORTED, failureOf(client.stream(request("/silent"), signal)).reason());
    assertEquals(before, site.seen().size());
  }

  /** The two meet at another moment each time, also within Jetty's first steps, where it cannot abort. */
  @Test
  void abortingWhileARequestIsBeginningToBeSentEndsTheFetchAndHarmsNobody() throws Exception {
    site.on("/", 200, "done");
    for (int i = 0; i < RACES; i++) {
      AbortSignal signal = new AbortSignal();
      CyclicBarrier both = new CyclicBarrier(2);
      CompletableFuture<Void> aborting = CompletableFuture.runAsync(() -> {
        meet(both);
        signal.abort();
      });
      FetchRequest request = request("/");
      meet(both);
      CompletableFuture<StreamedResponse> response = client.stream(request, signal);

      aborting.get(60, TimeUnit.SECONDS);
      response.handle((answer, failed) -> null).get(60, TimeUnit.SECONDS);
    }
  }

  private static void meet(CyclicBarrier both) {
    try {
      both.await(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void abortingAfterTheEndChangesNothing() throws Exception {
    site.on("/", 200, "done");
    AbortSignal signal = new AbortSignal();
    StreamedResponse response = client.stream(request("/"), signal).get(60, TimeUnit.SECONDS);
    assertEquals("done", new String(response.body().readAll().get(60, TimeUnit.SECONDS)));

    signal.abort();

    assertNull(next(response));
  }

  /** A stream that never ends, and counts what is taken of it. */
  private static final class Endless implements ByteStream {
    private final AtomicLong taken = new AtomicLong();
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
    private final long end;

    Endless(long end) {
      this.end = end;
    }

    @Override
    public CompletableFuture<ByteBuffer> read() {
      return CompletableFuture.completedFuture(taken.incrementAndGet() > end ? null : ByteBuffer.allocate(CHUNK));
    }

    @Override
    public void cancel() {
      cancelled.complete(null);
    }
  }

  @Test
  void aServerThatDoesNotReadHoldsTheRequester() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    AtomicLong received = new AtomicLong();
    site.on("/upload", (request, response, callback) -> {
      read.await(60, TimeUnit.SECONDS);
      received.set(drain(request));
      response.write(true, ByteBuffer.wrap("thanks".getBytes()), callback);
    });
    Endless body = new Endless(CHUNKS);
    CompletableFuture<FetchResponse> response = client.fetch(request("/upload").withMethod("POST")
        .withBody(RequestBody.of(body, "")));

    assertHeld(response);
    assertTrue(body.taken.get() < CHUNKS / 2, body.taken + " chunks were taken for a server that reads none");
    read.countDown();

    assertEquals("thanks", new String(response.get(60, TimeUnit.SECONDS).body()));
    assertEquals((long) CHUNK * CHUNKS, received.get());
  }

  private static long drain(Request request) throws Exception {
    try (var input = Content.Source.asInputStream(request)) {
      return input.transferTo(OutputStream.nullOutputStream());
    }
  }

  @Test
  void abortingAnUploadCancelsItsStream() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    site.on("/upload", (request, response, callback) -> arrived.countDown());
    Endless body = new Endless(Long.MAX_VALUE);
    AbortSignal signal = new AbortSignal();
    CompletableFuture<StreamedResponse> response = client.stream(request("/upload").withMethod("POST")
        .withBody(RequestBody.of(body, "")), signal);
    assertTrue(arrived.await(60, TimeUnit.SECONDS));

    signal.abort();

    assertEquals(Reason.ABORTED, failureOf(response).reason());
    body.cancelled.get(60, TimeUnit.SECONDS);
  }

  @Test
  void anUploadWhoseStreamFailsIsAnErrorAndLeavesTheClientWhole() throws Exception {
    site.on("/upload", (request, response, callback) -> {
      drain(request);
      callback.succeeded();
    }).on("/", 200, "fine");
    ByteStream broken = new ByteStream() {
      @Override
      public CompletableFuture<ByteBuffer> read() {
        return CompletableFuture.failedFuture(new FetchError(Reason.PROTOCOL, "upload", "the disk is gone", null));
      }

      @Override
      public void cancel() {
        // It has failed already.
      }
    };

    FetchError error = failure(client, request("/upload").withMethod("POST").withBody(RequestBody.of(broken, "")),
        Reason.PROTOCOL);

    assertTrue(error.getMessage().contains("the disk is gone"), error.getMessage());
    assertEquals("fine", new String(fetch(client, request("/")).body()));
  }

  private static FetchRequest upload(Url url, ByteStream body) throws UrlParseException {
    return new FetchRequest(url, Mode.SAME_ORIGIN, Credentials.OMIT, Destination.EMPTY, url.origin(), null)
        .withMethod("POST").withBody(RequestBody.of(body, ""));
  }

  /** RFC 9112 §9.6: the server has answered and closes, so writing the rest of the request fails. */
  @Test
  void anAnswerBeforeTheEndOfTheUploadIsRead() throws Exception {
    site.on("/upload", (request, response, callback) -> {
      response.setStatus(413);
      response.getHeaders().put("Connection", "close");
      response.write(true, ByteBuffer.wrap("too much".getBytes()), callback);
    });
    Endless body = new Endless(Long.MAX_VALUE);

    FetchResponse response = fetch(client, upload(site.url("shop.localhost", "/upload"), body));

    assertEquals(413, response.status());
    assertEquals("too much", new String(response.body()));
    body.cancelled.get(60, TimeUnit.SECONDS);
  }

  @Test
  void anAnswerBeforeAResetIsReadWhetherOrNotTheWriteFailsFirst() throws Exception {
    try (RawServer server = RawServer.sending("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno")) {
      for (int i = 0; i < 50; i++) {
        Endless body = new Endless(Long.MAX_VALUE);
        FetchResponse response = fetch(client, upload(server.url("/"), body));
        assertEquals(403, response.status());
        assertEquals("no", new String(response.body()));
        body.cancelled.get(60, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void anUploadThatIsResetWithoutAnAnswerIsAnError() throws Exception {
    try (RawServer server = RawServer.sending("")) {
      Endless body = new Endless(Long.MAX_VALUE);

      FetchError error = failure(client, upload(server.url("/"), body), Reason.PROTOCOL);

      assertTrue(error.getMessage().contains("closed the connection without an answer"), error.getMessage());
      body.cancelled.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void anEarlyRefusalOverHttp2EndsTheUploadAndNothingElse(@TempDir Path folder) throws Exception {
    TestCertificate certificate = new TestCertificate(folder);
    try (TestSite secure = TestSite.secure(certificate.server(), true);
         FetchClient trusting = FetchClient.create(OPTIONS, certificate.trust(), List.of())) {
      secure.on("/upload", (request, response, callback) -> {
        response.setStatus(413);
        response.write(true, ByteBuffer.wrap("too much".getBytes()), callback);
      }).on("/", 200, "fine");
      Url url = Url.parse("https://shop.localhost:" + secure.port() + "/upload");
      Endless body = new Endless(Long.MAX_VALUE);

      assertEquals(413, fetch(trusting, upload(url, body)).status());

      body.cancelled.get(60, TimeUnit.SECONDS);
      assertEquals("fine", new String(fetch(trusting, FetchRequest.document(Url.parse("/", url))).body()));
    }
  }
}
