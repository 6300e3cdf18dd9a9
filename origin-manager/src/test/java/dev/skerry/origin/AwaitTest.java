package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.Trap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Guests that wait in the middle of straight-line code, and guests that are interrupted for others' sake. */
final class AwaitTest extends PageTest {

  @Override
  PageHost.Builder builder() {
    return PageHost.builder().threads(2).limits(Limits.defaults().with(Limit.WAITING_CALLS, 20)
        .with(Limit.TASK_CPU, 1_000_000).with(Limit.TASK_WALL, 1_000_000));
  }

  private Page open(String guest) throws Exception {
    sites.html("a", "/", script(guest)).wasm("a", guest);
    return settled("a", "/");
  }

  @Test
  void givenAGuestThatSleepsWhenATimerIsDueThenItRunsMeanwhileAndTheGuestGoesOn() throws Exception {
    Page page = open("await");
    assertEquals(7, page.call("timers")[0]);
    assertEquals(List.of("a0", "a4", "a1"), texts(page));
  }

  @Test
  void givenAProgramInCThatSleepsWhenATimerIsDueThenItRunsMeanwhile() throws Exception {
    sites.html("a", "/", script("nap")).wasm("a", "nap");
    Page page = settled("a", "/");
    assertEquals(42, page.call("sleep")[0]);
    assertEquals(List.of("a timer", "awake", "again"), texts(page));
    page.call("dispatch");
    page.settle(LONG);
    assertEquals(List.of("awake", "a timer"), texts(page).subList(3, 5), "inside a call of a host function it holds its"
        + " thread");
  }

  @Test
  void givenAHostWithCoarseClocksWhenGuestsReadThemThenTheySeeItsStepsAlone() throws Exception {
    sites.html("a", "/", script("nap")).wasm("a", "nap");
    assertEquals(0, settled("a", "/").call("finer_than", 100_000)[0]);
    host.close();
    host = PageHost.builder().clockStep(Duration.ofMillis(20)).build();
    Page page = settled("a", "/");
    assertEquals(0, page.call("finer_than", 20_000_000)[0]);
    assertEquals(1, page.call("finer_than", 40_000_000)[0]);
    assertThrows(IllegalArgumentException.class, () -> PageHost.builder().clockStep(Duration.ZERO));
  }

  @Test
  void givenAGuestThatSleepsDeepInItsStackWhenItGoesOnThenItsFramesAreAsTheyWere() throws Exception {
    assertEquals(5_050, open("await").call("depth", 100)[0]);
  }

  @Test
  void givenAYoungerCallThatWaitsLongerWhenTheOlderOnesAnswerComesThenTheYoungerEndsFirst() throws Exception {
    Page page = open("await");
    page.call("nested");
    assertEquals(List.of("a0", "a2", "a3", "a1"), texts(page));
  }

  @Test
  void givenATimerThatQueuesAMicrotaskWhenItEndsThenTheMicrotaskRunsBeforeTheNextTask() throws Exception {
    Page page = open("await");
    page.call("microtasks");
    assertTrue(page.settle(Duration.ofSeconds(60)));
    assertEquals(List.of("a0", "a1", "a5"), texts(page));
  }

  @Test
  void givenAListenerInsideAGuestsOwnDispatchWhenItWaitsThenItTrapsAndTheDispatchGoesOn() throws Exception {
    Page page = open("await-nested");
    page.call("dispatch");
    assertMentions(agent(page, "a").traps().get(0).message(), "web:timers.sleep", "cannot wait here");
  }

  @Test
  void givenAStartFunctionThatWaitsWhenTheModuleIsInstantiatedThenItFails() throws Exception {
    Page page = open("await-start");
    assertMentions(page.problems().get(0).message(), "await-start.wasm", "cannot wait here");
  }

  @Test
  void givenMoreWaitingCallsThanTheLimitWhenOneMoreWaitsThenItTrapsAndTheOthersWaitOn() throws Exception {
    Page page = open("await");
    List<CompletableFuture<Object[]>> calls = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      calls.add(CompletableFuture.supplyAsync(() -> page.call("forever"), task -> new Thread(task).start()));
    }
    Object first = CompletableFuture.anyOf(calls.toArray(CompletableFuture[]::new)).handle((result, failure) -> failure)
        .get(60, TimeUnit.SECONDS);
    assertMentions(String.valueOf(first), "over the limit of 20");
    assertEquals(1, calls.stream().filter(CompletableFuture::isDone).count());
    page.close();
    for (CompletableFuture<Object[]> call : calls) {
      assertThrows(Exception.class, () -> call.get(60, TimeUnit.SECONDS));
    }
  }

  @Test
  void givenAGuestThatWaitsWhenThePageIsClosedThenItsCallerHearsOfIt() throws Exception {
    Page page = open("await");
    CompletableFuture<Object[]> call = CompletableFuture.supplyAsync(() -> page.call("forever"));
    while (page.topAgent().loop().between(() -> page.topAgent().executions().waiting()) == 0) {
      Thread.onSpinWait();
    }
    page.close();
    Exception failure = assertThrows(Exception.class, () -> call.get(60, TimeUnit.SECONDS));
    assertMentions(String.valueOf(failure.getMessage()), "the page is closed");
    assertEquals(0, agent(page, "a").trapCount());
  }

  @Test
  void givenEndlessLoopsOnEveryThreadWhenOtherAgentsHaveTasksThenTheyRunAndNoThreadIsAdded() throws Exception {
    sites.html("spin", "/", script("spin")).wasm("spin", "spin");
    sites.html("greedy", "/", script("greedy")).wasm("greedy", "greedy");
    Page other = open("await");
    List<Page> busy = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      busy.add(host.open(sites.url("spin", "/")));
    }
    for (Page page : busy) {
      while (page.topAgent().turns() < 2) {
        Thread.onSpinWait();
      }
    }
    for (int i = 0; i < 20; i++) {
      assertEquals(10, other.call("depth", 4)[0]);
    }
    for (Page page : busy) {
      assertEquals(Verdict.OK, page.agents().get(0).verdict(), "it loops still");
      assertFalse(page.settle(Duration.ofMillis(1)));
      long before = page.topAgent().turns();
      while (page.topAgent().turns() == before) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void givenAnEndlessLoopThatIsInterruptedOftenWhenItsAgentEndsThenItsTrapNamesItsFrames() throws Exception {
    try (PageHost strict = PageHost.builder().threads(1)
        .limits(Limits.defaults().with(Limit.TASK_CPU, 200)).build()) {
      sites.html("spin", "/", script("spin")).wasm("spin", "spin");
      Page one = strict.open(sites.url("spin", "/"));
      Page two = strict.open(sites.url("spin", "/"));
      assertTrue(one.settle(Duration.ofSeconds(60)));
      assertTrue(two.settle(Duration.ofSeconds(60)));
      for (Page page : List.of(one, two)) {
        AgentReport agent = page.agents().get(0);
        assertEquals(Verdict.Kind.ENDED_BY_LIMIT, agent.verdict().kind());
        assertEquals(Trap.Kind.INTERRUPTED, agent.traps().get(0).kind());
        assertFalse(agent.traps().get(0).frames().isEmpty());
      }
    }
  }
}
