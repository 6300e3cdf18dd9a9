package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A page or its host is closed in the middle of each thing that a page does, by whoever may: all of it is counted. */
final class ClosingMomentTest extends PageTest {

  private final CountDownLatch gate = new CountDownLatch(1);

  /** What the page is doing. */
  enum Moment { FETCH_OF_DOCUMENT, FETCH_OF_MODULE, COMPILE, RUN, SUSPENSION, FETCH_BY_GUEST, FETCH_OF_FRAME }

  /** Who closes what. */
  enum Closer { PAGE_BY_ITS_OPENER, PAGE_BY_ANOTHER_THREAD, PAGE_BY_A_THREAD_OF_THE_HOST, HOST_BY_ANOTHER_THREAD }

  /** What a process holds beside Java's heap. */
  private record Held(NativeUsage.Share memories, NativeUsage.Share stacks, long descriptors) {

    static Held now() {
      NativeUsage usage = NativeUsage.current();
      try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
        return new Held(usage.memories(), usage.stacks(), open.count());
      } catch (IOException unknown) {
        return new Held(usage.memories(), usage.stacks(), 0);
      }
    }

    boolean isWithin(Held before) {
      return memories.equals(before.memories) && stacks.equals(before.stacks) && descriptors <= before.descriptors;
    }
  }

  static Stream<Arguments> cases() {
    return Stream.of(Moment.values()).flatMap(moment ->
        Stream.of(Closer.values()).map(closer -> Arguments.of(moment, closer)));
  }

  @BeforeEach
  void makeWhatTheProcessMakesOnce() throws Exception {
    sites.html("first", "/", script("greet")).wasm("first", "greet");
    try (PageHost first = PageHost.builder().build()) {
      assertTrue(first.open(sites.url("first", "/")).settle(LONG));
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("skerry-(agent|watchdog|fetch|clock|timer).*"))
        .collect(Collectors.toSet());
  }

  private static boolean await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  private boolean isRequested(String hostAndPath) {
    return sites.requested().contains(hostAndPath);
  }

  private static long used(Page page, Limit limit) {
    return page.usage().stream().filter(usage -> usage.limit() == limit).mapToLong(Usage::used).sum();
  }

  /** Opens a page and waits until it does that. */
  private CompletableFuture<Page> reach(Moment moment, PageHost own) throws Exception {
    byte[] module = TestSites.guest("glutton");
    sites.html("a", "/", script(moment == Moment.SUSPENSION ? "await" : "glutton")
        + (moment == Moment.FETCH_OF_FRAME ? "<iframe src='" + sites.url("b", "/") + "'></iframe>" : ""));
    sites.html("b", "/", "<p>x").wasm("a", "await", "glutton").answer("a", "/data", 200, Map.of(),
        "data".getBytes(StandardCharsets.US_ASCII));
    switch (moment) {
      case FETCH_OF_DOCUMENT -> sites.gate("a", "/", gate);
      case FETCH_OF_MODULE -> sites.gate("a", "/glutton.wasm", gate);
      case COMPILE -> sites.gateAfter("a", "/glutton.wasm", module.length - 10, gate);
      case FETCH_BY_GUEST -> sites.gate("a", "/data", gate);
      case FETCH_OF_FRAME -> sites.gate("b", "/", gate);
      default -> { }
    }
    CompletableFuture<Page> opening = own.openLater(sites.url("a", "/"));
    if (moment == Moment.FETCH_OF_DOCUMENT) {
      assertTrue(await(() -> isRequested("a/")));
      return opening;
    }
    Page page = opening.get(LONG.toSeconds(), TimeUnit.SECONDS);
    switch (moment) {
      case FETCH_OF_MODULE -> assertTrue(await(() -> isRequested("a/glutton.wasm")));
      case COMPILE -> assertTrue(await(() -> used(page, Limit.FETCHED_BYTES) > module.length - 20));
      case FETCH_OF_FRAME -> assertTrue(await(() -> isRequested("b/")));
      case RUN -> during(page, "spin", () -> used(page, Limit.TASK_WALL) > 0);
      case SUSPENSION -> during(page, "forever", () -> used(page, Limit.WAITING_CALLS) == 1);
      default -> during(page, "ask", () -> isRequested("a/data"));
    }
    return opening;
  }

  private static void during(Page page, String export, BooleanSupplier reached) {
    assertTrue(page.settle(LONG));
    page.callLater(export);
    assertTrue(await(reached));
  }

  private void close(Closer closer, PageHost own, CompletableFuture<Page> opening) throws Exception {
    // Where there is no document there is no page yet, and the host is what can be closed.
    Runnable close = closer == Closer.HOST_BY_ANOTHER_THREAD || !opening.isDone() ? own::close : opening.join()::close;
    switch (closer) {
      case PAGE_BY_ITS_OPENER -> close.run();
      case PAGE_BY_A_THREAD_OF_THE_HOST -> {
        sites.html("c", "/", "<p>x");
        own.openLater(sites.url("c", "/")).thenRun(close).get(LONG.toSeconds(), TimeUnit.SECONDS);
      }
      default -> CompletableFuture.runAsync(close).get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givenAPageInTheMiddleOfSomethingWhenItIsClosedThenNoMemoryThreadFileOrSocketStays(Moment moment, Closer closer)
      throws Exception {
    assertTrue(await(() -> threads().stream().noneMatch(thread -> thread.getName().startsWith("skerry-agent"))));
    Set<Thread> others = threads();
    Held before = Held.now();
    PageHost own = PageHost.builder().build();
    try {
      close(closer, own, reach(moment, own));
      assertTrue(await(() -> Held.now().memories().equals(before.memories())
          && Held.now().stacks().equals(before.stacks())), () -> Held.now() + ", before " + before);
      assertTrue(await(() -> own.openPages() == (closer == Closer.PAGE_BY_A_THREAD_OF_THE_HOST
          && moment != Moment.FETCH_OF_DOCUMENT ? 1 : 0)), () -> own.openPages() + " pages");
    } finally {
      own.close();
      gate.countDown();
    }
    assertTrue(await(() -> Held.now().isWithin(before)), () -> Held.now() + ", before " + before);
    Set<Thread> left = threads();
    left.removeAll(others);
    for (Thread thread : left) {
      thread.join(LONG.toMillis());
    }
    assertEquals(List.of(), left.stream().filter(Thread::isAlive).map(Thread::getName).toList());
  }
}
