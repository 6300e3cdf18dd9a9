package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.bindings.abi.Binding;
import dev.skerry.fetch.FetchError;
import dev.skerry.wasm.Trap;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Agents that want too much: they are stopped, and nobody else notices. */
final class HostileTest extends PageTest {

  private static final long TASK_MILLIS = 300;

  private final CountDownLatch counted = new CountDownLatch(1);

  @Override
  PageHost.Builder builder() {
    return PageHost.builder().limits(Limits.defaults().with(Limit.TASK_CPU, TASK_MILLIS)
        .with(Limit.TASK_WALL, 100 * TASK_MILLIS).with(Limit.AGENT_MEMORY, 64L << 20).with(Limit.PAGE_MEMORY, 96L << 20)
        .with(Limit.SENT_MESSAGES, 50).with(Limit.AGENT_TIMERS, 100).with(Limit.CONSOLE_MESSAGES, 200))
        .observer(new PageObserver() {
          @Override
          public void console(ConsoleMessage message) {
            counted.countDown();
          }
        });
  }

  private Page withFrames(String... guests) throws LoadError {
    StringBuilder html = new StringBuilder();
    for (String guest : guests) {
      sites.html(guest, "/", script(guest)).wasm(guest, guest);
      html.append("<iframe src='").append(sites.url(guest, "/")).append("'></iframe>");
    }
    sites.html("a", "/", html + script("greet") + script("events")).wasm("a", "greet", "events");
    return settled("a", "/");
  }

  @Test
  void givenAnEndlessLoopWhenItsTimeIsUpThenItsAgentEndsAndASiblingFinishes() throws LoadError {
    Page page = withFrames("spin", "counter");
    AgentReport spin = agent(page, "spin");
    assertEquals(Verdict.Kind.ENDED_BY_LIMIT, spin.verdict().kind());
    assertMentions(spin.verdict().detail(), "300.0 ms", "processor time of one task");
    assertEquals(Trap.Kind.INTERRUPTED, spin.traps().get(0).kind());
    assertEquals("forever", spin.traps().get(0).frames().get(0).name());
    assertTrue(spin.busyTime().compareTo(Duration.ofMillis(TASK_MILLIS)) >= 0, spin.busyTime().toString());
    assertTrue(spin.busyTime().compareTo(Duration.ofMillis(10 * TASK_MILLIS)) < 0, spin.busyTime().toString());
    assertEquals(Verdict.OK, agent(page, "counter").verdict());
    assertTrue(texts(page).containsAll(List.of("1", "hello from greet", "load #document")), texts(page).toString());
    assertEquals(FrameReport.State.ENDED, page.frames().stream().filter(frame -> frame.url().contains("spin"))
        .findFirst().orElseThrow().state());
    assertTrue(!page.hasFailed(), "only a frame was hostile");
  }

  @Test
  void givenMoreEndlessLoopsThanProcessorsWhenTheyRunThenAnotherAgentStillGetsItsTurn() throws Exception {
    int loops = 4 + 2 * Runtime.getRuntime().availableProcessors();
    CountDownLatch gate = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    TestModule till = new TestModule("acme:till", Binding.of("ring", "i32 amount -> i32", "Says that a loop begins.",
        call -> {
          call.result(call.i32(0) + 1);
          if (begun.incrementAndGet() == loops) {
            gate.countDown();
          }
        }));
    StringBuilder html = new StringBuilder("<iframe src='/in'></iframe>");
    for (int i = 0; i < loops; i++) {
      sites.html("s" + i, "/", script("bound") + script("spin")).wasm("s" + i, "bound", "spin");
      html.append("<iframe src='").append(sites.url("s" + i, "/")).append("'></iframe>");
    }
    sites.html("a", "/", html.toString()).html("a", "/in", script("counter")).wasm("a", "counter")
        .gate("a", "/counter.wasm", gate);
    CountDownLatch counter = new CountDownLatch(1);
    try (PageHost patient = PageHost.builder().bindings(frame -> List.of(till)).observer(new PageObserver() {
      @Override
      public void console(ConsoleMessage message) {
        if (message.text().equals("1")) {
          counter.countDown();
        }
      }
    }).limits(Limits.defaults().with(Limit.TASK_CPU, 1_000_000).with(Limit.TASK_WALL, 1_000_000)).build();
         Page page = patient.open(sites.url("a", "/"))) {
      assertTrue(counter.await(60, TimeUnit.SECONDS));
      assertTrue(page.agents().stream().allMatch(agent -> agent.verdict().equals(Verdict.OK)), "all loops still run");
    }
  }

