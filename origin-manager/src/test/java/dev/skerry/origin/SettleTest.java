package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.bindings.abi.Binding;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When a page counts as settled. */
final class SettleTest extends PageTest {

  private static final Duration SHORT = Duration.ofMillis(300);

  private int millis;
  private boolean repeat;
  private final AtomicInteger again = new AtomicInteger();

  @Override
  PageHost.Builder builder() {
    TestModule settings = new TestModule("test",
        Binding.of("millis", "-> i32", "The delay that the test wants.", call -> call.result(millis)),
        Binding.of("repeat", "-> i32", "Whether an interval is wanted.", call -> call.result(repeat ? 1 : 0)),
        Binding.of("again", "-> i32", "Whether to start again.",
            call -> call.result(again.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? 1 : 0)));
    return PageHost.builder().bindings(frame -> List.of(settings));
  }

  private Page timer(int delay, boolean repeated, int times) throws LoadError {
    millis = delay;
    repeat = repeated;
    again.set(times);
    sites.html("a", "/", script("timer")).wasm("a", "timer");
    return host.open(sites.url("a", "/"));
  }

  @Test
  void givenATimerThatIsDueSoonWhenSettlingThenItIsWaitedFor() throws LoadError {
    Page page = timer(200, false, 0);
    assertTrue(page.settle(LONG));
    assertEquals(List.of("fired"), texts(page));
  }

  @Test
  void givenATimerThatIsDueLateWhenSettlingThenItIsNotWaitedFor() throws LoadError {
    Page page = timer(60_000, false, 0);
    assertTrue(page.settle(LONG));
    assertEquals(List.of(), texts(page));
  }

  @Test
  void givenARepeatingTimerWhenItHasFiredThreeTimesThenThePageIsSettled() throws LoadError {
    Page page = timer(100, true, 0);
    assertTrue(page.settle(LONG));
    assertTrue(page.console().size() >= 3, () -> texts(page).toString());
  }

  @Test
  void givenATimerThatStartsItselfAFewTimesWhenSettlingThenAllAreWaitedFor() throws LoadError {
    Page page = timer(10, false, 8);
    assertTrue(page.settle(LONG));
    assertEquals(9, page.console().size());
  }

  @Test
  void givenATimerThatStartsItselfForEverWhenTheTimeIsUpThenThePageHasNotSettled() throws LoadError {
    Page page = timer(20, false, Integer.MAX_VALUE);
    assertFalse(page.settle(SHORT));
    while (page.console().isEmpty()) {
      assertFalse(page.settle(SHORT));
    }
    assertFalse(page.report().settled());
  }

  @Test
  void givenAFetchThatHangsWhenTheTimeIsUpThenThePageHasNotSettledAndDoesSoLater() throws LoadError {
    CountDownLatch gate = new CountDownLatch(1);
    sites.html("a", "/", script("greet")).wasm("a", "greet").gate("a", "/greet.wasm", gate);
    Page page = host.open(sites.url("a", "/"));
    assertFalse(page.settle(SHORT));
    gate.countDown();
    assertTrue(page.settle(LONG));
    assertEquals(List.of("hello from greet"), texts(page));
  }
}
