package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.testing.ByteWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What modules and instances take is counted before it is taken, is not less than it is, and is given back. */
class ModuleCostTest {

  private static final byte[] PREAMBLE = {0, 'a', 's', 'm', 1, 0, 0, 0};
  private static final byte[] TYPE = {1, 4, 1, 0x60, 0, 0};
  /** What the JVM itself does beside, at most. */
  private static final long NOISE = 1 << 20;

  /** Adds up, and grants up to a limit. */
  private static final class Budget implements MemoryBudget {

    private final AtomicLong taken = new AtomicLong();
    private final long limit;

    Budget(long limit) {
      this.limit = limit;
    }

    @Override
    public String take(long bytes) {
      if (taken.get() + bytes > limit) {
        return "the test's limit of " + limit;
      }
      taken.addAndGet(bytes);
      return null;
    }

    @Override
    public void giveBack(long bytes) {
      taken.addAndGet(-bytes);
    }
  }

  static Stream<Arguments> items() {
    return Stream.of(
        Arguments.of("functions", 300_000, section(3, (out, i) -> out.bytes(0)), section(10,
            (out, i) -> out.bytes(2, 0, 0x0b))),
        Arguments.of("imports", 50_000, section(2, (out, i) -> out.name("module" + i).name("name" + i).bytes(0, 0)),
            null),
        Arguments.of("imports without names", 100_000, section(2, (out, i) -> out.bytes(0, 0, 0, 0)), null),
        Arguments.of("globals", 100_000, section(6, (out, i) -> out.bytes(0x7f, 0, 0x41, 0, 0x0b)), null),
        Arguments.of("tags", 100_000, section(13, (out, i) -> out.bytes(0, 0)), null),
        Arguments.of("tables", 50_000, section(4, (out, i) -> out.bytes(0x70, 0, 0)), null),
        Arguments.of("equal types", 200_000, section(1, (out, i) -> out.bytes(0x60, 1, 0x7f, 1, 0x7e)), null),
        Arguments.of("types", 50_000, section(1, (out, i) -> distinct(out, i)), null),
        Arguments.of("element segments", 50_000, section(9, (out, i) -> out.bytes(5, 0x70, 1, 0xd0, 0x70, 0x0b)), null),
        Arguments.of("data segments", 50_000, section(11, (out, i) -> out.bytes(1, 0)), null));
  }

  private record Section(int id, BiConsumer<ByteWriter, Integer> item) {

    byte[] bytes(int count) {
      ByteWriter items = new ByteWriter().unsigned(count);
      for (int i = 0; i < count; i++) {
        item.accept(items, i);
      }
      byte[] contents = items.toByteArray();
      return new ByteWriter().bytes(id).unsigned(contents.length).bytes(contents).toByteArray();
    }
  }

  private static Section section(int id, BiConsumer<ByteWriter, Integer> item) {
    return new Section(id, item);
  }