  @Test
  void givenAnEndlessLoopInTheTopDocumentWhenItIsEndedThenThePageHasFailedAndCallsSayWhy() throws LoadError {
    sites.html("a", "/", script("spin")).wasm("a", "spin");
    Page page = settled("a", "/");
    assertTrue(page.hasFailed());
    assertMentions(assertThrows(IllegalStateException.class,
        () -> page.call("anything")).getMessage(), "processor time");
  }

  @Test
  void givenACallThatNeverReturnsWhenItsTimeIsUpThenTheCallerGetsTheTrap() throws LoadError {
    sites.html("a", "/", script("greet")).wasm("a", "greet");
    Page page = settled("a", "/");
    Trap trap = assertThrows(Trap.class, () -> page.call("spin"));
    assertEquals(Trap.Kind.INTERRUPTED, trap.kind());
    assertMentions(assertThrows(IllegalStateException.class, () -> page.call("add", 1, 2)).getMessage(), "ended");
    assertTrue(page.settle(LONG));
    assertTrue(page.hasFailed());
  }

  @Test
  void givenHungerForMemoryWhenTheLimitIsReachedThenGrowthIsRefusedAndTheRestGoesOn() throws LoadError {
    Page page = withFrames("hungry", "counter");
    AgentReport hungry = agent(page, "hungry");
    assertTrue(hungry.peakMemoryBytes() <= 64L << 20, "peak " + hungry.peakMemoryBytes());
    assertTrue(hungry.peakMemoryBytes() > 62L << 20, "peak " + hungry.peakMemoryBytes());
    assertTrue(texts(page).contains("refused"));
    assertTrue(texts(page).contains("1"));
    assertEquals(new Verdict(Verdict.Kind.TRAPPED, "1 trap, refused more memory at its limit, 1 time"),
        hungry.verdict());
  }

  @Test
  void givenAgentsThatTogetherTakeTooMuchWhenTheyRunThenTheLargestEnds() throws LoadError {
    for (String site : List.of("h1", "h2", "h3")) {
      sites.html(site, "/", script("hoarder")).wasm(site, "hoarder");
    }
    sites.html("a", "/", "<iframe src='" + sites.url("h1", "/") + "'></iframe><iframe src='" + sites.url("h2", "/")
        + "'></iframe><iframe src='" + sites.url("h3", "/") + "'></iframe>" + script("greet")).wasm("a", "greet");
    Page page = settled("a", "/");
    assertTrue(texts(page).contains("hello from greet"));
    assertTrue(page.agents().stream().anyMatch(agent -> agent.verdict().detail().contains("all agents of a page")),
        page.agents().toString());
    long held = page.agents().stream().filter(agent -> agent.verdict().kind() == Verdict.Kind.OK)
        .mapToLong(AgentReport::memoryBytes).sum();
    assertTrue(held <= 96L << 20, "held " + held);
  }

  @Test
  void givenAFloodOfMessagesWhenItsQuotaIsUsedUpThenTheSenderTrapsAndTheReceiverGoesOn() throws LoadError {
    Page page = withFrames("flood");
    TrapReport trap = agent(page, "flood").traps().get(0);
    assertEquals(Trap.Kind.HOST, trap.kind());
    assertMentions(trap.message(), "limit of 50");
    assertEquals(agent(page, "flood").messagesSent(), agent(page, "a").messagesReceived());
    assertEquals(Verdict.OK, agent(page, "a").verdict());
  }

  @Test
  void givenTimersWithoutEndWhenTheLimitIsReachedThenTheAgentTraps() throws LoadError {
    sites.html("a", "/", script("alarms")).wasm("a", "alarms");
    Page page = settled("a", "/");
    assertMentions(agent(page, "a").traps().get(0).message(), "limit of 100", "timers");
  }

  @Test
  void givenConsoleMessagesWithoutEndWhenTheShareIsUsedUpThenOthersCanStillWrite() throws LoadError {
    Page page = withFrames("chatter", "counter");
    assertEquals(200, texts(page).stream().filter("again"::equals).count());
    assertTrue(texts(page).contains("1"));
    assertTrue(page.report().consoleDropped() > 0);
    assertEquals(Verdict.Kind.ENDED_BY_LIMIT, agent(page, "chatter").verdict().kind());
  }

  @Test
  void givenAParseThatTakesTooLongWhenItsTimeIsUpThenItStopsAndTheFrameHasFailed() throws LoadError {
    sites.html("slow", "/", "<a><div>".repeat(400_000)).html("a", "/",
        "<iframe src='" + sites.url("slow", "/") + "'></iframe>" + script("greet")).wasm("a", "greet");
    Page page = settled("a", "/");
    assertEquals(Verdict.Kind.ENDED_BY_LIMIT, agent(page, "slow").verdict().kind());
    assertTrue(agent(page, "slow").busyTime().compareTo(Duration.ofSeconds(2)) < 0);
    assertEquals(FrameReport.State.FAILED, page.frames().get(1).state());
    assertEquals(List.of("hello from greet"), texts(page));
  }

