package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.ValType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Guests that wait for each other ({@code memory.atomic.wait}) hold no thread where they can be suspended. */
class AtomicWaitTest {

  private static final MemoryType TYPE = new MemoryType(new Limits(1, 1), true, ValType.I32);
  private static final long SECONDS = 60;

  private final List<AutoCloseable> open = new ArrayList<>();
  private Engine engine;
  private Store store;
  private Memory memory;
  private Instance instance;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private void use(Tier tier) throws Exception {
    Assumptions.assumeTrue(tier == Tier.INTERP || NativeSupport.isNative(), "machine code needs native memory");
    engine = Engine.create(EngineOptions.fromProperties().withTier(tier));
    store = store();
    memory = Memory.create(store, TYPE);
    instance = instance(store, memory);
  }

  private Store store() {
    Store made = engine.newStore();
    open.add(made);
    return made;
  }

  private Instance instance(Store owner, Memory memory) throws LinkError {
    Linker linker = new Linker(owner).define("env", "m", memory)
        .define("h", "nest", FuncType.of("-> i32"), (caller, slots) ->
            slots[0] = (int) caller.func("wait").orElseThrow().call(8, 0, -1L)[0]);
    return new TestModule().importFunc("h", "nest", "-> i32").importSharedMemory("env", "m", 1, 1)
        .func("wait", "i32 i32 i64 -> i32",
            "local.get 0; local.get 1; local.get 2; memory.atomic.wait32; i32.const 100; i32.add")
        .func("wait64", "i32 i64 i64 -> i32", "local.get 0; local.get 1; local.get 2; memory.atomic.wait64")
        .func("notify", "i32 i32 -> i32", "local.get 0; local.get 1; memory.atomic.notify")
        .func("nested", "-> i32", "call 0").instantiate(linker, owner);
  }

  private Execution start(String name, Object... args) {
    return instance.func(name).orElseThrow().start(args);
  }

  private int notify(int address, int count) {
    return (int) instance.func("notify").orElseThrow().call(address, count)[0];
  }

  private static AtomicWait awaited(Execution execution) {
    assertEquals(Execution.State.SUSPENDED, execution.state());
    return assertInstanceOf(AtomicWait.class, execution.awaited());
  }

  private static void whenReady(Execution execution) throws Exception {
    CountDownLatch ready = new CountDownLatch(1);
    awaited(execution).onReady(ready::countDown);
    assertTrue(ready.await(SECONDS, TimeUnit.SECONDS));
    assertTrue(awaited(execution).isReady());
  }

  @ParameterizedTest
  @EnumSource
  void givenAWaitWhenNotifiedThenTheExecutionGoesOnWhereverItIsResumed(Tier tier) throws Exception {
    use(tier);
    List<Execution> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(start("wait", 8, 0, -1L));
      assertFalse(awaited(all.get(i)).isReady());
    }

    assertEquals(0, notify(12, -1));
    assertEquals(15, notify(8, 15));

