package dev.skerry.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.origin.AgentReport;
import dev.skerry.origin.Expectation;
import dev.skerry.origin.Limit;
import dev.skerry.origin.Limits;
import dev.skerry.origin.Page;
import dev.skerry.origin.PageHost;
import dev.skerry.origin.PageReport;
import dev.skerry.origin.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The start page with all its frames at once: the hostile ones are stopped, and no other one notices. */
class DemoTest {

  private static PageReport report;
  private static List<Expectation> expectations;
  private static Map<String, AgentReport> agents;

  @BeforeAll
  static void load() throws Exception {
    Limits limits = Limits.defaults().with(Limit.TASK_CPU, 1_000);
    try (DemoServer server = new DemoServer();
        PageHost host = PageHost.builder().limits(limits).build()) {
      server.start();
      try (Page page = host.open(server.startPage())) {
        assertTrue(page.settle(Duration.ofSeconds(60)), () -> "not settled: " + page.report());
        report = page.report();
        expectations = server.expectations();
      }
      agents = report.agents().stream().collect(Collectors.toMap(
          agent -> agent.origin().replaceFirst("http://(.*?)(\\.localhost)?:.*", "$1"), Function.identity()));
    }
  }

  @Test
  void thePageSettlesAndDoesNotFail() {
    assertTrue(report.settled());
    assertFalse(report.failed(), () -> report.problems().toString());
    assertEquals(expectations.size(), report.agents().size());
    assertTrue(expectations.size() >= 18, expectations::toString);
    assertEquals(0, report.scriptsNotRun());
  }

  @Test
  void everyAgentIsExpectedAndDoesWhatIsExpected() {
    assertEquals(Set.copyOf(report.agents().stream().map(AgentReport::origin).toList()),
        Set.copyOf(expectations.stream().map(Expectation::origin).toList()));
    for (Expectation expected : expectations) {
      assertTrue(expected.isMetBy(report), () -> expected + " in " + report);
      assertEquals(expected.hostile(), expected.origin().contains(".hostile."));
    }
  }

  @ParameterizedTest
  @CsvSource({"skerry, 3", "life, 1", "fractal, 2", "news, 1", "x.shop, 1", "y.shop, 1", "filter, 1",
      "west.halves, 1", "east.halves, 1", "ann.chat, 1", "bob.chat, 1", "cid.chat, 1"})
  void givenASiteThatWorksThenItsAgentIsWell(String site, int instances) {
    AgentReport agent = agents.get(site);
    assertEquals(Verdict.Kind.OK, agent.verdict().kind(), agent::toString);
    assertEquals(0, agent.trapCount());
    assertEquals(instances, agent.instances());
  }

  @Test
  void bothShopsHearEachOther() {
    AgentReport x = agents.get("x.shop");
    AgentReport y = agents.get("y.shop");
    long greetingsHeard = y.messagesReceived() - 10;
    assertTrue(greetingsHeard == 0 || greetingsHeard == 1, y::toString);
    assertEquals(11, x.messagesSent(), "a greeting and ten numbers");
    long greetingsAnswered = y.messagesSent() - 11;
    assertTrue(greetingsAnswered >= 0 && greetingsAnswered <= greetingsHeard,
        () -> "a greeting, ten numbers, and an answer to a greeting, if that came when somebody listened: " + y);
    assertTrue(x.messagesReceived() >= 11 && x.messagesReceived() <= y.messagesSent(), x::toString);
    assertEquals("http://shop.localhost", x.site());
    assertEquals(x.site(), y.site());
  }

  @ParameterizedTest
  @CsvSource({"read.hostile, 28", "write.hostile, 22", "recurse.hostile, 2"})
  void givenAHostilePageThatTrapsThenEachTrapIsReported(String site, int traps) {
    AgentReport agent = agents.get(site);
    assertEquals(Verdict.Kind.TRAPPED, agent.verdict().kind(), agent::toString);
    assertEquals(traps, agent.trapCount());
    assertTrue(agent.traps().get(0).document().contains(site), agent::toString);
  }

  @Test
  void givenAPageThatLoopsThenTheTimeLimitEndsIt() {
    AgentReport agent = agents.get("loop.hostile");
    assertEquals(Verdict.Kind.ENDED_BY_LIMIT, agent.verdict().kind(), agent::toString);
    assertTrue(agent.busyTime().compareTo(Duration.ofMillis(900)) > 0, agent::toString);
  }

  @Test
  void givenAPageThatEatsThenItsMemoryIsAtMostTheLimit() {
    AgentReport agent = agents.get("hunger.hostile");
    assertEquals(Limits.defaults().get(Limit.AGENT_MEMORY), agent.peakMemoryBytes());
    assertEquals(Verdict.Kind.HELD_BY_LIMIT, agent.verdict().kind(), agent::toString);
  }

  @Test
  void givenAModuleThatWasNotOfferedThenItsAgentHasNoInstance() {
    assertEquals(0, agents.get("steal.hostile").instances());
  }

  @ParameterizedTest
  @ValueSource(strings = {"generation 40, ", "160 x 104 points, ", "elements from Markdown", "token-of-y at ",
      "28 reads outside, 0 survived", "22 writes outside, 0 survived", "2 recursions, 0 survived",
      "got 4094 pages of 64 KiB"})
  void everyGuestSaysItsResult(String text) {
    assertTrue(report.console().stream().anyMatch(line -> line.text().contains(text)),
        () -> text + " in " + report.console());
  }
}
