package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.memory.NativeUsage;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import org.junit.jupiter.api.Test;

/** A closed store leaves no native memory behind. */
class NativeUsageTest {

  private static void lifeOfAStore(Engine engine, Module module) throws LinkError {
    try (Store store = engine.newStore()) {
      Instance instance = new Linker(store).instantiate(module);
      instance.func("grow").orElseThrow().call();
      Func.host(store, FuncType.of("->"), (caller, slots) -> { }).call();
    }
  }

  @Test
  void aLinkErrorLeavesNoNativeMemoryInItsStore() {
    StoreLimits limits = StoreLimits.DEFAULT.withMemoryBytes(2L * Memory.PAGE);
    Engine engine = Engine.create();
    Module module = new TestModule().memory(1, 1).table(ValType.FUNCREF, 30_000_000, -1).compile(engine);
    try (Store store = engine.newStore(limits)) {
      NativeUsage before = NativeUsage.current();

      assertThrows(LinkError.class, () -> new Linker(store).instantiate(module));

      assertEquals(before.blocks(), NativeUsage.current().blocks());
      assertEquals(before.memories(), NativeUsage.current().memories());
    }
  }

  @Test
  void closingAStoreFreesMemoriesTablesContextsAndStacks() throws LinkError {
    Engine engine = Engine.create();
    Module module = new TestModule().memory(1, 9).table(ValType.FUNCREF, 1, 9).global(ValType.I32, true, "i32.const 1")
        .func("grow", "->", "i32.const 2; memory.grow; drop; ref.null func; i32.const 5; table.grow 0; drop")
        .compile(engine);
    lifeOfAStore(engine, module);
    NativeUsage before = NativeUsage.current();

    for (int i = 0; i < 20; i++) {
      lifeOfAStore(engine, module);
    }

    NativeUsage after = NativeUsage.current();
    assertEquals(before.memories(), after.memories());
    assertEquals(before.blocks(), after.blocks());
    assertEquals(0, module.imports().size());
  }
}
