package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.Origin;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every limit, reached by a real guest or its page: it holds, it is told, and other documents go on. */
final class LimitTest extends PageTest {

  private static final Duration TIME = Duration.ofSeconds(60);
  private static final String DATA = "x".repeat(2_000);

  private final Set<Limit> told = ConcurrentHashMap.newKeySet();
  private final CountDownLatch gate = new CountDownLatch(1);

  /** Loads or does what goes over the limit; what is reported of it holds the words. */
  private record Case(long value, Action action, String words) {
  }

  /** What a page does. */
  private interface Action {

    /** The page, or null where there is none because of the limit. */
    Page run(PageHost host) throws Exception;
  }

  private Case of(Limit limit) {
    return switch (limit) {
      case AGENT_MEMORY -> called(1 << 20, "grow");
      case PAGE_MEMORY -> new Case(32 << 20, host -> framed(host, "hoarder"), "all agents of a page");
      case PAGE_MODULES -> new Case(4_000, host -> open(host, script("glutton")), "PAGE_MODULES");
      case HOST_MODULES -> new Case(4_000, host -> open(host, script("glutton")), "HOST_MODULES");
      case AGENT_TABLE_ELEMENTS -> called(100, "table");
      case AGENT_INSTANCES -> new Case(1, host -> open(host, script("glutton") + script("greet")), "instances");
      case STACK -> new Case(64 << 10, host -> call(open(host, script("glutton")), "recurse", 1), "stack");
      case NESTING -> called(4, "nest", "stack");
      case TASK_CPU, TASK_WALL, AGENT_CPU -> called(100, "spin");
      case AGENT_FUEL -> called(100_000, "spin");
      case AGENT_TIMERS -> called(10, "timers");
      case WAITING_CALLS -> called(1, "wait");
      case SENT_MESSAGES, SENT_MESSAGE_BYTES -> new Case(10, host -> framed(host, "flood"), null);
      case PORTS -> called(10, "ports");
      case RECEIVED_PORTS -> new Case(10, this::ported, null);
      case STORAGE -> new Case(3_000, host -> call(open(host, script("keeper")), "fill"), null);
      case HOST_STORAGE -> new Case(3_000, host -> call(open(host, script("keeper")), "fill"), null);
      case CONSOLE_MESSAGES -> called(10, "log");
      case CONSOLE_TEXT -> called(2_500, "log");
      case TRAPS -> new Case(1, host -> {
        Page page = open(host, script("glutton"));
        call(page, "trap");
        return call(page, "trap");
      }, "\"trapCount\" : 2");
      case DOM_NODES -> new Case(20, host -> open(host, "<p>x".repeat(30)), null);
      case ADDED_NODES -> called(10, "nodes", "limit of 10 added nodes");
      case FRAMES -> new Case(2, host -> open(host, script("glutton") + "<iframe></iframe><iframe></iframe>"), null);
      case FRAME_DEPTH -> new Case(1, host -> open(host, "<iframe srcdoc='<iframe srcdoc=x></iframe>'></iframe>"),
          null);
      case MODULES -> new Case(1, host -> open(host, script("glutton") + script("greet")), null);
      case REQUESTS -> new Case(2, host -> fetched(host, 1), null);
      case REQUESTS_IN_FLIGHT -> new Case(1, this::queued, "/data");
      case FETCHED_BYTES -> new Case(3_000, host -> fetched(host, 2), null);
      case DOCUMENT_BYTES -> new Case(1_000, host -> open(host, DATA), null);
      case URL_LENGTH -> new Case(1_000, host -> open(host, "<iframe src='/" + DATA + "'></iframe>"), null);
      case BODY_BYTES -> new Case(1_500, host -> fetched(host, 1), "1500");
      case FETCH_TIME -> new Case(3_000, host -> {
        Page page = open(host, script("glutton"));
        sites.gate("a", "/data", gate);
        return call(page, "fetch", 1);
      }, "within 3000 ms");
      default -> throw new IllegalArgumentException("there is no test for the limit " + limit);
    };
  }

  private Case called(long value, String export) {
    return called(value, export, null);
  }

  private Case called(long value, String export, String words) {
    return new Case(value, host -> call(open(host, script("glutton")), export), words);
  }

