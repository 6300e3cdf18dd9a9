package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.bindings.abi.Binding;
import dev.skerry.memory.NativeUsage;
import dev.skerry.wasm.Instance;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Closing pages and hosts at any moment, from any thread: nothing native and no thread stays. */
final class ClosingTest extends PageTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final CountDownLatch called = new CountDownLatch(1);
  private final AtomicReference<Runnable> action = new AtomicReference<>(() -> { });
  private List<NativeUsage.Share> before;
  private long blocksBefore;

  @BeforeEach
  void countMemory() throws Exception {
    // What the process makes once, for the first code that it runs, is not a page's.
    sites.html("first", "/", script("greet")).wasm("first", "greet");
    settled("first", "/").close();
    before = held();
    blocksBefore = NativeUsage.current().blocks().count();
  }

  /** Linear memories and stacks of this process, which are freed by closing; compiled code waits for the collector. */
  private static List<NativeUsage.Share> held() {
    NativeUsage usage = NativeUsage.current();
    return List.of(usage.memories(), usage.stacks());
  }

  @Override
  PageHost.Builder builder() {
    TestModule till = new TestModule("acme:till", Binding.of("ring", "i32 amount -> i32", "Runs an action.", call -> {
      called.countDown();
      action.get().run();
      call.result(call.i32(0) + 1);
    }));
    return PageHost.builder().bindings(frame -> List.of(till));
  }

  private void assertNothingHeld() throws InterruptedException {
    await(() -> held().equals(before));
    assertEquals(before, held());
    await(() -> {
      System.gc();
      return NativeUsage.current().blocks().count() <= blocksBefore;
    });
    assertTrue(NativeUsage.current().blocks().count() <= blocksBefore, () -> NativeUsage.current().toString());
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
  }

  private static Set<Thread> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("skerry-"))
        .collect(Collectors.toSet());
  }

  private static void assertEnded(Set<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join(PATIENCE.toMillis());
      assertFalse(thread.isAlive(), thread::getName);
    }
  }

  @Test
  void givenASettledPageWhenItIsClosedThenItsMemoryIsFreedAndItsReportStays() throws Exception {
    sites.html("a", "/", script("greet") + script("chat")).wasm("a", "greet", "chat");
    Page page = settled("a", "/");
    assertTrue(held().get(0).bytes() > before.get(0).bytes());
    page.close();
    page.close();
    assertNothingHeld();
    assertEquals(2 * 65536, agent(page, "a").memoryBytes());
    assertEquals(List.of("hello from greet"), texts(page));
    assertEquals(2, page.document().getAllElements().stream().filter(e -> e.tagName().matches("html|body")).count());
    assertMentions(assertThrows(IllegalStateException.class, () -> page.call("add", 1, 2)).getMessage(), "closed");
    assertEquals(Verdict.OK, agent(page, "a").verdict());
    assertEquals(0, host.openPages());
  }

  @Test
  void givenAHostWithPagesWhenItIsClosedFirstThenEverythingEnds() throws Exception {
    sites.html("a", "/", script("greet")).wasm("a", "greet");
    Page page = settled("a", "/");
    Set<Thread> threads = ownThreads();
    assertFalse(threads.isEmpty());
    host.close();
    host.close();
    page.close();
    assertNothingHeld();
    assertEnded(threads);
    assertMentions(assertThrows(LoadError.class, () -> host.open(sites.url("a", "/"))).getMessage(), "closed");
  }

  @Test
  void givenAGuestThatSpinsWhenAnotherThreadClosesThePageThenItLeavesAtOnce() throws Exception {
    sites.html("a", "/", script("bound") + script("spin")).wasm("a", "bound", "spin");
    Page page = host.open(sites.url("a", "/"));
    assertTrue(called.await(60, TimeUnit.SECONDS));
    long start = System.nanoTime();
    page.close();
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(30).toNanos());
    assertNothingHeld();
    assertEquals(0, agent(page, "a").trapCount(), "closing is no trap");
  }

  @Test
  void givenAPageWhoseDocumentHangsWhenTheHostIsClosedThenOpenReturnsWithAnError() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    sites.html("a", "/", "<p>x</p>").gate("a", "/", gate);
    CompletableFuture<Page> opening = CompletableFuture.supplyAsync(() -> {
      try {
        return host.open(sites.url("a", "/"));
      } catch (LoadError error) {
        throw new IllegalStateException(error.getMessage());
      }
    });
    while (sites.requested().isEmpty()) {
      Thread.onSpinWait();
    }
    host.close();
    Exception failure = assertThrows(Exception.class, () -> opening.get(60, TimeUnit.SECONDS));
    gate.countDown();
    assertMentions(String.valueOf(failure.getMessage()), sites.url("a", "/"));
    assertNothingHeld();
  }

  @Test
  void givenAModuleThatHangsWhenThePageIsClosedThenItsRequestIsAborted() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    sites.html("a", "/", script("greet")).wasm("a", "greet").gate("a", "/greet.wasm", gate);
    Page page = host.open(sites.url("a", "/"));
    page.close();
    gate.countDown();
    assertNothingHeld();
    assertTrue(page.settle(PATIENCE), "nothing is left to do");
    assertEquals(List.of(), texts(page));
  }

  @Test
  void givenAHostFunctionThatClosesItsOwnPageWhenItReturnsThenTheAgentEnds() throws Exception {
    sites.html("a", "/", "<p>x</p>").html("b", "/", script("bound")).wasm("b", "bound");
    AtomicReference<Page> page = new AtomicReference<>();
    CountDownLatch opened = new CountDownLatch(1);
    action.set(() -> {
      assertDoesNotThrow(() -> opened.await());
      page.get().close();
    });
    page.set(host.open(sites.url("b", "/")));
    opened.countDown();
    assertTrue(called.await(60, TimeUnit.SECONDS));
    assertNothingHeld();
    assertEquals(List.of("<p>x</p>"), List.of(settled("a", "/").document().body().html()), "the host lives on");
  }

  @Test
  void givenAHostFunctionThatWaitsForItsPageWhenItAsksThenItIsRefused() throws Exception {
    sites.html("a", "/", script("bound")).wasm("a", "bound");
    Page page = settled("a", "/");
    AtomicReference<RuntimeException> refused = new AtomicReference<>();
    action.set(() -> refused.set(assertThrows(IllegalStateException.class, () -> page.settle(PATIENCE))));
    page.call("ring", 1);
    assertMentions(refused.get().getMessage(), "settle");
  }

  @Test
  void givenManyPagesWhenThreadsOpenAndCloseThemTogetherThenNothingIsHeld() throws Exception {
    sites.html("a", "/", script("greet") + "<iframe src='" + sites.url("b", "/") + "'></iframe>").wasm("a", "greet")
        .html("b", "/", script("counter")).wasm("b", "counter");
    List<CompletableFuture<Void>> runs = IntStream.range(0, 4).mapToObj(run ->
        CompletableFuture.runAsync(() -> {
          for (int i = 0; i < 5; i++) {
            assertDoesNotThrow(() -> host.open(sites.url("a", "/")).close());
          }
        })).toList();
    for (CompletableFuture<Void> run : runs) {
      run.get(60, TimeUnit.SECONDS);
    }
    assertNothingHeld();
    assertEquals(0, host.openPages());
  }

  /** Instances that an embedder's own bindings have seen lead to modules; what is left of those leads to no host. */
  @Test
  void givenAClosedHostWhoseBindingsHoldInstancesWhenItIsForgottenThenAllOfItIsCollected() throws Exception {
    sites.html("a", "/", script("bound")).wasm("a", "bound");
    WeakReference<List<Instance>> seen = openAndClose();
    await(() -> {
      System.gc();
      return seen.get() == null;
    });
    assertNull(seen.get());
  }

  private WeakReference<List<Instance>> openAndClose() throws LoadError {
    List<Instance> seen = new ArrayList<>();
    TestModule till = new TestModule("acme:till", Binding.of("ring", "i32 amount -> i32", "Notes its caller.", call -> {
      seen.add(call.instance());
      call.result(call.i32(0) + 1);
    }));
    try (PageHost own = PageHost.builder().bindings(frame -> List.of(till)).build();
         Page page = own.open(sites.url("a", "/"))) {
      assertTrue(page.settle(LONG));
      assertEquals(1, seen.size());
    }
    return new WeakReference<>(seen);
  }

  @Test
  void givenAPageThatIsForgottenWhenItIsCollectedThenItIsClosed() throws Exception {
    sites.html("a", "/", script("greet")).wasm("a", "greet");
    assertEquals(List.of("hello from greet"), texts(settled("a", "/")));
    await(() -> {
      System.gc();
      return host.openPages() == 0;
    });
    assertEquals(0, host.openPages());
    assertNothingHeld();
  }
}
