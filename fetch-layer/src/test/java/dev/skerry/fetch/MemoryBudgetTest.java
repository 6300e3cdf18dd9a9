package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.failure;
import static dev.skerry.fetch.Fetching.fetch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchError.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies in flight are counted against the budget of who asked for them, and given back whatever becomes of them. */
class MemoryBudgetTest {

  private static final int BODY = 300_000;

  /** A budget that remembers the most that was ever taken of it. */
  private static final class Counted implements MemoryBudget {
    private final long limit;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong most = new AtomicLong();

    Counted(long limit) {
      this.limit = limit;
    }

    @Override
    public boolean take(long bytes) {
      if (taken.addAndGet(bytes) > limit) {
        taken.addAndGet(-bytes);
        return false;
      }
      most.accumulateAndGet(taken.get(), Math::max);
      return true;
    }

    @Override
    public void release(long bytes) {
      taken.addAndGet(-bytes);
    }
  }

  private final FetchClient client = FetchClient.create(Fetching.QUICK);
  private TestSite site;

  @BeforeEach
  void start() throws Exception {
    site = new TestSite().on("/", 200, new byte[BODY]);
  }

  @AfterEach
  void stop() {
    client.close();
    site.close();
  }

  private FetchRequest request(MemoryBudget budget) throws UrlParseException {
    return FetchRequest.document(site.url("localhost", "/")).withMemory(budget);
  }

  @Test
  void aBodyIsCountedWhileItIsCollectedAndNoLonger() throws Exception {
    Counted budget = new Counted(BODY);
    for (int i = 0; i < 3; i++) {
      assertEquals(BODY, fetch(client, request(budget)).body().length);
      assertEquals(0, budget.taken.get());
    }
    assertEquals(BODY, budget.most.get());
  }

  @Test
  void aBodyForWhichThereIsNoRoomIsAnErrorAndTheNextOneFindsRoom() throws Exception {
    Counted budget = new Counted(BODY - 1);
    FetchError error = failure(client, request(budget), Reason.TOO_LARGE);
    assertTrue(error.getMessage().contains("bodies of responses in flight"), error.getMessage());
    assertEquals(0, budget.taken.get());
    site.on("/", 200, "small");
    assertEquals("small", new String(fetch(client, request(budget)).body()));
  }

  @Test
  void manyAtOnceStayWithinOneBudget() throws Exception {
    Counted budget = new Counted(2L * BODY);
    List<CompletableFuture<FetchResponse>> responses = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      responses.add(client.fetch(request(budget)));
    }
    int whole = 0;
    for (CompletableFuture<FetchResponse> response : responses) {
      whole += response.handle((body, failure) -> failure == null ? 1 : 0).get(60, TimeUnit.SECONDS);
    }
    assertTrue(whole > 0);
    assertTrue(budget.most.get() <= 2L * BODY);
    assertEquals(0, budget.taken.get());
  }

  @Test
  void whatADecoderCollectsIsCountedToo() throws Exception {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    coded.writeBytes(new byte[] {0x0b, (byte) 0x80});
    coded.writeBytes(new byte[BODY]);
    site.on("/", 200, coded.toByteArray(), "Content-Encoding: br");
    Counted budget = new Counted(BODY / 2);
    failure(client, request(budget), Reason.TOO_LARGE);
    assertEquals(0, budget.taken.get());
    failure(client, request(new Counted(4 * BODY)), Reason.PROTOCOL);
  }

  @Test
  void anAbortedBodyIsGivenBack() throws Exception {
    Counted budget = new Counted(BODY);
    site.on("/", (request, response, callback) -> response.write(false, ByteBuffer.allocate(1000),
        Callback.NOOP));
    CompletableFuture<FetchResponse> response = client.fetch(request(budget));
    while (budget.taken.get() == 0) {
      Thread.onSpinWait();
    }
    response.cancel(true);
    while (budget.taken.get() > 0) {
      Thread.onSpinWait();
    }
    assertEquals(1000, budget.most.get());
  }
}