  private Page open(PageHost limited, String html) throws LoadError {
    sites.html("a", "/", html).wasm("a", "glutton", "greet", "keeper");
    sites.answer("a", "/data", 200, Map.of(), DATA.getBytes(StandardCharsets.UTF_8));
    Page page = limited.open(sites.url("a", "/"));
    assertTrue(page.settle(TIME));
    return page;
  }

  private Page framed(PageHost limited, String guest) throws LoadError {
    sites.html("b", "/", script(guest)).wasm("b", guest);
    return open(limited, script("greet") + "<iframe src='" + sites.url("b", "/") + "'></iframe>");
  }

  /** A frame sends more ports than its parent may hold, which keeps them. */
  private Page ported(PageHost limited) throws LoadError {
    sites.html("b", "/", script("porter")).wasm("b", "porter").wasm("a", "porter");
    Page page = open(limited, script("porter") + "<iframe src='" + sites.url("b", "/") + "'></iframe>");
    page.frame(1).call("send", -1, 20);
    assertTrue(page.settle(TIME));
    return page;
  }

  private Page fetched(PageHost limited, int times) throws LoadError {
    return call(open(limited, script("glutton")), "fetch", times);
  }

  /** Two requests at a time, of which the server lets none through: it sees one, and later the other. */
  private Page queued(PageHost limited) throws LoadError {
    Page page = open(limited, script("glutton"));
    sites.gate("a", "/data", gate);
    page.call("ask");
    while (!sites.requested().contains("a/data")) {
      Thread.onSpinWait();
    }
    assertEquals(1, page.usage().stream().filter(used -> used.limit() == Limit.REQUESTS_IN_FLIGHT)
        .mapToLong(Usage::used).sum());
    assertEquals(1, sites.requested().stream().filter("a/data"::equals).count());
    gate.countDown();
    return call(page, "finish");
  }

  private static Page call(Page page, String export, Object... arguments) {
    try {
      page.call(export, arguments);
      assertTrue(page.settle(TIME));
    } catch (RuntimeException over) {
      assertTrue(page.settle(TIME), over::toString);
    }
    return page;
  }

  private static String told(Page page) throws IOException {
    StringWriter text = new StringWriter();
    JsonReport.write(page.report(), text);
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource(Limit.class)
  void givenALimitWhenAGuestReachesItThenItHoldsAndIsTold(Limit limit) throws Exception {
    Case over = of(limit);
    Limits limits = Limits.defaults().with(limit, over.value());
    if (limit != Limit.TASK_CPU) {
      limits = limits.with(Limit.TASK_CPU, limit == Limit.AGENT_CPU || limit == Limit.TASK_WALL ? 60_000 : 1_000);
    }
    try (PageHost limited = PageHost.builder().limits(limits).observer(new PageObserver() {
      @Override
      public void limitReached(String origin, Limit reached, String sentence) {
        if (sentence.contains(reached.sentence())) {
          told.add(reached);
        }
      }
    }).build()) {
      String report;
      try {
        Page page = over.action().run(limited);
        report = told(page);
        assertWithin(page, limit);
      } catch (LoadError refused) {
        report = refused.getMessage();
      }
      if (over.words() != null) {
        assertMentions(report, over.words());
      } else {
        assertTrue(report.contains(limit.name()) || report.contains(limits.exceeded(limit)), report);
      }
      assertTrue(told.contains(limit), () -> "no event: " + told);
    } finally {
      gate.countDown();
    }
  }

  private static void assertWithin(Page page, Limit limit) {
    for (Usage used : page.usage()) {
      boolean isTime = limit.unit() == Limit.Unit.MILLIS;
      if (used.limit() == limit && !isTime && limit != Limit.FETCHED_BYTES && limit != Limit.PAGE_MEMORY) {
        assertTrue(used.used() <= used.most(), used::toString);
      }
    }
  }

  @Test
  void givenRulesForOriginsWhenTheyMatchThenTheLastOneCountsAndOthersKeepTheirs() throws Exception {
    Limits limits = Limits.defaults().with("http://*.localhost:" + sites.port(), Limit.AGENT_MEMORY, 2 << 20)
        .with(sites.origin("b"), Limit.AGENT_MEMORY, 1 << 20).with("https://*.localhost", Limit.AGENT_MEMORY, 1);
    try (PageHost limited = PageHost.builder().limits(limits).build()) {
      for (String site : List.of("a", "b")) {
        sites.html(site, "/", script("glutton")).wasm(site, "glutton");
        Page page = limited.open(sites.url(site, "/"));
        assertTrue(page.settle(TIME));
        int pages = (int) page.call("grow")[0];
        assertTrue(page.settle(TIME));
        assertTrue(site.equals("a") ? pages > 16 && pages <= 32 : pages <= 16, site + ": " + pages);
        assertTrue(page.agents().get(0).limitsReached().containsKey(Limit.AGENT_MEMORY));
      }
    }
  }

  @Test
  void givenAPolicyFileWhenItIsReadThenItsRowsAndRulesAreThere(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("limits.json"), "{\"limits\": {\"FRAMES\": 7},"
        + " \"origins\": {\"*\": {\"TASK_CPU\": 500}, \"null\": {\"AGENT_TIMERS\": 3}}}");
    Limits limits = Limits.read(file);
    assertEquals(7, limits.get(Limit.FRAMES));
    assertEquals(Limit.REQUESTS.byDefault(), limits.get(Limit.REQUESTS));
    assertEquals(List.of(new Limits.Rule("*", Map.of(Limit.TASK_CPU, 500L)),
        new Limits.Rule("null", Map.of(Limit.AGENT_TIMERS, 3L))), limits.rules());
    assertEquals(3, limits.of(Origin.opaque()).get(Limit.AGENT_TIMERS));
  }