    for (int i = 0; i < 15; i++) {
      Execution execution = all.get(i);
      whenReady(execution);
      CompletableFuture.runAsync(execution::resume, task -> new Thread(task).start()).get(SECONDS, TimeUnit.SECONDS);
      assertEquals(100, execution.results()[0]);
      assertEquals(Execution.State.DONE, execution.state());
    }
    assertFalse(awaited(all.get(15)).isReady());
    all.get(15).close();
    assertEquals(4, notify(8, -1));
  }

  @ParameterizedTest
  @EnumSource
  void givenNothingToWaitForWhenCalledThenNothingIsSuspended(Tier tier) throws Exception {
    use(tier);
    Execution other = start("wait", 8, 7, -1L);
    assertEquals(101, other.results()[0]);
    assertEquals(1, start("wait64", 8, 7L, -1L).results()[0]);
    Execution unaligned = start("wait", 6, 0, -1L);
    assertEquals(Trap.Kind.UNALIGNED_ATOMIC, assertThrows(Trap.class, unaligned::results).kind());
  }

  @ParameterizedTest
  @EnumSource
  void givenATimeoutWhenItIsUpThenTheWaitIsReadyAndItsResultSaysSo(Tier tier) throws Exception {
    use(tier);
    for (long nanos : new long[] {0, 1_000_000}) {
      Execution execution = start("wait64", 8, 0L, nanos);
      whenReady(execution);
      assertEquals(0, notify(8, -1));
      assertEquals(Execution.State.DONE, execution.resume());
      assertEquals(2, execution.results()[0]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void givenAWaitThatIsNotReadyWhenResumedThenItIsSuspendedAgain(Tier tier) throws Exception {
    use(tier);
    Execution execution = start("wait", 8, 0, -1L);
    AtomicWait wait = awaited(execution);

    assertEquals(Execution.State.SUSPENDED, execution.resume());

    assertEquals(wait, awaited(execution));
    assertThrows(IllegalArgumentException.class, () -> execution.resume(1));
    assertEquals(1, notify(8, 1));
    assertEquals(Execution.State.DONE, execution.resume());
  }

  @ParameterizedTest
  @EnumSource
  void givenAnInterruptOrALimitOfTimeWhenSomethingWaitsThenItIsReadyAndEndsWithThatTrap(Tier tier) throws Exception {
    use(tier);
    Execution interrupted = start("wait", 8, 0, -1L);
    Execution goesOn = start("wait", 8, 0, -1L);
    store.interrupt();
    whenReady(interrupted);
    assertEquals(Execution.State.FAILED, interrupted.resume());
    Trap trap = assertThrows(Trap.class, interrupted::results);
    assertEquals(Trap.Kind.INTERRUPTED, trap.kind());
    assertEquals(List.of("wait"), trap.frames().stream().map(Trap.Frame::name).toList());
    store.clearInterrupt();
    assertEquals(Execution.State.SUSPENDED, goesOn.resume());
    assertFalse(awaited(goesOn).isReady());

    Timeout limit = store.limitTime(Timeout.Clock.WALL, Duration.ofMillis(1));
    whenReady(goesOn);
    goesOn.resume();
    assertEquals(Trap.Kind.TIMED_OUT, assertThrows(Trap.class, goesOn::results).kind());
    limit.close();
    assertEquals(0, notify(8, -1));
  }

  @ParameterizedTest
  @EnumSource
  void givenAFailureOrTheEndOfTheStoreWhenSomethingWaitsThenNobodyIsLeftInTheQueue(Tier tier) throws Exception {
    use(tier);
    Execution failed = start("wait", 8, 0, -1L);
    assertEquals(Execution.State.FAILED, failed.fail(Trap.host("gone")));
    assertEquals(0, notify(8, -1));
    Store other = store();
    Instance second = instance(other, memory.share(other));
    Execution left = second.func("wait").orElseThrow().start(8, 0, -1L);
    AtomicWait wait = awaited(left);
    other.close();
    assertTrue(wait.isReady());
    assertEquals(Execution.State.CLOSED, left.state());
    assertEquals(0, notify(8, -1));
  }

  /** Where a call from Java lies between there is nothing to suspend: the thread waits, as it does for any call. */
  @ParameterizedTest
  @EnumSource
  void givenACallFromAHostFunctionInBetweenWhenItWaitsThenItsThreadWaits(Tier tier) throws Exception {
    use(tier);
    Store other = store();
    Instance second = instance(other, memory.share(other));
    CompletableFuture<Execution> blocked =
        CompletableFuture.supplyAsync(() -> start("nested"), task -> new Thread(task).start());
    Func notify = second.func("notify").orElseThrow();
    while ((int) notify.call(8, 1)[0] == 0) {
      Thread.onSpinWait();
    }

    Execution execution = blocked.get(SECONDS, TimeUnit.SECONDS);

    assertEquals(Execution.State.DONE, execution.state());
    assertEquals(100, execution.results()[0]);
  }
}
