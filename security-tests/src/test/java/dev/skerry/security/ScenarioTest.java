package dev.skerry.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.FetchResponse.Header;
import dev.skerry.fetch.Interceptor;
import dev.skerry.fetch.NetworkResponse;
import dev.skerry.origin.ConsoleMessage;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random scenarios of several origins, with an oracle for who may know what: no origin's secret ever appears in
 * another's console, document or requests unless that origin gave it away. {@code -Dskerry.fuzz.seed} repeats a run,
 * {@code -Dskerry.fuzz.scenarios} lengthens it.
 */
class ScenarioTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 1);
  private static final int SCENARIOS = Integer.getInteger("skerry.fuzz.scenarios", 25);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What was seen in one scenario. */
  private record Seen(List<String> leaks, int lines, int messages, int foreignModules) {
  }

  private static Seen run(long seed, PageHost host) throws Exception {
    try (Sites sites = new Sites()) {
      Scenario scenario = new Scenario(sites, new SplittableRandom(seed));
      List<String> leaks = new ArrayList<>();
      List<ConsoleMessage> lines;
      try (Page page = host.open(scenario.start())) {
        assertTrue(page.settle(PATIENCE), () -> "seed " + seed + " does not settle: " + scenario);
        lines = page.console();
        leaks.add(scenario.leakIn(scenario.start(), page.document().outerHtml()));
      }
      lines.forEach(line -> leaks.add(scenario.leakIn(line)));
      sites.arrivals().forEach(arrival -> leaks.add(scenario.leakIn(arrival)));
      leaks.removeIf(String::isEmpty);
      return new Seen(leaks.stream().map(leak -> "seed " + seed + ": " + leak).toList(), lines.size(),
          count(lines, "|msg|"), (int) lines.stream().filter(line -> line.text().contains("|mod|"))
              .filter(line -> !line.text().substring(6, 7).equals(line.text().substring(35, 36))).count());
    }
  }

  private static int count(List<ConsoleMessage> lines, String kind) {
    return (int) lines.stream().filter(line -> line.text().contains(kind)).count();
  }

  @Test
  void givenRandomScenariosThenNoOriginKnowsWhatNobodyGaveIt() throws Exception {
    System.out.println("scenarios, -Dskerry.fuzz.seed=" + SEED);
    int lines = 0;
    int messages = 0;
    int foreignModules = 0;
    for (long seed = SEED; seed < SEED + SCENARIOS; seed++) {
      try (PageHost host = PageHost.builder().build()) {
        Seen seen = run(seed, host);
        assertEquals(List.of(), seen.leaks());
        lines += seen.lines;
        messages += seen.messages;
        foreignModules += seen.foreignModules;
      }
    }
    System.out.printf("%d scenarios: %d lines of spies, %d messages received, %d modules of other origins%n", SCENARIOS,
        lines, messages, foreignModules);
    assertTrue(lines > 5 * SCENARIOS && messages > SCENARIOS / 5 && foreignModules > SCENARIOS / 5,
        "the scenarios are blunt");
  }

  /** The oracle's own control: with a link that shares everything with everyone, it finds what leaks. */
  @Test
  void givenAHostThatSharesEveryModuleThenTheOracleFindsIt() throws Exception {
    Interceptor sharing = (request, next) -> next.proceed(request).thenApply(response -> {
      List<Header> headers = new ArrayList<>(response.headers());
      headers.removeIf(header -> header.name().equals("access-control-allow-origin"));
      headers.add(new Header("access-control-allow-origin", "*"));
      return new NetworkResponse(response.status(), headers, response.body(), response.addressSpace());
    });
    assertTrue(leaks(sharing).stream().anyMatch(leak -> leak.contains("|mod|")));
  }

  /** The same for requests: with a link that tells each server the whole URL of its document's embedder. */
  @Test
  void givenAHostThatTellsUrlsThenTheOracleFindsIt() throws Exception {
    Interceptor telling = (request, next) -> next.proceed(request.fetch().referrer() == null ? request
        : request.withHeader("x-from", request.fetch().referrer().href()));
    assertTrue(leaks(telling).stream().anyMatch(leak -> leak.contains("was told")));
  }

  private static List<String> leaks(Interceptor link) throws Exception {
    List<String> leaks = new ArrayList<>();
    for (long seed = SEED; seed < SEED + SCENARIOS && leaks.size() < 5; seed++) {
      try (PageHost host = PageHost.builder().intercept(link).build()) {
        leaks.addAll(run(seed, host).leaks());
      }
    }
    return leaks;
  }
}
