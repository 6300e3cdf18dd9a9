package dev.skerry.wasm.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.wasm.Module;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A load that repeats an earlier one is left out if all stores between the two are elsewhere, and else is not. */
class StoresApartTest {

  private static final String SECOND = "local.get 0; i32.load 16; i32.add";

  private static int loads(TestModule module) throws Exception {
    ModuleInfo info = ModuleReader.read(module.bytes(), Module.FEATURES);
    Graph graph = GraphPipeline.GUARDED_PASSES.build(info, info.importedFunctions());
    return GraphText.of(graph).split("i32\\.load ", -1).length - 1;
  }

  private static int loads(String between) throws Exception {
    return loads(new TestModule().memory(1, 1)
        .func("twice", "i32 i32 -> i32", "local.get 0; i32.load 16; " + between + "; " + SECOND));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "1 | local.get 0; local.get 1; i32.store 20",
      "1 | local.get 0; local.get 1; i32.store 12",
      "1 | local.get 0; local.get 1; i32.store8 15",
      "1 | local.get 0; local.get 1; i32.store 20; local.get 0; local.get 1; i32.store 24",
      "1 | local.get 0; i32.const 8; i32.add; local.get 1; i32.store 4",
      "1 | local.get 0; i32.const -8; i32.add; local.get 1; i32.store 28",
      "1 | local.get 1; if; local.get 0; local.get 1; i32.store 8; end; local.get 0; i32.load 16; drop",
      "2 | local.get 0; local.get 1; i32.store 13",
      "2 | local.get 0; local.get 1; i32.store 19",
      "2 | local.get 0; i32.const 8; i32.add; local.get 1; i32.store 8",
      "2 | local.get 0; i32.const -8; i32.add; local.get 1; i32.store 21",
      "2 | local.get 0; local.get 1; i32.store 65552",
      "2 | local.get 1; local.get 1; i32.store 20",
      "2 | local.get 1; i64.const 1; i64.store 20"})
  void givenStoresBetweenThenTheSecondLoadIsLeftOutIfTheyAreElsewhere(int loads, String between) throws Exception {
    int joined = between.contains("if;") ? loads + 1 : loads;
    assertEquals(joined, loads(between), between);
  }

  @Test
  void givenAMemoryOfItsOwnThenStoresToAnotherAreElsewhere() throws Exception {
    String body = "local.get 0; i32.load 16; local.get 0; local.get 1; i32.store 16 1; " + SECOND;
    assertEquals(1, loads(new TestModule().memory(1, 1).memory(1, 1).func("own", "i32 i32 -> i32", body)));
    assertEquals(1, loads(new TestModule().importMemory("host", "memory", 1, 1).memory(1, 1)
        .func("other", "i32 i32 -> i32", body)));
    assertEquals(2, loads(new TestModule().importMemory("host", "one", 1, 1).importMemory("host", "two", 1, 1)
        .func("same", "i32 i32 -> i32", body)));
  }
}
