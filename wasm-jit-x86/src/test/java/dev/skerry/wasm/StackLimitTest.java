package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.FuncType;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Recursion is limited by the store's stack alone, whatever shape it has, and never by Java's. */
class StackLimitTest {

  private static final StoreLimits D = StoreLimits.DEFAULT;

  private final Engine engine = Engine.create();
  private Store store = engine.newStore();

  @AfterEach
  void close() {
    store.close();
  }

  private Trap exhausted(Instance instance, String name, Object... args) {
    Trap trap = assertThrows(Trap.class, () -> instance.func(name).orElseThrow().call(args));
    assertEquals(Trap.Kind.STACK_EXHAUSTED, trap.kind());
    return trap;
  }

  @Test
  void endlessRecursionTrapsAndTheStoreGoesOn() {
    Instance instance = new TestModule()
        .func("deep", "i32 -> i32", "local.get 0; i32.const 1; i32.add; call 0; i32.const 1; i32.add")
        .func("fine", "-> i32", "i32.const 3").instantiate(store);

    Trap trap = exhausted(instance, "deep", 0);

    assertEquals(Trap.MAX_FRAMES, trap.frames().size());
    assertEquals("deep", trap.frames().get(0).name());
    assertEquals(3, instance.func("fine").orElseThrow().call()[0]);
  }

  @Test
  void tenMillionFramesFitWhereTheEmbedderAllowsThem() {
    store.close();
    store = engine.newStore(new StoreLimits(D.memoryBytes(), D.tableElements(), D.instances(), 1 << 30, D.nesting()));
    Instance instance = new TestModule().func("count", "i32 -> i32",
        "local.get 0; if i32; local.get 0; i32.const 1; i32.sub; call 0; i32.const 1; i32.add; else; i32.const 0; end")
        .instantiate(store);

    assertEquals(10_000_000, instance.func("count").orElseThrow().call(10_000_000)[0]);
    exhausted(instance, "count", 1_000_000_000);
  }

  @Test
  void aFrameOfTheInterpreterThatIsLargerThanTheStackTrapsAtOnce() {
    String locals = String.join(" ", Collections.nCopies(40_000, "i64"));
    store.close();
    store = Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP))
        .newStore(new StoreLimits(D.memoryBytes(), D.tableElements(), D.instances(), 1 << 16, D.nesting()));
    Instance instance = new TestModule().func("huge", "->", locals, "").func("small", "-> i32", "i32.const 1")
        .instantiate(store);

    exhausted(instance, "huge");
    assertEquals(1, instance.func("small").orElseThrow().call()[0]);
  }

  @Test
  void mutualAndIndirectRecursionTrapToo() {
    Instance instance = new TestModule().table(dev.skerry.wasm.format.ValType.FUNCREF, 1, 1).elements("i32.const 0", 1)
        .func("a", "->", "call 1").func("b", "->", "i32.const 0; call_indirect ->").func("c", "->", "call 0")
        .instantiate(store);

    exhausted(instance, "a");
    exhausted(instance, "b");
    exhausted(instance, "c");
  }

  @Test
  void recursionThroughTheHostEndsAtTheNestingLimit() {
    int[] deepest = new int[1];
    Linker linker = new Linker(store).define("h", "again", FuncType.of("i32 ->"), (caller, slots) -> {
      deepest[0] = Math.max(deepest[0], (int) slots[0]);
      caller.func("run").orElseThrow().call((int) slots[0] + 1);
    });
    Instance instance = new TestModule().importFunc("h", "again", "i32 ->")
        .func("run", "i32 ->", "local.get 0; call 0").instantiate(linker, store);

    exhausted(instance, "run", 0);

    assertEquals(D.nesting() - 1, deepest[0]);
  }

  @Test
  void nestedActivationsShareOneStack() {
    Linker linker = new Linker(store).define("h", "deep", FuncType.of("->"), (caller, slots) ->
        caller.func("deep").orElseThrow().call(0));
    Instance instance = new TestModule().importFunc("h", "deep", "->")
        .func("deep", "i32 -> i32", "local.get 0; call 1; i32.const 1; i32.add")
        .func("half", "i32 -> i32", """
            local.get 0
            if i32
              local.get 0; i32.const 1; i32.sub; call 2; i32.const 1; i32.add
            else
              call 0; i32.const 0
            end""").instantiate(linker, store);

    Trap trap = exhausted(instance, "half", 100);

    assertTrue(trap.frames().stream().allMatch(frame -> frame.name().equals("deep")));
  }
}
