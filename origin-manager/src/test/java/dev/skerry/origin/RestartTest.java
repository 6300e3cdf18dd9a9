package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.Trap;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Agents that get a successor with fresh memory, while their neighbours go on. */
final class RestartTest extends PageTest {

  private static final Duration TIME = Duration.ofSeconds(60);

  @Override
  PageHost.Builder builder() {
    return PageHost.builder().limits(Limits.defaults().with(Limit.TASK_CPU, 300));
  }

  /** A page of one origin with a frame of another, which has a counter in its memory. */
  private Page open() throws LoadError {
    sites.html("b", "/", script("glutton")).wasm("b", "glutton").html("a", "/", script("idle") + "<iframe src='"
        + sites.url("b", "/") + "'></iframe>").wasm("a", "idle");
    return settled("a", "/");
  }

  private Frame inner(Page page) {
    return page.top().children().get(0);
  }

  @Test
  void givenATrappedAgentWhenItIsRestartedThenItsMemoryIsFreshAndItsNeighboursIsNot() throws Exception {
    Page page = open();
    assertTrue((int) inner(page).call("table")[0] > 2);
    assertThrows(Trap.class, () -> inner(page).call("trap"));
    long turns = page.topAgent().turns();
    WindowAgent neighbour = page.topAgent();
    page.restart(sites.origin("b"), TIME);
    assertTrue(page.settle(TIME));
    assertEquals(Verdict.OK, agent(page, "b").verdict());
    assertEquals(0, agent(page, "b").trapCount());
    assertEquals(1, agent(page, "b").instances());
    assertEquals(neighbour, page.topAgent());
    assertTrue(page.topAgent().turns() >= turns);
    assertEquals(0, page.call("count")[0]);
    assertEquals(List.of(sites.origin("a"), sites.origin("b")),
        page.agents().stream().map(AgentReport::origin).toList());
  }

  @Test
  void givenAnAgentThatWasKilledByALimitWhenItIsRestartedThenItRunsAgain() throws Exception {
    Page page = open();
    assertThrows(Trap.class, () -> inner(page).call("spin"));
    assertTrue(page.settle(TIME));
    assertEquals(Verdict.Kind.ENDED_BY_LIMIT, agent(page, "b").verdict().kind());
    page.restart(sites.origin("b"), TIME);
    assertTrue(page.settle(TIME));
    inner(page).call("once");
    assertEquals(Verdict.OK, agent(page, "b").verdict());
    assertEquals(1, texts(page).size());
  }

  @Test
  void givenAnOriginThatThePageDoesNotHaveWhenItIsRestartedThenTheErrorNamesIt() throws Exception {
    Page page = open();
    assertMentions(assertThrows(NoSuchElementException.class, () -> page.restart("https://c.example", TIME))
        .getMessage(), "https://c.example");
  }

  @Test
  void givenADocumentThatDoesNotLoadAgainWhenItsAgentIsRestartedThenThePageStillTellsOfItAndItCanBeTriedAgain()
      throws Exception {
    Page page = open();
    assertThrows(Trap.class, () -> inner(page).call("trap"));
    sites.answer("b", "/", 404, Map.of(), new byte[0]);
    assertThrows(LoadError.class, () -> page.restart(sites.origin("b"), TIME));
    assertTrue(page.settle(TIME));
    assertEquals(Verdict.Kind.TRAPPED, agent(page, "b").verdict().kind());
    assertTrue(page.agent(sites.origin("b")).hasEnded());
    sites.html("b", "/", script("glutton"));
    page.restart(sites.origin("b"), TIME);
    assertTrue(page.settle(TIME));
    assertEquals(Verdict.OK, agent(page, "b").verdict());
    assertEquals(2, page.agents().size());
  }

  @Test
  void givenAnAgentWhenTheEmbedderEndsItThenItsGuestsLeaveAndTheOthersGoOn() throws Exception {
    Page page = open();
    Agent inner = page.agent(sites.origin("b"));
    assertEquals(inner, inner(page).agent());
    assertEquals(List.of(inner(page)), inner.frames());
    CompletableFuture<Object[]> endless = inner(page).callLater("spin");
    inner.end("nobody wants it");
    assertThrows(ExecutionException.class, endless::get);
    assertTrue(page.settle(TIME));
    assertTrue(inner.hasEnded());
    assertEquals(new Verdict(Verdict.Kind.ENDED_BY_EMBEDDER, "nobody wants it"), inner.report().verdict());
    assertMentions(messages(page).get(0), sites.origin("b"), "nobody wants it");
    assertFalse(page.hasFailed());
    assertEquals(0, page.call("count")[0]);
    Agent fresh = inner.restart(TIME);
    assertTrue(page.settle(TIME));
    assertEquals(sites.origin("b"), fresh.origin());
    assertFalse(fresh.hasEnded());
    assertEquals(Verdict.OK, fresh.report().verdict());
    inner(page).call("once");
    assertTrue(fresh.usage().stream().anyMatch(usage -> usage.limit() == Limit.AGENT_INSTANCES && usage.used() == 1));
    assertThrows(IllegalStateException.class, () -> inner.restart(TIME));
  }

  @Test
  void givenFramesOfOpaqueOriginsWhenOneIsRestartedThenTheOtherIsNot() throws Exception {
    sites.html("a", "/", "<iframe src='data:text/html,<p>1'></iframe><iframe src='data:text/html,<p>2'></iframe>");
    Page page = settled("a", "/");
    Agent one = page.frame(1).agent();
    Agent two = page.frame(2).agent();
    assertEquals(one, page.agent("null"));
    one.end("no more");
    one.restart(TIME);
    assertTrue(page.settle(TIME));
    assertFalse(two.hasEnded());
    assertEquals(two, page.frame(2).agent());
    assertNotEquals(one, page.frame(1).agent());
    assertEquals("1", page.frame(1).document().text());
  }
}
