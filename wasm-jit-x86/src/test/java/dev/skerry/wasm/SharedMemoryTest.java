package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.ValType;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Atomic instructions, and memories that several stores use at once. */
@Timeout(180)
class SharedMemoryTest {

  private static final MemoryType TYPE = new MemoryType(new Limits(1, 3), true, ValType.I32);

  private final Engine engine = Engine.create();
  private final Store store = engine.newStore();
  private final Store other = engine.newStore();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    store.close();
    other.close();
    threads.shutdownNow();
  }

  private static TestModule guest() {
    return new TestModule().importSharedMemory("env", "m", 1, 3)
        .func("count", "i32 ->", """
            loop
            i32.const 8; i32.const 1; i32.atomic.rmw.add; drop
            i32.const 14; i32.const 1; i32.atomic.rmw16.add_u; drop
            local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0
            end""")
        .func("get", "i32 -> i32", "local.get 0; i32.atomic.load")
        .func("set", "i32 i32 ->", "local.get 0; local.get 1; i32.atomic.store")
        .func("grow", "-> i32", "i32.const 1; memory.grow")
        .func("size", "-> i32", "memory.size")
        .func("wait", "i32 i32 i64 -> i32", "local.get 0; local.get 1; local.get 2; memory.atomic.wait32")
        .func("wait64", "i32 i64 i64 -> i32", "local.get 0; local.get 1; local.get 2; memory.atomic.wait64")
        .func("notify", "i32 i32 -> i32", "local.get 0; local.get 1; memory.atomic.notify");
  }

  private static Instance instance(Store store, Memory memory) {
    return guest().instantiate(new Linker(store).define("env", "m", memory), store);
  }

  private static int call(Instance instance, String name, Object... args) {
    return (Integer) instance.func(name).orElseThrow().call(args)[0];
  }

  private static void assertTraps(Trap.Kind kind, Instance instance, String name, Object... args) {
    Func function = instance.func(name).orElseThrow();
    assertEquals(kind, assertThrows(Trap.class, () -> function.call(args)).kind());
  }

  @ParameterizedTest
  @CsvSource({"i32.atomic.rmw8,i32,1", "i32.atomic.rmw16,i32,2", "i32.atomic.rmw,i32,4", "i64.atomic.rmw8,i64,1",
      "i64.atomic.rmw16,i64,2", "i64.atomic.rmw32,i64,4", "i64.atomic.rmw,i64,8"})
  void readModifyWritesLeaveWhatWasThereAndTouchNoNeighbour(String prefix, String type, int width) {
    String suffix = prefix.endsWith("rmw") ? "" : "_u";
    TestModule module = new TestModule().memory(1, 1).export("m", 2, 0);
    String[] operators = {"add", "sub", "and", "or", "xor", "xchg"};
    for (String operator : operators) {
      module.func(operator, "i32 " + type + " -> " + type,
          "local.get 0; local.get 1; " + prefix + "." + operator + suffix + " 8");
    }
    Instance instance = module.func("cmpxchg", "i32 " + type + " " + type + " -> " + type,
        "local.get 0; local.get 1; local.get 2; " + prefix + ".cmpxchg" + suffix + " 8").instantiate(store);
    Memory memory = instance.memory("m").orElseThrow();
    long mask = width == 8 ? -1 : (1L << 8 * width) - 1;
    boolean narrow = type.equals("i32");
    long before = 0x1122_3344_5566_7788L;
    long operand = 0x0f0f_0f0f_7f7f_7f7fL;
    long[] after = {before + operand, before - operand, before & operand, before | operand, before ^ operand, operand};

    for (int i = 0; i < operators.length; i++) {
      memory.putLong(16, before);
      Object argument = narrow ? (Object) (int) operand : (Object) operand;
      Number seen = (Number) instance.func(operators[i]).orElseThrow().call(8, argument)[0];
      assertEquals(before & mask, seen.longValue() & (narrow ? 0xffff_ffffL : -1), operators[i]);
      assertEquals(before & ~mask | after[i] & mask, memory.getLong(16), operators[i]);
    }
    memory.putLong(16, before);
    Func exchange = instance.func("cmpxchg").orElseThrow();
    exchange.call(8, narrow ? (Object) 1 : (Object) 1L, narrow ? (Object) 9 : (Object) 9L);
    assertEquals(before, memory.getLong(16));
    exchange.call(8, narrow ? (Object) (int) before : (Object) before, narrow ? (Object) 9 : (Object) 9L);
    assertEquals(before & ~mask | 9, memory.getLong(16));
    for (int at = 1; at < width; at++) {
      int unaligned = at;
      Trap trap = assertThrows(Trap.class, () -> exchange.call(unaligned, narrow ? 0 : (Object) 0L,
          narrow ? 0 : (Object) 0L));
      assertEquals(Trap.Kind.UNALIGNED_ATOMIC, trap.kind());
    }
    Trap trap = assertThrows(Trap.class,
        () -> exchange.call(65_528, narrow ? 0 : (Object) 0L, narrow ? 0 : (Object) 0L));
    assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trap.kind());
  }

  @Test
  void inAMemoryWith64BitAddressesASumThatWrapsAroundIsOutOfBounds() {
    Instance instance = new TestModule().memory64(1, 1)
        .func("add", "i64 -> i32", "local.get 0; i32.const 5; i32.atomic.rmw.add 16; atomic.fence")
        .func("notify", "i64 -> i32", "local.get 0; i32.const 1; memory.atomic.notify 16").instantiate(store);

    assertEquals(0, call(instance, "add", 4L));
    assertEquals(5, call(instance, "add", 4L));
    for (String name : new String[] {"add", "notify"}) {
      assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, name, -16L);
      assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, name, -20L);
      assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, name, 65_520L);
      assertTraps(Trap.Kind.UNALIGNED_ATOMIC, instance, name, -1L);
    }
  }

  @Test
  void givenAMemoryThatIsNotSharedThenWaitingTrapsAndNobodyIsThereToNotify() {
    Instance instance = new TestModule().memory(1, 1)
        .func("wait", "-> i32", "i32.const 0; i32.const 0; i64.const 0; memory.atomic.wait32")
        .func("notify", "-> i32", "i32.const 0; i32.const -1; memory.atomic.notify").instantiate(store);

    assertTraps(Trap.Kind.EXPECTED_SHARED_MEMORY, instance, "wait");
    assertEquals(0, call(instance, "notify"));
  }

  @Test
  void givenTwoStoresThatCountAtOnceThenNoIncrementIsLost() throws Exception {
    Memory memory = Memory.create(store, TYPE);
    Instance first = instance(store, memory);
    Instance second = instance(other, memory.share(other));
    int rounds = 30_000;

    Future<?> running = threads.submit(() -> second.func("count").orElseThrow().call(rounds));
    first.func("count").orElseThrow().call(rounds);
    running.get();

    assertEquals(2 * rounds, memory.getInt(8));
    assertEquals(2 * rounds & 0xffff, memory.getInt(12) >>> 16);
  }

  @Test
  void aWaitEndsAtOnceWhenAnotherValueIsThereAndElseWhenTimeIsUp() throws LinkError {
    Instance instance = instance(store, Memory.create(store, TYPE));
    instance.func("set").orElseThrow().call(16, -3);

    assertEquals(1, call(instance, "wait", 16, 5, -1L));
    assertEquals(1, call(instance, "wait64", 16, -3L, -1L));
    assertEquals(2, call(instance, "wait", 16, -3, 1000L));
    assertEquals(2, call(instance, "wait64", 16, 0xffff_fffdL, 0L));
    assertEquals(0, call(instance, "notify", 16, -1));
    assertTraps(Trap.Kind.UNALIGNED_ATOMIC, instance, "wait64", 20, 0L, 0L);
    assertTraps(Trap.Kind.UNALIGNED_ATOMIC, instance, "notify", 2, 0);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "wait", 65_536, 0, 0L);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "notify", -4, 0);
  }

  @Test
  void whoWaitsInOneStoreIsWokenFromAnother() throws Exception {
    Memory memory = Memory.create(store, TYPE);
    Instance first = instance(store, memory);
    Instance second = instance(other, memory.share(other));

    Future<Integer> waiting = threads.submit(() -> call(second, "wait", 32, 0, -1L));
    assertEquals(0, call(first, "notify", 36, -1));
    assertEquals(0, call(first, "notify", 32, 0));
    int woken = 0;
    while (woken == 0) {
      woken = call(first, "notify", 32, 2);
    }

    assertEquals(1, woken);
    assertEquals(0, waiting.get());
  }

  @Test
  void anInterruptOrACloseEndsAWaitWithoutEnd() throws Exception {
    Memory memory = Memory.create(store, TYPE);
    Instance first = instance(store, memory);
    Instance second = instance(other, memory.share(other));

    Future<Integer> waiting = threads.submit(() -> call(first, "wait", 0, 0, -1L));
    store.interrupt();
    ExecutionException interrupted = assertThrows(ExecutionException.class, waiting::get);
    assertEquals(Trap.Kind.INTERRUPTED, ((Trap) interrupted.getCause()).kind());

    CompletableFuture<Void> begun = new CompletableFuture<>();
    Future<Integer> closed = threads.submit(() -> {
      begun.complete(null);
      return call(second, "wait", 0, 0, -1L);
    });
    begun.get();
    other.close();
    assertThrows(ExecutionException.class, closed::get);
  }

  @Test
  void aGrowthIsSeenByAllOrDoneForNone() throws LinkError {
    Memory memory = Memory.create(store, TYPE);
    Memory same = memory.share(other);
    Instance first = instance(store, memory);
    Instance second = instance(other, same);

    boolean grown = call(first, "grow") == 1;

    assertEquals(grown ? 2 : 1, call(second, "size"));
    assertEquals(memory.byteLength(), same.byteLength());
    if (grown) {
      second.func("set").orElseThrow().call(65_536, 11);
      assertEquals(11, call(first, "get", 65_536));
      assertEquals(2, call(second, "grow"));
      assertEquals(-1, call(first, "grow"));
      assertEquals(3, call(first, "size"));
    } else {
      assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, second, "set", 65_536, 11);
    }
  }

  @Test
  void theBytesLiveAsLongAsAnyStoreThatHasThem() throws LinkError {
    Memory memory = Memory.create(store, TYPE);
    Memory same = memory.share(other);
    memory.putInt(4, 77);
    Instance second = instance(other, same);

    store.close();

    assertEquals(77, call(second, "get", 4));
    assertEquals(65_536, other.memoryBytes());
    assertThrows(IllegalStateException.class, () -> memory.share(other));
    other.close();
    assertThrows(IllegalStateException.class, same::byteLength);
  }

  @Test
  void onlySharedMemoriesOfOneEngineCanBeInSeveralStores() throws LinkError {
    Memory own = Memory.create(store, new MemoryType(new Limits(1, 1)));
    Memory shared = Memory.create(store, TYPE);

    assertThrows(IllegalArgumentException.class, () -> own.share(other));
    try (Store foreign = Engine.create().newStore(); Store small = engine.newStore(
        StoreLimits.DEFAULT.withMemoryBytes(100))) {
      assertThrows(IllegalArgumentException.class, () -> shared.share(foreign));
      assertThrows(LinkError.class, () -> shared.share(small));
    }
    Linker linker = new Linker(store).define("env", "m", own);
    assertThrows(LinkError.class, () -> linker.instantiate(guest().compile(engine)));
  }

  @Test
  void givenTheFeatureSwitchedOffThenSharedMemoriesAndAtomicsAreRefusedByItsName() {
    Set<Feature> features = EnumSet.copyOf(Module.FEATURES);
    features.remove(Feature.THREADS);
    byte[] memory = new TestModule().sharedMemory(1, 1).bytes();
    byte[] fence = new TestModule().func("f", "->", "atomic.fence").bytes();

    for (byte[] bytes : new byte[][] {memory, fence}) {
      CompileError error = assertThrows(CompileError.class, () -> Module.compile(engine, bytes, features));
      assertTrue(error.getMessage().startsWith("threads not supported"), error.getMessage());
    }
    assertThrows(IllegalArgumentException.class,
        () -> Module.compile(engine, memory, EnumSet.of(Feature.GARBAGE_COLLECTION)));
  }
}