  @Test
  void givenPolicyFilesThatAreWrongWhenTheyAreReadThenTheErrorNamesFileAndFault(@TempDir Path folder)
      throws Exception {
    Map<String, String> wrong = Map.ofEntries(
        Map.entry("{", "not JSON"), Map.entry("[]", "object"), Map.entry("{} {}", "after the end"),
        Map.entry("{\"limit\": {}}", "'limit'"), Map.entry("{\"limits\": {\"SPEED\": 1}}", "SPEED"),
        Map.entry("{\"limits\": {\"FRAMES\": \"7\"}}", "whole number of pieces"),
        Map.entry("{\"limits\": {\"FRAMES\": 0}}", "at least 1"),
        Map.entry("{\"limits\": {\"FRAMES\": 1, \"FRAMES\": 2}}", "Duplicate"),
        Map.entry("{\"origins\": {\"shop\": {}}}", "'shop'"),
        Map.entry("{\"origins\": {\"https://shop.example/x\": {}}}", "https://shop.example/x"),
        Map.entry("{\"origins\": {\"*\": {\"FRAMES\": 1}}}", "cannot differ by origin"));
    for (Map.Entry<String, String> entry : wrong.entrySet()) {
      Path file = Files.writeString(folder.resolve("limits.json"), entry.getKey());
      assertMentions(assertThrows(IllegalArgumentException.class, () -> Limits.read(file)).getMessage(),
          "limits.json", entry.getValue());
    }
  }

  @Test
  void givenAGuestThatIsAtWorkWhenItsUsageIsAskedThenItIsThatOfThisMoment() throws Exception {
    Page page = open(host, script("glutton"));
    page.call("once");
    Map<Limit, Usage> used = new EnumMap<>(Limit.class);
    page.usage().forEach(usage -> used.put(usage.limit(), usage));
    assertEquals(1, used.get(Limit.CONSOLE_MESSAGES).used());
    assertEquals(1_000, used.get(Limit.CONSOLE_TEXT).used());
    assertEquals(1, used.get(Limit.AGENT_INSTANCES).used());
    assertEquals(2, used.get(Limit.AGENT_TABLE_ELEMENTS).used());
    assertEquals(2, used.get(Limit.REQUESTS).used());
    assertTrue(used.get(Limit.AGENT_MEMORY).used() >= 65_536);
    assertEquals(sites.origin("a"), used.get(Limit.AGENT_TIMERS).origin());
    assertEquals("", used.get(Limit.FRAMES).origin());
    assertEquals(Limit.FRAMES.byDefault(), used.get(Limit.FRAMES).most());
  }
}
