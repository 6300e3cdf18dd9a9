package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.memory.ProcessBarrier;
import dev.skerry.wasm.format.FuncType;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Calls of a thread that came so often that it has the store reserved: they go into machine code by registers alone,
 * and whatever else happens then finds all as it is after other calls.
 */
@org.junit.jupiter.api.Timeout(300)
class DirectCallTest {

  /** More than a reservation takes, and than is interpreted. */
  private static final int OFTEN = 3_000;

  private final Engine engine = Engine.create();
  private final Store store = engine.newStore();
  private final RuntimeException failure = new RuntimeException("the host's");
  private Instance instance;
  private Func sum;
  private volatile boolean running;

  @BeforeEach
  void callOften() throws Exception {
    Linker linker = new Linker(store)
        .define("h", "add", FuncType.of("i64 i64 -> i64"), (caller, slots) -> {
          long[] inner = {slots[0], slots[1]};
          sum.invoke(inner);
          slots[0] = inner[0];
        })
        .define("h", "fail", FuncType.of("->"), (caller, slots) -> {
          throw failure;
        })
        .define("h", "wait", FuncType.of("-> i64"), (caller, slots) -> store.suspend("an answer"))
        .define("h", "running", FuncType.of("->"), (caller, slots) -> running = true);
    instance = new TestModule().importFunc("h", "add", "i64 i64 -> i64").importFunc("h", "fail", "->")
        .importFunc("h", "wait", "-> i64").importFunc("h", "running", "->").memory(1, 1)
        .func("sum", "i64 i64 -> i64", "local.get 0; local.get 1; i64.add")
        .func("less", "i32 i32 -> i32", "local.get 0; local.get 1; i32.sub")
        .func("wide", "i32 -> i64", "local.get 0; i64.extend_i32_u")
        .func("minus", "-> i32", "i32.const -1")
        .func("keep", "i32 i64 ->", "i32.const 8; local.get 1; i64.store 0")
        .func("kept", "-> i64", "i32.const 8; i64.load 0")
        .func("self", "funcref -> funcref", "local.get 0")
        .func("object", "externref externref -> externref", "local.get 1")
        .func("float", "f64 f64 -> f64", "local.get 0; local.get 1; f64.sub")
        .func("three", "i64 i64 i64 -> i64", "local.get 0; local.get 1; i64.sub; local.get 2; i64.mul")
        .func("unreachable", "i32 -> i32", "unreachable")
        .func("fault", "i32 -> i32", "local.get 0; i32.load 0")
        .func("divide", "i32 i32 -> i32", "local.get 0; local.get 1; i32.div_u")
        .func("deep", "i32 -> i32", "local.get 0; call 17; i32.const 1; i32.add")
        .func("outside", "i64 i64 -> i64", "local.get 0; local.get 1; call 0; local.get 1; call 0")
        .func("fails", "i32 -> i32", "call 1; local.get 0")
        .func("waits", "i64 -> i64", "call 2; local.get 0; i64.add")
        .func("endless", "i32 -> i32", "call 3; loop; br 0; end; local.get 0")
        .instantiate(linker, store);
    sum = func("sum");
    assertSame(sum.store(), store);
    reserve();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Func func(String name) {
    return instance.func(name).orElseThrow();
  }

  /** Calls until nothing of what calls do at first is left; without native code there is nothing to wait for. */
  private void reserve() {
    if (NativeSupport.isNative()) {
      ProcessBarrier.prepare();
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (!ProcessBarrier.isReady() && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }
    for (int i = 0; i < OFTEN; i++) {
      assertEquals(2L * i, invoke("sum", i, i));
    }
  }

  private long invoke(String name, long... arguments) {
    return invoke(func(name), arguments);
  }

  private static long invoke(Func function, long... arguments) {
    long[] slots = Arrays.copyOf(arguments, Math.max(arguments.length, 1));
    function.invoke(slots);
    return slots[0];
  }

  /** Twice: the first call of each function goes another way. */
  private long twice(String name, long... arguments) {
    Func function = func(name);
    long result = invoke(function, arguments);
    assertEquals(result, invoke(function, arguments));
    assertFine();
    return result;
  }

  private void assertFine() {
    for (int i = 0; i < 3; i++) {
      assertEquals(1L << 40, invoke("sum", (1L << 40) - i, i));
    }
  }

  private static <T> T elsewhere(Supplier<T> action) throws Exception {
    return CompletableFuture.supplyAsync(action, task -> new Thread(task).start()).get(120, TimeUnit.SECONDS);
  }

  @Test
  void givenSmallTypesThenOnlyTheBitsOfTheTypeCount() {
    assertEquals(0xffff_fffeL, twice("less", 0x1234_5678_0000_0001L, 0x8765_4321_0000_0003L));
    assertEquals(0xffff_ffffL, twice("wide", -1));
    assertEquals(0xffff_ffffL, twice("minus"));
    assertEquals(Long.MIN_VALUE, twice("sum", Long.MAX_VALUE, 1));
    long[] slots = {7, -2, 5};
    func("keep").invoke(slots);
    func("keep").invoke(slots);
    assertArrayEquals(new long[] {7, -2, 5}, slots, "a function without results leaves the slots alone");
    assertEquals(-2, twice("kept"));
    assertEquals(sum.ref(), twice("self", 0x1_0000_0000L | sum.ref()));
    Object object = new Object();
    for (int i = 0; i < 3; i++) {
      assertSame(object, func("object").call(null, object)[0]);
      assertEquals(null, func("object").call(object, null)[0]);
    }
  }

  @Test
  void givenOtherTypesThenTheyAreCalledAsWell() {
    for (int i = 0; i < 3; i++) {
      assertEquals(-0.5, func("float").call(1.0, 1.5)[0]);
      assertEquals(21L, twice("three", 10, 3, 3));
    }
    assertThrows(IllegalArgumentException.class, () -> sum.invoke(new long[1]));
    assertFine();
  }

  @ParameterizedTest
  @CsvSource({"unreachable,UNREACHABLE,1", "fault,MEMORY_OUT_OF_BOUNDS,65536", "divide,INTEGER_DIVIDE_BY_ZERO,5",
      "deep,STACK_EXHAUSTED,1"})
  void givenATrapThenTheNextCallFindsTheStackAsItWas(String name, Trap.Kind kind, long argument) {
    Func function = func(name);
    for (int i = 0; i < 5; i++) {
      Trap trap = assertThrows(Trap.class, () -> invoke(function, argument, 0));
      assertEquals(kind, trap.kind());
      assertFalse(trap.frames().isEmpty());
      assertFine();
    }
  }

  @Test
  void givenAHostFunctionThatCallsBackThenEachResultGoesWhereItBelongs() {
    for (int i = 0; i < 5; i++) {
      assertEquals(1000 + 2L * i, invoke("outside", 1000, i));
      assertFine();
    }
  }

  @Test
  void givenAHostFunctionThatThrowsThenItsExceptionComesThroughAndTheNextCallIsFine() {
    for (int i = 0; i < 5; i++) {
      assertSame(failure, assertThrows(RuntimeException.class, () -> invoke("fails", 1)));
      assertFine();
    }
  }

  @Test
  void givenExecutionsThatAreSuspendedBetweenCallsThenTheyGoOnAndSoDoCalls() {
    for (int i = 0; i < 5; i++) {
      Execution execution = func("waits").startSlots(new long[] {i});
      assertEquals(Execution.State.SUSPENDED, execution.state());
      assertFine();
      assertThrows(Trap.class, () -> invoke("waits", 1));
      assertFine();
      execution.resumeSlots(new long[] {40});
      assertEquals(40L + i, execution.results()[0]);
      assertFine();
    }
  }

  @Test
  void givenCallsWithoutEndWhenSamplesAreTakenThenAllResultsAreRight() {
    long end = System.nanoTime() + Duration.ofMillis(100).toNanos();
    for (long i = 0; System.nanoTime() < end; i++) {
      assertEquals(3 * i, invoke(sum, i, 2 * i));
    }
  }

  private Thread attacker(Runnable attack) {
    Thread attacker = new Thread(() -> {
      while (!running) {
        Thread.onSpinWait();
      }
      attack.run();
    });
    attacker.start();
    return attacker;
  }

  @Test
  void givenAnEndlessCallWhenAnotherThreadInterruptsThenItTrapsAndGoesOnLater() throws Exception {
    for (int i = 0; i < 3; i++) {
      running = false;
      Thread attacker = attacker(store::interrupt);
      assertEquals(Trap.Kind.INTERRUPTED, assertThrows(Trap.class, () -> invoke("endless", 1)).kind());
      attacker.join();
      assertThrows(Trap.class, () -> invoke("endless", 1));
      store.clearInterrupt();
      assertFine();
    }
  }

  @ParameterizedTest
  @EnumSource(Timeout.Clock.class)
  void givenALimitOfTimeThatAnotherThreadSetsThenItHoldsForCallsToCome(Timeout.Clock clock) throws Exception {
    for (int i = 0; i < 3; i++) {
      Timeout limit = elsewhere(() -> store.limitTime(clock, Duration.ofMillis(20)));
      assertThrows(Trap.class, () -> invoke("endless", 1));
      limit.close();
      reserve();
    }
  }

  @Test
  void givenAStoreThatIsInUseWhenOthersComeThenTheyAreRefusedAndCallLater() throws Exception {
    running = false;
    Thread attacker = attacker(() -> {
      assertThrows(IllegalStateException.class, () -> invoke("sum", 1, 1));
      store.interrupt();
    });
    assertThrows(Trap.class, () -> invoke("endless", 1));
    attacker.join();
    store.clearInterrupt();
    for (int i = 0; i < 5; i++) {
      assertFine();
      assertEquals(5, elsewhere(() -> {
        reserve();
        return invoke("sum", 2, 3);
      }));
    }
    reserve();
  }

  @Test
  void givenCallsWithoutEndWhenTheStoreIsClosedElsewhereThenTheNextOneIsRefused() throws Exception {
    CompletableFuture<Void> closing = new CompletableFuture<>();
    Thread closer = new Thread(() -> {
      store.close();
      closing.complete(null);
    });
    long calls = 0;
    try {
      for (;; calls++) {
        assertEquals(calls + 1, invoke(sum, calls, 1));
        if (calls == OFTEN) {
          closer.start();
        }
      }
    } catch (IllegalStateException | Trap expected) {
      assertTrue(calls >= OFTEN);
    }
    await(closing);
  }

  private static void await(CompletableFuture<Void> done) throws InterruptedException, ExecutionException {
    try {
      done.get(120, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("closing takes more than two minutes", e);
    }
  }
}
