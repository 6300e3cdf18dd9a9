package dev.skerry.fetch;

import static dev.skerry.fetch.Fetching.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that wait for a next request, to all origins together. */
class IdleConnectionsTest {

  private static final int MOST = 256;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final FetchClient client = FetchClient.create(Fetching.QUICK);
  private TestSite site;

  @BeforeEach
  void start() throws Exception {
    site = new TestSite();
    site.on("/", 200, "x");
  }

  @AfterEach
  void stop() {
    client.close();
    site.close();
  }

  private int portOf(int host) throws Exception {
    get(client, site.origin("h" + host + ".localhost") + "/");
    return site.last().clientPort();
  }

  private boolean settlesAt(int most) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (site.connections() > most) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  @Test
  void givenRequestsToManyOriginsWhenEachLeavesAConnectionThenThoseUsedLongestAgoAreClosed() throws Exception {
    List<Integer> ports = new ArrayList<>();
    for (int host = 0; host < MOST + 60; host++) {
      ports.add(portOf(host));
    }

    assertTrue(settlesAt(MOST), () -> site.connections() + " connections");
    assertEquals(ports.get(MOST + 59), portOf(MOST + 59), "the last one is used again");
    assertNotEquals(ports.get(0), portOf(0), "the first one was closed");
  }

  @Test
  void givenManyRequestsAtOnceWhenTheirConnectionsAreTakenAndClosedAllTheTimeThenNoneFails() throws Exception {
    List<CompletableFuture<Void>> threads = IntStream.range(0, 4).mapToObj(thread -> CompletableFuture.runAsync(() -> {
      for (int i = 0; i < 300; i++) {
        try {
          assertEquals(200, get(client, site.origin("h" + (i * 7 + thread) % 300 + ".localhost") + "/").status());
        } catch (Exception failed) {
          throw new IllegalStateException(failed);
        }
      }
    })).toList();

    for (CompletableFuture<Void> thread : threads) {
      thread.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
    assertTrue(settlesAt(MOST), () -> site.connections() + " connections");
  }
}
