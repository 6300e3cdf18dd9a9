package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.Module;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.TypeRegistry;
import dev.skerry.wasm.testing.Kernel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is compiled for the next run is done in the background, or by whoever closes the cache. */
class KeptFunctionsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int COUNT = 10;

  private final Set<Integer> compiled = new ConcurrentSkipListSet<>();
  private final Set<Integer> all = IntStream.range(0, COUNT).boxed().collect(Collectors.toSet());
  private ModuleCode module;

  @BeforeEach
  void readAModule() throws Exception {
    module = new ModuleCode(ModuleReader.read(Kernel.binary("kernels"), Module.FEATURES), new TypeRegistry(), false,
        Allowance.of(Module.FEATURES));
  }

  private void addAll(KeptFunctions kept) {
    for (int function : all) {
      kept.add(module, function);
    }
  }

  @Test
  void theBackgroundCompilesAllIfItHasTime() throws InterruptedException {
    addAll(new KeptFunctions((from, function) -> compiled.add(function)));
    CompileQueue.awaitIdle(PATIENCE);
    assertEquals(all, compiled);
  }

  @Test
  void whoeverClosesCompilesWhatIsLeftAndWaitsForWhatTheBackgroundHasBegun() throws InterruptedException {
    Thread closing = Thread.currentThread();
    CountDownLatch closingHelps = new CountDownLatch(1);
    KeptFunctions kept = new KeptFunctions((from, function) -> {
      if (Thread.currentThread() == closing) {
        closingHelps.countDown();
      } else {
        await(closingHelps);
      }
      compiled.add(function);
    });
    addAll(kept);
    kept.finish(PATIENCE);
    assertEquals(all, compiled);
  }

  @Test
  void whatIsLeftAfterThatTimeIsGivenUp() throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    KeptFunctions kept = new KeptFunctions((from, function) -> {
      await(closed);
      compiled.add(function);
    });
    addAll(kept);
    kept.finish(Duration.ZERO);
    closed.countDown();
    CompileQueue.awaitIdle(PATIENCE);
    assertTrue(compiled.size() <= 1, compiled::toString);
  }

  @Test
  void aFunctionIsCompiledOnceHoweverOftenItIsAdded() throws InterruptedException {
    AtomicInteger times = new AtomicInteger();
    KeptFunctions kept = new KeptFunctions((from, function) -> times.incrementAndGet());
    addAll(kept);
    addAll(kept);
    CompileQueue.awaitIdle(PATIENCE);
    addAll(kept);
    CompileQueue.awaitIdle(PATIENCE);
    assertEquals(COUNT, times.get());
  }

  @Test
  void noMoreWaitThanTheBound() throws InterruptedException {
    CountDownLatch added = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    AtomicInteger times = new AtomicInteger();
    KeptFunctions kept = new KeptFunctions((from, function) -> {
      begun.countDown();
      await(added);
      times.incrementAndGet();
    });
    kept.add(module, 0);
    begun.await();
    for (int i = 1; i < 2 * KeptFunctions.MOST; i++) {
      kept.add(module, i);
    }
    added.countDown();
    CompileQueue.awaitIdle(PATIENCE);
    assertEquals(1 + KeptFunctions.MOST, times.get());
    kept.add(module, 2 * KeptFunctions.MOST - 1);
    CompileQueue.awaitIdle(PATIENCE);
    assertEquals(2 + KeptFunctions.MOST, times.get(), "what found no room may be added later");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException ended) {
      throw new IllegalStateException(ended);
    }
  }
}
