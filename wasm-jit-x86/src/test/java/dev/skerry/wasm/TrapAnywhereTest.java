package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.format.FuncType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A trap is a Java exception wherever it happens, and what lies further out goes on. */
class TrapAnywhereTest {

  private static final StoreLimits D = StoreLimits.DEFAULT;
  private static final int BAD = 0x7fff_0000;
  private static final long SECONDS = 120;

  private final List<Store> stores = new ArrayList<>();

  @AfterEach
  void close() {
    stores.forEach(Store::close);
  }

  private static Engine engine(Tier tier) {
    Assumptions.assumeTrue(tier == Tier.INTERP || NativeSupport.isNative(), "machine code needs native memory");
    return Engine.create(EngineOptions.fromProperties().withTier(tier));
  }

  private Store store(Engine engine, int stackBytes) {
    Store store = engine.newStore(
        new StoreLimits(D.memoryBytes(), D.tableElements(), D.instances(), stackBytes, D.nesting()));
    stores.add(store);
    return store;
  }

  /** Functions of a depth: at their bottom is a load at an address, a division, or a call of the host. */
  private static Instance instance(Store store) {
    Linker linker = new Linker(store).define("h", "nest", FuncType.of("i32 i32 -> i32"), (caller, slots) -> {
      int levels = (int) slots[0];
      try {
        slots[0] = (int) caller.func(levels == 0 ? "fall" : "nest").orElseThrow()
            .call(levels == 0 ? 30 : levels - 1, (int) slots[1])[0];
      } catch (Trap trap) {
        if (levels != 10) {
          throw trap;
        }
        slots[0] = trap.kind().ordinal();
      }
    });
    String fall = "local.get 0; if i32; local.get 0; i32.const 1; i32.sub; local.get 1; call %d; i32.const 1; i32.add;"
        + " else; %s; end";
    return new TestModule().importFunc("h", "nest", "i32 i32 -> i32").memory(1, 1)
        .func("fall", "i32 i32 -> i32", String.format(fall, 1, "local.get 1; i32.load"))
        .func("divide", "i32 i32 -> i32", String.format(fall, 2, "i32.const 7; local.get 1; i32.div_s"))
        .func("nest", "i32 i32 -> i32", "local.get 0; local.get 1; call 0").instantiate(linker, store);
  }

  private static Object call(Instance instance, String name, int depth, int value) {
    return instance.func(name).orElseThrow().call(depth, value)[0];
  }

  private static Trap.Kind trapOf(Instance instance, String name, int depth, int value) {
    return assertThrows(Trap.class, () -> call(instance, name, depth, value)).kind();
  }

  static Stream<Arguments> stacks() {
    return Stream.of(Tier.values()).flatMap(tier -> Stream.of(64 << 10, 1 << 20)
        .map(bytes -> Arguments.of(tier, bytes)));
  }

  @ParameterizedTest
  @MethodSource("stacks")
  void givenTheLastFrameThatTheStackHoldsWhenItTrapsThenItIsToldAndOneFrameMoreIsTheEndOfTheStack(Tier tier,
      int stackBytes) {
    Instance instance = instance(store(engine(tier), stackBytes));
    for (String name : List.of("fall", "divide")) {
      int good = name.equals("fall") ? 64 : 1;
      int deepest = 0;
      int tooDeep = stackBytes;
      // Code that comes meanwhile has other frames; in the other tiers all is where it stays.
      call(instance, name, 1, good);
      while (tier != Tier.AUTO && deepest + 1 < tooDeep) {
        int depth = (deepest + tooDeep) / 2;
        try {
          call(instance, name, depth, good);
          deepest = depth;
        } catch (Trap trap) {
          assertEquals(Trap.Kind.STACK_EXHAUSTED, trap.kind());
          tooDeep = depth;
        }
      }
      assertTrue(tier == Tier.AUTO || deepest > 100, name + " ends at " + deepest);
      Trap.Kind expected = name.equals("fall") ? Trap.Kind.MEMORY_OUT_OF_BOUNDS : Trap.Kind.INTEGER_DIVIDE_BY_ZERO;
      int bad = name.equals("fall") ? BAD : 0;
      assertEquals(expected, trapOf(instance, name, deepest, bad));
      assertEquals(Trap.Kind.STACK_EXHAUSTED, trapOf(instance, name, tooDeep, bad));
      assertEquals(expected, trapOf(instance, name, deepest, bad));
    }
  }

  @ParameterizedTest
  @EnumSource
  void givenActivationsInActivationsWhenTheInnermostTrapsThenEachLevelIsLeftOrGoesOn(Tier tier) {
    Instance instance = instance(store(engine(tier), 1 << 20));

    assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trapOf(instance, "nest", 9, BAD));
    assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS.ordinal(), call(instance, "nest", 40, BAD));
    assertEquals(30, call(instance, "nest", 40, 64));
    assertEquals(Trap.Kind.STACK_EXHAUSTED.ordinal(), call(instance, "nest", 70, BAD));
    assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS.ordinal(), call(instance, "nest", 10, BAD));
  }

  @ParameterizedTest
  @EnumSource
  void givenGuestsThatTrapAgainAndAgainWhenOthersCloseTheirStoresThenEachEndsWithAJavaException(Tier tier)
      throws Exception {
    Engine engine = engine(tier);
    for (int round = 0; round < 40; round++) {
      Store store = store(engine, 1 << 20);
      Instance instance = instance(store);
      CountDownLatch trapped = new CountDownLatch(1 + round % 20);
      CompletableFuture<Throwable> end = CompletableFuture.supplyAsync(() -> {
        for (;;) {
          try {
            return new AssertionError("gave " + call(instance, "nest", 9, BAD));
          } catch (Trap trap) {
            if (trap.kind() != Trap.Kind.MEMORY_OUT_OF_BOUNDS) {
              return trap;
            }
            trapped.countDown();
          } catch (IllegalStateException closed) {
            return closed;
          }
        }
      }, task -> new Thread(task).start());
      trapped.await();
      store.close();
      Throwable thrown = end.get(SECONDS, TimeUnit.SECONDS);
      assertTrue(thrown instanceof Trap trap ? trap.kind() == Trap.Kind.INTERRUPTED
          : String.valueOf(thrown).contains("the store is closed"), () -> String.valueOf(thrown));
    }
  }

  /** Of an agent that is suspended: a memory, a stack, and contexts that come from slabs. */
  @Test
  void givenManySuspendedAgentsWhenMappingsAreCountedThenEachHoldsFiveAtMost() throws Exception {
    Engine engine = engine(Tier.AUTO);
    Assumptions.assumeTrue(NativeSupport.isNative(), "only native memory is mapped for each agent");
    int agents = 1000;
    suspended(engine);
    long before = mappings();
    for (int i = 0; i < agents; i++) {
      suspended(engine);
    }
    long each = (mappings() - before + agents - 1) / agents;
    assertTrue(each <= 5, "an agent holds " + each + " mappings");
  }

  private void suspended(Engine engine) throws Exception {
    Store store = store(engine, 1 << 20);
    Linker linker = new Linker(store).define("h", "wait", FuncType.of("->"), (caller, slots) -> store.suspend("waits"));
    Execution execution = new TestModule().importFunc("h", "wait", "->").memory(1, 1)
        .func("run", "->", "call 0").instantiate(linker, store).func("run").orElseThrow().start();
    assertEquals(Execution.State.SUSPENDED, execution.state());
  }

  private static long mappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.count();
    }
  }
}
