package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.FuncType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of time end what runs, say what they were, and are lifted again. */
class TimeoutTest {

  /** Longer than any test. */
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final Engine engine = Engine.create();
  private final Store store = engine.newStore();
  private final CountDownLatch running = new CountDownLatch(1);
  private volatile boolean sleeping = true;
  private final Instance instance = guest();

  @AfterEach
  void close() {
    store.close();
  }

  private Instance guest() {
    Linker linker = new Linker(store)
        .define("h", "running", FuncType.of("->"), (caller, slots) -> running.countDown())
        .define("h", "work", FuncType.of("->"), (caller, slots) -> {
          for (;;) {
            store.poll();
          }
        })
        .define("h", "sleep", FuncType.of("->"), (caller, slots) -> {
          while (sleeping) {
            LockSupport.parkNanos(100_000);
          }
        });
    return new TestModule().importFunc("h", "running", "->").importFunc("h", "work", "->")
        .importFunc("h", "sleep", "->").memory(8192, 8192)
        .func("loop", "->", "call 0; loop; br 0; end")
        .func("calls", "->", "call 0; loop; call 5; br 0; end")
        .func("nothing", "->", "")
        .func("fill", "->", "call 0; loop; i32.const 0; i32.const 1; i32.const 536870912; memory.fill 0; br 0; end")
        .func("host", "->", "call 0; call 1")
        .func("sleep", "->", "call 0; call 2")
        .func("fine", "-> i32", "i32.const 1")
        .instantiate(linker, store);
  }

  private Trap trapOf(String name) {
    return assertThrows(Trap.class, () -> instance.func(name).orElseThrow().call());
  }

  private int fine() {
    return (int) instance.func("fine").orElseThrow().call()[0];
  }

  @ParameterizedTest
  @CsvSource({"WALL,loop", "WALL,calls", "WALL,fill", "WALL,host", "CPU,loop", "CPU,calls", "CPU,fill", "CPU,host"})
  void givenALimitWhenItIsReachedThenEveryKindOfEndlessWorkEndsAndIsToldWhy(Timeout.Clock clock, String name) {
    Timeout limit = store.limitTime(clock, SHORT);

    Trap trap = trapOf(name);

    assertEquals(Trap.Kind.TIMED_OUT, trap.kind());
    assertEquals("time limit reached: 0.02 s" + (clock == Timeout.Clock.CPU ? " of processor time" : ""),
        trap.getMessage());
    assertEquals(name, trap.frames().get(trap.frames().size() - 1).name());
    assertTrue(limit.isReached());
    assertTrue(limit.used().compareTo(SHORT) >= 0, () -> "used " + limit.used());
    limit.close();
    assertEquals(1, fine());
  }

  @ParameterizedTest
  @EnumSource
  void givenALimitThatAnotherThreadSetsWhenCodeRunsThenThatCodeEnds(Timeout.Clock clock) throws Exception {
    CompletableFuture<Trap> ended =
        CompletableFuture.supplyAsync(() -> trapOf("loop"), task -> new Thread(task).start());
    running.await();

    store.limitTime(clock, SHORT);

    assertEquals(Trap.Kind.TIMED_OUT, ended.get(60, TimeUnit.SECONDS).kind());
  }

  @Test
  void givenALimitOfProcessorTimeWhenNobodyOrOnlyASleeperIsInsideThenItIsNotUsed() throws Exception {
    Timeout cpu = store.limitTime(Timeout.Clock.CPU, LONG);
    Timeout wall = store.limitTime(Timeout.Clock.WALL, LONG);
    Thread sleeper = new Thread(() -> instance.func("sleep").orElseThrow().call());
    sleeper.start();
    running.await();
    Duration busy = Duration.ofMillis(200);
    long until = System.nanoTime() + busy.toNanos();
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    sleeping = false;
    sleeper.join();

    assertTrue(wall.used().compareTo(busy) >= 0, () -> "passed " + wall.used());
    assertTrue(cpu.used().multipliedBy(2).compareTo(wall.used()) < 0, () -> cpu.used() + " of " + wall.used());
    Duration used = cpu.used();
    assertEquals(used, cpu.used());
    assertFalse(cpu.isReached() || wall.isReached());
  }

  @Test
  void givenALimitThatIsReachedWhenCodeBeginsThenItEndsUntilTheLastSuchLimitIsLifted() {
    Timeout first = store.limitTime(Timeout.Clock.WALL, Duration.ofNanos(1));
    Timeout second = store.limitTime(Timeout.Clock.WALL, Duration.ofNanos(2));
    Timeout third = store.limitTime(Timeout.Clock.WALL, LONG);
    while (!first.isReached() || !second.isReached()) {
      Thread.onSpinWait();
    }

    assertEquals("time limit reached: 0.000000001 s", trapOf("loop").getMessage());
    assertEquals(Trap.Kind.TIMED_OUT, assertThrows(Trap.class, store::poll).kind());
    first.close();
    assertEquals("time limit reached: 0.000000002 s", trapOf("loop").getMessage());
    second.close();
    second.close();
    assertEquals(1, fine());
    assertFalse(third.isReached());
  }

  @Test
  void givenAnInterruptAndALimitWhenBothEndCodeThenEachIsTakenBackAlone() {
    Timeout limit = store.limitTime(Timeout.Clock.WALL, Duration.ofNanos(1));
    store.interrupt();
    assertEquals(Trap.Kind.INTERRUPTED, trapOf("loop").kind());
    store.clearInterrupt();
    while (!limit.isReached()) {
      Thread.onSpinWait();
    }
    assertEquals(Trap.Kind.TIMED_OUT, trapOf("loop").kind());
    limit.close();
    assertEquals(1, fine());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1})
  void givenNoTimeAtAllWhenALimitIsSetThenItIsRefused(long nanos) {
    assertThrows(IllegalArgumentException.class,
        () -> store.limitTime(Timeout.Clock.WALL, Duration.ofNanos(nanos)));
  }

  @Test
  void givenTheLongestTimeWhenALimitIsSetThenCodeRuns() {
    Timeout limit = store.limitTime(Timeout.Clock.WALL, Duration.ofSeconds(Long.MAX_VALUE));
    assertEquals(1, fine());
    store.close();
    limit.close();
    assertFalse(limit.isReached());
  }
}
