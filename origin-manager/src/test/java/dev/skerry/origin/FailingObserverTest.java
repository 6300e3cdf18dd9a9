package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.fetch.Exchange;
import dev.skerry.fetch.FetchObserver;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an embedder's observers throw is their own affair. */
final class FailingObserverTest extends PageTest {

  /** Its own words fail too. */
  private static final class Speechless extends RuntimeException {

    private static final long serialVersionUID = 1;

    @Override
    public String toString() {
      throw new IllegalStateException("no words");
    }
  }

  private static Stream<Runnable> faults() {
    return Stream.of(
        () -> fail(IllegalStateException::new), () -> fail(Speechless::new), () -> fail(AssertionError::new),
        () -> fail(NoClassDefFoundError::new), () -> fail(OutOfMemoryError::new), FailingObserverTest::recurse);
  }

  private static void fail(Supplier<? extends Throwable> fault) {
    FailingObserverTest.<RuntimeException>sneak(fault.get());
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable fault) throws T {
    throw (T) fault;
  }

  private static int recurse() {
    return 1 + recurse();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void givenObserversThatThrowAtEverythingWhenAPageLoadsThenItLoadsAndOthersAreTold(Runnable fault) throws LoadError {
    AtomicInteger asked = new AtomicInteger();
    ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
    Runnable failing = () -> {
      asked.incrementAndGet();
      fault.run();
    };
    FetchObserver requests = new FetchObserver() {
      @Override
      public void exchange(Exchange exchange) {
        failing.run();
      }
    };
    try (PageHost own = PageHost.builder().observer(new Failing(failing)).requests(requests)
        .observer(new PageObserver() {
          @Override
          public void console(ConsoleMessage message) {
            told.add(message.text());
          }
        }).build()) {
      sites.html("a", "/", script("greet") + "<iframe src='/none'></iframe>").wasm("a", "greet");
      Page page = own.open(sites.url("a", "/"));
      assertTrue(page.settle(LONG));
      assertFalse(page.hasFailed());
      assertEquals(Verdict.OK, agent(page, "a").verdict());
      assertEquals(texts(page), List.copyOf(told));
      assertTrue(asked.get() > 4, "the observers were told of little: " + asked);
    }
  }

  /** Fails whatever it is told. */
  private record Failing(Runnable fault) implements PageObserver {

    @Override
    public void console(ConsoleMessage message) {
      fault.run();
    }

    @Override
    public void request(RequestReport request) {
      fault.run();
    }

    @Override
    public void problem(Problem problem) {
      fault.run();
    }

    @Override
    public void navigated(FrameReport frame) {
      fault.run();
    }

    @Override
    public boolean wantsTasks() {
      return true;
    }

    @Override
    public void task(TaskReport task) {
      fault.run();
    }
  }
}