  /** A type that no other number has: its parameters are the digits. */
  private static void distinct(ByteWriter out, int number) {
    out.bytes(0x60, 9);
    int rest = number;
    for (int i = 0; i < 9; i++) {
      out.bytes(0x7f - rest % 4);
      rest /= 4;
    }
    out.bytes(0);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("items")
  void givenManyItemsThenWhatIsCountedIsNotLessThanTheyTake(String what, int count, Section first, Section second)
      throws CompileError {
    ByteWriter module = new ByteWriter().bytes(PREAMBLE);
    if (first.id() != 1) {
      module.bytes(TYPE);
    }
    module.bytes(first.bytes(count));
    if (second != null) {
      module.bytes(second.bytes(count));
    }
    byte[] bytes = module.toByteArray();
    Engine engine = Engine.create();
    Budget budget = new Budget(Long.MAX_VALUE);
    long before = heap();
    Module compiled = Module.compile(engine, bytes, CompileOptions.DEFAULT.withMemory(budget));
    long took = heap() - before;
    assertTrue(took <= budget.taken.get() + NOISE, what + " took " + took + ", counted " + budget.taken);
    assertTrue(budget.taken.get() <= bytes.length + count * 1_000L, "far too much is counted: " + budget.taken);
    assertNotNull(compiled.exports());
    assertTrue(engine.options() != null && bytes.length > 0, "both are reachable up to here");
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void givenAStoreWhenModulesForItReachItsLimitThenTheErrorNamesItAndTheRestOfTheStoreGoesOn() throws Exception {
    Engine engine = Engine.create();
    byte[] module = functions(100_000);
    try (Store store = engine.newStore(StoreLimits.DEFAULT.withMemoryBytes(10_000_000))) {
      CompileOptions options = CompileOptions.DEFAULT.withMemory(store.moduleMemory());
      List<Module> kept = new ArrayList<>();
      CompileError error = assertThrows(CompileError.class, () -> {
        for (;;) {
          kept.add(Module.compile(engine, module, options));
        }
      });
      assertEquals(CompileError.Kind.LIMIT, error.kind());
      assertTrue(error.reason().startsWith(
          "the module needs more memory than is left of the store's limit of 10000000 bytes"), error.reason());
      assertTrue(kept.size() > 1, "one module has room");
      long taken = store.takenBytes();
      assertThrows(CompileError.class, () -> Module.compile(engine, module, options));
      assertEquals(taken, store.takenBytes(), "a compile that failed leaves nothing");
      assertNotNull(new TestModule().func("f", "->", "nop").instantiate(store));
    }
  }

  @Test
  void givenManyFunctionsThenTheirInstancesCountAsMemory() throws Exception {
    Engine engine = Engine.create();
    Module module = Module.compile(engine, functions(100_000));
    try (Store store = engine.newStore(StoreLimits.DEFAULT.withMemoryBytes(20_000_000))) {
      Linker linker = new Linker(store);
      linker.instantiate(module);
      assertTrue(store.takenBytes() > 100_000 * 48, store.takenBytes() + " bytes");
      assertEquals(0, store.memoryBytes());
      LinkError error = assertThrows(LinkError.class, () -> {
        for (;;) {
          linker.instantiate(module);
        }
      });
      assertTrue(error.getMessage().contains("the store's limit of 20000000 bytes"), error.getMessage());
      assertTrue(store.instances() > 1 && store.refusals() == 1, store.instances() + " instances");
    }
  }

  @Test
  void givenAClosedStoreThenItsHeapIsGivenBackOnceAndItGrantsNothingMore() throws Exception {
    Engine engine = Engine.create();
    Budget heap = new Budget(Long.MAX_VALUE);
    Store store = engine.newStore(StoreLimits.DEFAULT, heap);
    CompileOptions options = CompileOptions.DEFAULT.withMemory(store.moduleMemory());
    new Linker(store).instantiate(Module.compile(engine, functions(10), options));
    assertTrue(heap.taken.get() > 0);
    store.close();
    assertEquals(0, heap.taken.get());
    CompileError error = assertThrows(CompileError.class, () -> Module.compile(engine, functions(10), options));
    assertTrue(error.reason().contains("a store that is closed"), error.reason());
    assertEquals(0, heap.taken.get());
  }

  @Test
  void givenAGuestWithAllItsMemoryWhenItCallsAFunctionForTheFirstTimeThenThatRuns() throws Exception {
    Engine engine = Engine.create();
    byte[] module = new TestModule().memory(0, 100).func("late", "-> i32", "i32.const 7")
        .func("eat", "-> i32", "loop\ni32.const 1\nmemory.grow 0\ni32.const -1\ni32.ne\nbr_if 0\nend\ncall 0").bytes();
    try (Store store = engine.newStore(StoreLimits.DEFAULT.withMemoryBytes(3 * Memory.PAGE))) {
      CompileOptions options = CompileOptions.DEFAULT.withMemory(store.moduleMemory());
      Instance instance = new Linker(store).instantiate(Module.compile(engine, module, options));
      assertEquals(7, instance.func("eat").orElseThrow().call()[0]);
      assertTrue(store.memoryBytes() >= 2 * Memory.PAGE, store.memoryBytes() + " bytes");
    }
  }

  @Test
  void givenNoRoomForTheInterpretersCodeOfAFunctionWhenItIsCalledThenItTraps() throws Exception {
    Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP));
    Budget budget = new Budget(Long.MAX_VALUE);
    byte[] module = new TestModule().func("f", "-> i32", "i32.const 7").bytes();
    Module compiled = Module.compile(engine, module, CompileOptions.DEFAULT.withMemory(budget));
    long taken = budget.taken.get();
    try (Store store = engine.newStore()) {
      assertEquals(7, new Linker(store).instantiate(compiled).func("f").orElseThrow().call()[0]);
      assertTrue(budget.taken.get() > taken, "the code counts");
      Budget tight = new Budget(taken);
      Module other = Module.compile(engine, module, CompileOptions.DEFAULT.withMemory(tight));
      Func function = new Linker(store).instantiate(other).func("f").orElseThrow();
      Trap trap = assertThrows(Trap.class, function::call);
      assertTrue(trap.getMessage().contains("the test's limit"), trap.getMessage());
    }
  }

  @Test
  void givenMoreCompilesThanProcessorsThenSoManyRunAtTheSameTime() throws Exception {
    int processors = Runtime.getRuntime().availableProcessors();
    Engine engine = Engine.create();
    byte[] module = functions(100);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(4 * processors);
    CompileTurns turns = new CompileTurns(processors);
    for (int i = 0; i < 4 * processors; i++) {
      new Thread(() -> {
        try (CompileTurns.Turn turn = turns.begin(() -> { })) {
          for (int j = 0; j < 50; j++) {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            Module.compile(engine, module);
            running.decrementAndGet();
            turn.poll();
          }
        } catch (CompileError error) {
          most.set(Integer.MAX_VALUE);
        } finally {
          done.countDown();
        }
      }).start();
    }
    assertTrue(done.await(60, TimeUnit.SECONDS));
    assertTrue(most.get() <= processors, most + " at the same time");
  }

  private static byte[] functions(int count) {
    return new ByteWriter().bytes(PREAMBLE).bytes(TYPE).bytes(section(3, (out, i) -> out.bytes(0)).bytes(count))
        .bytes(section(10, (out, i) -> out.bytes(2, 0, 0x0b)).bytes(count)).toByteArray();
  }
}
