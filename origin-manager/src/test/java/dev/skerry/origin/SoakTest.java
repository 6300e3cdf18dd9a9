package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeUsage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random pages that are opened, called, navigated, restarted and closed at any moment, from several threads: nothing
 * native, no thread, no file and no socket stays, and nothing fails but what must. The system property
 * {@code skerry.soak.seconds} makes it long; {@code skerry.fuzz.seed} repeats one.
 */
final class SoakTest extends PageTest {

  private static final Duration TIME = Duration.ofSeconds(60);
  private static final int THREADS = 3;
  private static final int SHORT_ROUNDS = 2;
  private static final int STEPS = 25;
  private static final List<String> GUESTS = List.of("greet", "spin", "trap", "glutton", "await", "idle", "fetcher",
      "alarms", "greedy", "pair");
  private static final List<String> CALLS = List.of("timers", "nested", "depth", "forever", "microtasks", "grow",
      "table", "timers", "wait", "log", "trap", "nodes", "ports", "ask", "finish", "count", "stop");

  private final long seed = Long.getLong("skerry.fuzz.seed", 20_261_121);

  @Override
  PageHost.Builder builder() {
    return PageHost.builder().threads(2).limits(Limits.defaults().with(Limit.TASK_CPU, 100)
        .with(Limit.TASK_WALL, 5_000).with(Limit.AGENT_MEMORY, 4 << 20).with(Limit.CONSOLE_MESSAGES, 100)
        .with(Limit.AGENT_TIMERS, 50).with(Limit.ADDED_NODES, 1_000).with(Limit.SENT_MESSAGES, 100));
  }

  private void serve() {
    sites.answer("b", "/data", 200, Map.of("access-control-allow-origin", "*"), new byte[100_000]);
    for (String guest : GUESTS) {
      for (String site : List.of("a", "b")) {
        sites.wasm(site, guest).html(site, "/" + guest, "<body data-window=04 data-fetch='" + sites.url("b", "/data")
            + "'>" + script(guest) + "<iframe src='" + sites.url("c", "/" + guest) + "'></iframe>");
      }
      sites.wasm("c", guest).html("c", "/" + guest, "<body data-fetch='/none'>" + script(guest));
    }
  }

  /** What one thread does with pages of its own. */
  private void work(PageHost shared, long ownSeed) {
    Random random = new Random(ownSeed);
    List<Page> pages = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      try {
        if (pages.size() < 2 || random.nextInt(3) == 0 && pages.size() < 6) {
          pages.add(shared.open(url(random)));
        } else {
          act(random, pages);
        }
      } catch (LoadError | RuntimeException expected) {
        assertTrue(isExpected(expected), () -> "seed " + seed + ": " + expected);
      }
    }
    pages.forEach(Page::close);
  }

  private String url(Random random) {
    return sites.url(random.nextBoolean() ? "a" : "b", "/" + GUESTS.get(random.nextInt(GUESTS.size())));
  }

  private void act(Random random, List<Page> pages) throws LoadError {
    Page page = pages.get(random.nextInt(pages.size()));
    switch (random.nextInt(8)) {
      case 0 -> pages.remove(page);
      case 1 -> page.navigate(url(random), TIME);
      case 2 -> page.reload(TIME);
      case 3 -> page.restart(origin(page), TIME);
      case 4 -> page.settle(Duration.ofMillis(random.nextInt(50)));
      case 5 -> {
        assertFalse(page.usage().isEmpty());
        page.report();
      }
      default -> {
        String export = CALLS.get(random.nextInt(CALLS.size()));
        CompletableFuture.runAsync(() -> page.call(export), task -> {
          Thread caller = new Thread(task, "soak-caller");
          caller.setDaemon(true);
          caller.start();
        });
      }
    }
    if (!pages.contains(page)) {
      page.close();
    }
  }

  /** Of an agent of the page, which has none after a restart whose document did not load. */
  private static String origin(Page page) {
    return page.agents().stream().findFirst().map(AgentReport::origin).orElse("none");
  }

  /** Pages that were ended, or do not load because their agent was: nothing of the host itself. */
  private static boolean isExpected(Exception failure) {
    return failure instanceof LoadError || failure instanceof IllegalStateException
        || failure instanceof NoSuchElementException;
  }

  private static List<NativeUsage.Share> held() {
    NativeUsage usage = NativeUsage.current();
    return List.of(usage.memories(), usage.stacks());
  }

  private static Set<Thread> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("skerry-agent") || thread.getName().startsWith("soak-"))
        .collect(Collectors.toSet());
  }

  /** Open files and sockets of this process. */
  private static long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (IOException none) {
      return 0;
    }
  }

  private static boolean await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TIME.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  /** One host, several threads with pages of their own, then all of it is closed while some still work. */
  private void round(int number) throws Exception {
    PageHost shared = builder().build();
    try {
      List<CompletableFuture<Void>> threads = IntStream.range(0, THREADS).mapToObj(thread ->
          CompletableFuture.runAsync(() -> work(shared, seed + 1_000L * number + thread))).toList();
      if (number % 2 == 1) {
        threads.get(0).join();
        shared.close();
      }
      for (CompletableFuture<Void> thread : threads) {
        thread.join();
      }
      assertTrue(await(() -> shared.openPages() == 0 || number % 2 == 1), () -> "open pages: " + shared.openPages());
    } finally {
      shared.close();
    }
  }

  @Test
  void givenRandomPagesWhenTheyAreUsedAndClosedAtAnyMomentThenNothingStays() throws Exception {
    serve();
    round(0);
    round(1);
    System.gc();
    List<NativeUsage.Share> before = held();
    long descriptorsBefore = descriptors();
    long seconds = Long.getLong("skerry.soak.seconds", 0);
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    long heapBefore = 0;
    for (int number = 2; number < 2 + SHORT_ROUNDS || System.nanoTime() < end; number++) {
      round(number);
      assertTrue(await(() -> held().equals(before)), () -> "seed " + seed + ": " + held() + ", not " + before);
      assertTrue(await(() -> ownThreads().isEmpty()), () -> "seed " + seed + ": " + ownThreads());
      if (seconds > 0 && number % 10 == 0) {
        System.gc();
        long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        heapBefore = heapBefore == 0 ? heap : heapBefore;
        System.out.printf("round %d: heap %d MiB, %d descriptors, %s%n", number, heap >> 20, descriptors(),
            NativeUsage.current().blocks());
        assertTrue(heap < 2 * heapBefore + (32 << 20), "the heap grew from " + heapBefore + " to " + heap);
      }
    }
    assertTrue(await(() -> {
      System.gc();
      return descriptors() <= descriptorsBefore + 10;
    }), () -> "open files and sockets: " + descriptors() + ", before " + descriptorsBefore);
    assertEquals(0, host.openPages());
  }

  @Test
  void givenARequestThatStreamsWhenItsPageIsClosedThenItsSocketIsClosedToo() throws Exception {
    sites.answer("a", "/data", 200, Map.of(), "x".repeat(50_000_000).getBytes(StandardCharsets.US_ASCII));
    sites.html("a", "/", script("glutton")).wasm("a", "glutton");
    // Not the host of the soak, whose tasks may take next to no time.
    try (PageHost patient = PageHost.builder().build()) {
      Page page = patient.open(sites.url("a", "/"));
      assertTrue(page.settle(TIME));
      page.call("ask");
      assertTrue(await(() -> sites.requested().stream().filter("a/data"::equals).count() == 2));
      long before = descriptors();
      page.close();
      assertTrue(await(() -> descriptors() < before), () -> descriptors() + ", before " + before);
    }
  }
}
