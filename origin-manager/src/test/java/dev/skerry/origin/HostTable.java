package dev.skerry.origin;

import com.sun.management.OperatingSystemMXBean;
import dev.skerry.memory.NativeUsage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a host can hold and how fast its agents talk: {@code src/jmh/run.sh} runs it. Each part opens real pages from a
 * real server, every document in an origin of its own.
 */
public final class HostTable {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int FRAMES = 50;
  /** Before the first message is counted, for each ten seconds of counting. */
  private static final int WARM_UP_SECONDS = 20;
  /** Messages of a pair at any moment. */
  private static final int UNDER_WAY = 16;
  /** For servers of frames that the page fills. */
  private static final Limits LIMITS = Limits.defaults().with(Limit.REQUESTS, 1_000_000)
      .with(Limit.AGENT_CPU, 100_000_000).with(Limit.TASK_CPU, 100_000_000).with(Limit.TASK_WALL, 100_000_000);

  private HostTable() {
  }

  /** @param args {@code agents COUNT}, {@code messages PAIRS SECONDS} or {@code delay SECONDS} */
  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "agents" -> System.out.println(agents(Integer.parseInt(args[1])));
      case "messages" -> System.out.println(messages(Integer.parseInt(args[1]), Integer.parseInt(args[2])));
      case "delay" -> System.out.println(delay(Integer.parseInt(args[1])));
      default -> throw new IllegalArgumentException("agents, messages or delay, not " + args[0]);
    }
  }

  /**
   * Idle agents with an instance each.
   *
   * @param residentBytes what the process grew by, for one
   * @param heapBytes what Java's heap grew by, for one
   */
  record Agents(int count, double seconds, long residentBytes, long heapBytes, long processBytes,
                long memories, long stacks, int threads) {

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%,d live agents: opened in %.1f s, %.1f KiB resident each, %.1f KiB of it "
          + "Java heap; %,d memories, %,d stacks, %d threads of agents; process %.0f MiB", count, seconds,
          residentBytes / 1024.0, heapBytes / 1024.0, memories, stacks, threads, processBytes / 1048576.0);
    }
  }

  /** Opens so many agents, with {@link #FRAMES} in a page, and asks some of them whether they live. */
  static Agents agents(int count) throws Exception {
    try (TestSites sites = TestSites.running();
         PageHost host = PageHost.builder().limits(LIMITS).build()) {
      for (int page = 0; page < count / FRAMES; page++) {
        StringBuilder frames = new StringBuilder();
        for (int frame = 1; frame < FRAMES; frame++) {
          String name = "p" + page + "f" + frame;
          serve(sites, name, PageTest.script("idle"));
          frames.append("<iframe src='").append(sites.url(name, "/")).append("'></iframe>");
        }
        serve(sites, "p" + page, PageTest.script("idle") + frames);
      }
      settled(host, sites.url("p0", "/")).close();
      Thread.sleep(100);
      long heapBefore = heap();
      long residentBefore = resident();
      long start = System.nanoTime();
      List<Page> pages = new ArrayList<>();
      for (int page = 0; page < count / FRAMES; page++) {
        pages.add(settled(host, sites.url("p" + page, "/")));
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      int live = pages.stream().mapToInt(page -> (int) page.agents().stream()
          .filter(agent -> agent.instances() == 1 && agent.verdict().equals(Verdict.OK)).count()).sum();
      pages.get(pages.size() / 2).call("count");
      long heap = heap();
      NativeUsage usage = NativeUsage.current();
      long resident = resident();
      return new Agents(live, seconds, (resident - residentBefore) / live, (heap - heapBefore) / live, resident,
          usage.memories().count(), usage.stacks().count(),
          (int) Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().startsWith("skerry-agent")).count());
    }
  }

  /** A document and its module; no connection stays, for server and client are one process with so many descriptors. */
  private static void serve(TestSites sites, String name, String html) {
    sites.answer(name, "/", 200, Map.of("content-type", "text/html;charset=utf-8", "connection", "close"),
        html.getBytes(StandardCharsets.UTF_8));
    sites.answer(name, "/idle.wasm", 200, Map.of("content-type", "application/wasm", "connection", "close"),
        TestSites.guest("idle"));
  }

  /** Messages between pairs of agents. */
  record Messages(int pairs, long delivered, double seconds, long cpuNanos) {

    double perSecond() {
      return delivered / seconds;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%,d pairs: %,.0f messages a second in all, %.2f us of processor time each",
          pairs, perSecond(), cpuNanos / 1e3 / delivered);
    }
  }

  /** Pairs of agents that answer each other, 16 messages under way in each, for so many seconds. */
  static Messages messages(int pairs, int seconds) throws Exception {
    try (TestSites sites = TestSites.running();
         PageHost host = PageHost.builder().limits(LIMITS).build()) {
      List<Page> pages = new ArrayList<>();
      for (int pair = 0; pair < pairs; pair++) {
        String inner = "i" + pair;
        String outer = "o" + pair;
        sites.html(inner, "/", PageTest.script("pair")).wasm(inner, "pair");
        sites.html(outer, "/", "<body>" + PageTest.script("pair") + "<iframe src='" + sites.url(inner, "/")
            + "'></iframe>").wasm(outer, "pair");
        pages.add(settled(host, sites.url(outer, "/")));
      }
      CompletableFuture.allOf(pages.stream().map(page -> page.callLater("begin", UNDER_WAY))
          .toArray(CompletableFuture[]::new)).join();
      Thread.sleep(WARM_UP_SECONDS * 1_000L * seconds / 10);
      long before = pages.stream().mapToLong(HostTable::received).sum();
      long cpu = PROCESS.getProcessCpuTime();
      long start = System.nanoTime();
      Thread.sleep(seconds * 1_000L);
      long delivered = pages.stream().mapToLong(HostTable::received).sum() - before;
      double elapsed = (System.nanoTime() - start) / 1e9;
      cpu = PROCESS.getProcessCpuTime() - cpu;
      return new Messages(pairs, delivered, elapsed, cpu);
    }
  }

  private static long received(Page page) {
    return page.agents().stream().mapToLong(AgentReport::messagesReceived).sum();
  }

  /** How long tasks of other agents waited, in nanoseconds, sorted. */
  record Delays(long[] nanos, int threads) {

    double millis(double part) {
      return nanos[(int) Math.min(nanos.length - 1, nanos.length * part)] / 1e6;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%,d tasks beside an endless loop and one at its memory limit, pool of 2: "
          + "median %.2f ms, 99th percentile %.2f ms, most %.2f ms; %d threads of agents at the end", nanos.length,
          millis(0.5), millis(0.99), millis(1), threads);
    }
  }

  /** Tasks of 50 agents, one each millisecond, while one agent loops and one fills all memory that it may have. */
  static Delays delay(int seconds) throws Exception {
    try (TestSites sites = TestSites.running();
         PageHost host = PageHost.builder().limits(LIMITS.with(Limit.AGENT_MEMORY, 16L << 20)).threads(2).build()) {
      sites.html("spin", "/", PageTest.script("spin")).wasm("spin", "spin");
      sites.html("greedy", "/", PageTest.script("greedy")).wasm("greedy", "greedy");
      List<WindowAgent> others = new ArrayList<>();
      List<Page> pages = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        sites.html("q" + i, "/", PageTest.script("idle")).wasm("q" + i, "idle");
        Page page = settled(host, sites.url("q" + i, "/"));
        pages.add(page);
        others.add(page.topAgent());
      }
      host.open(sites.url("spin", "/"));
      host.open(sites.url("greedy", "/"));
      Thread.sleep(500);
      int count = seconds * 1_000;
      long[] nanos = new long[count];
      CountDownLatch done = new CountDownLatch(count);
      AtomicInteger next = new AtomicInteger();
      long begin = System.nanoTime();
      for (int i = 0; i < count; i++) {
        while (System.nanoTime() - begin < i * 1_000_000L) {
          Thread.sleep(1);
        }
        long posted = System.nanoTime();
        others.get(i % others.size()).post(new Task("timed", Activity.UNCOUNTED, () -> {
          nanos[next.getAndIncrement()] = System.nanoTime() - posted;
          done.countDown();
        }, done::countDown));
      }
      done.await();
      int threads = (int) Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().startsWith("skerry-agent")).count();
      Arrays.sort(nanos);
      return new Delays(nanos, threads);
    }
  }

  private static Page settled(PageHost host, String url) throws LoadError {
    Page page = host.open(url);
    if (!page.settle(PATIENCE)) {
      throw new IllegalStateException(url + " does not settle");
    }
    return page;
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Resident memory of this process, in bytes. */
  private static long resident() {
    try {
      String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
      return Long.parseLong(pages[1]) * 4096;
    } catch (IOException unknown) {
      return 0;
    }
  }
}