  @Test
  void givenImportMapsWithoutEndWhenTheyAreMergedThenTheirDocumentKeepsToItsTime() throws LoadError {
    StringBuilder maps = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      maps.append("<script type=importmap>{\"imports\":{\"k").append(i).append("\":\"/k.wasm\"}}</script>");
    }
    assertKeepsToItsTime(maps.toString());
  }

  @Test
  void givenNamesAndRulesWithoutEndWhenTheNamesAreResolvedThenTheirDocumentKeepsToItsTime() throws LoadError {
    StringJoiner rules = new StringJoiner(",", "<script type=importmap>{\"imports\":{", "}}</script>");
    for (int i = 0; i < 120_000; i++) {
      rules.add("\"" + (i < 60_000 ? "z" : "n") + i % 60_000 + "\":\"/dep.wasm\"");
    }
    sites.answer("slow", "/names.wasm", 200, Map.of("content-type", "application/wasm"),
        importsOf(60_000, i -> "n" + i, i -> "f")).wasm("slow", "dep");
    assertKeepsToItsTime(rules + script("names"));
  }

  @Test
  void givenImportsAndExportsWithoutEndWhenTheyAreLinkedThenTheirDocumentKeepsToItsTime() throws LoadError {
    sites.answer("slow", "/importer.wasm", 200, Map.of("content-type", "application/wasm"),
        importsOf(30_000, i -> "/exporter.wasm", i -> "f" + i));
    sites.answer("slow", "/exporter.wasm", 200, Map.of("content-type", "application/wasm"), exportsOf(30_000));
    assertKeepsToItsTime(script("importer"));
  }

  @Test
  void givenAModuleThatTakesLongToCompileWhenItsTimeIsUpThenTheCompileEnds() throws LoadError {
    sites.answer("slow", "/long.wasm", 200, Map.of("content-type", "application/wasm"), longToValidate());
    assertKeepsToItsTime(script("long"));
    Page page = settled("a", "/");
    assertEquals(Verdict.Kind.ENDED_BY_LIMIT, agent(page, "slow").verdict().kind());
    assertMentions(agent(page, "slow").verdict().detail(), "processor time of one task");
  }

  @Test
  void givenAPageThatIsClosedWhileItCompilesThenItsAgentLeavesAtOnce() throws Exception {
    sites.answer("slow", "/long.wasm", 200, Map.of("content-type", "application/wasm"), longToValidate());
    sites.html("slow", "/", script("long"));
    try (PageHost patient = PageHost.builder().build()) {
      Page page = patient.open(sites.url("slow", "/"));
      while (agent(page, "slow").busyTime().compareTo(Duration.ofMillis(100)) < 0) {
        assertTrue(!page.settle(Duration.ofMillis(1)), "it compiled already");
      }
      long begin = System.nanoTime();
      page.close();
      assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(30));
      assertTrue(agent(page, "slow").busyTime().compareTo(Duration.ofSeconds(2)) < 0);
    }
  }

  /** Calls that take a thousand references and leave a thousand of a subtype, as many as fit into a body. */
  private static byte[] longToValidate() {
    ByteArrayOutputStream types = vector(2);
    types.writeBytes(new byte[] {0x60, 0, 0, 0x60});
    types.writeBytes(leb(1_000));
    types.writeBytes("p".repeat(1_000).getBytes(StandardCharsets.US_ASCII));
    types.writeBytes(leb(1_000));
    for (int i = 0; i < 1_000; i++) {
      types.writeBytes(new byte[] {0x64, 0x70});
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(0);
    for (int i = 0; i < 1_000; i++) {
      body.writeBytes(new byte[] {(byte) 0xd0, 0x70});
    }
    while (body.size() < 7_000_000) {
      body.writeBytes(new byte[] {0x10, 1});
    }
    body.writeBytes(new byte[] {0, 0x0b});
    ByteArrayOutputStream bodies = vector(2);
    for (byte[] each : List.of(body.toByteArray(), new byte[] {0, 0, 0x0b})) {
      bodies.writeBytes(leb(each.length));
      bodies.writeBytes(each);
    }
    ByteArrayOutputStream module = new ByteArrayOutputStream();
    module.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    module.writeBytes(section(1, types));
    module.writeBytes(new byte[] {3, 3, 2, 0, 1});
    module.writeBytes(section(10, bodies));
    return module.toByteArray();
  }

  /** A document in a frame may be ended, but no later than its limit says, and the one around it runs. */
  private void assertKeepsToItsTime(String html) throws LoadError {
    sites.html("slow", "/", html).html("a", "/",
        "<iframe src='" + sites.url("slow", "/") + "'></iframe>" + script("greet")).wasm("a", "greet");
    Page page = settled("a", "/");
    assertTrue(agent(page, "slow").busyTime().compareTo(Duration.ofSeconds(3)) < 0, page.agents().toString());
    assertEquals(List.of("hello from greet"), texts(page));
  }

  private static byte[] importsOf(int count, IntFunction<String> module, IntFunction<String> name) {
    ByteArrayOutputStream entries = vector(count);
    for (int i = 0; i < count; i++) {
      entries.writeBytes(name(module.apply(i)));
      entries.writeBytes(name(name.apply(i)));
      entries.writeBytes(new byte[] {0, 0});
    }
    return module(section(2, entries));
  }

  private static byte[] exportsOf(int count) {
    ByteArrayOutputStream entries = vector(count);
    for (int i = 0; i < count; i++) {
      entries.writeBytes(name("f" + i));
      entries.writeBytes(new byte[] {0, 0});
    }
    return module(new byte[] {3, 2, 1, 0}, section(7, entries), new byte[] {10, 4, 1, 2, 0, 0x0b});
  }

  /** A module of one function type, without parameters or results, and those sections. */
  private static byte[] module(byte[]... sections) {
    ByteArrayOutputStream module = new ByteArrayOutputStream();
    module.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0});
    List.of(sections).forEach(module::writeBytes);
    return module.toByteArray();
  }

  private static byte[] section(int id, ByteArrayOutputStream content) {
    ByteArrayOutputStream section = new ByteArrayOutputStream();
    section.write(id);
    section.writeBytes(leb(content.size()));
    section.writeBytes(content.toByteArray());
    return section.toByteArray();
  }

  private static ByteArrayOutputStream vector(int count) {
    ByteArrayOutputStream vector = new ByteArrayOutputStream();
    vector.writeBytes(leb(count));
    return vector;
  }

  private static byte[] name(String name) {
    ByteArrayOutputStream bytes = vector(name.length());
    bytes.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
    return bytes.toByteArray();
  }

  /** Unsigned LEB128 of a number below 2^28, in four bytes. */
  private static byte[] leb(int number) {
    return new byte[] {(byte) (number | 0x80), (byte) (number >> 7 | 0x80), (byte) (number >> 14 | 0x80),
        (byte) (number >> 21)};
  }

  @Test
  void givenAnEndedOriginWithAFetchThatHangsWhenThePageSettlesThenTheFetchIsAborted() throws LoadError {
    CountDownLatch gate = new CountDownLatch(1);
    sites.html("a", "/", script("spin") + "<iframe src='/hangs'></iframe>").wasm("a", "spin")
        .html("a", "/hangs", "<p>x</p>").gate("a", "/hangs", gate);
    Page page = settled("a", "/");
    gate.countDown();
    assertTrue(page.requests().stream().anyMatch(request -> request.reason() == FetchError.Reason.ABORTED));
  }

  @Test
  void givenAnOriginWhoseServersAreSlowWhenItAsksForMuchThenOthersAreNotKeptWaiting() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    StringBuilder slow = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      sites.html("slow", "/" + i, "<p>x</p>").gate("slow", "/" + i, gate);
      slow.append("<iframe src='/").append(i).append("'></iframe>");
    }
    sites.html("slow", "/", slow.toString()).html("b", "/", script("counter")).wasm("b", "counter").html("a", "/",
        "<iframe src='" + sites.url("slow", "/") + "'></iframe><iframe src='" + sites.url("b", "/") + "'></iframe>");
    Page page = host.open(sites.url("a", "/"));
    assertTrue(counted.await(60, TimeUnit.SECONDS));
    assertTrue(sites.requested().stream().filter(path -> path.startsWith("slow/")).count() <= 7);
    gate.countDown();
    assertTrue(page.settle(LONG));
    assertEquals(43, page.frames().size());
  }

  @Test
  void givenAnEndedOriginWhenAnotherFrameOfItLoadsThenItGetsNoFreshAgent() throws LoadError {
    sites.html("spin", "/", script("spin") + "<iframe src='/in'></iframe>").html("spin", "/in", "<p>x</p>")
        .wasm("spin", "spin").html("a", "/", "<iframe src='" + sites.url("spin", "/") + "'></iframe>");
    Page page = settled("a", "/");
    assertEquals(1, page.agents().stream().filter(agent -> agent.origin().equals(sites.origin("spin"))).count());
  }
}
