package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.ModuleBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Linking, the order of instantiation, and the limits of a store. */
class InstantiationTest {

  private static final StoreLimits D = StoreLimits.DEFAULT;

  private final Engine engine = Engine.create();
  private Store store = engine.newStore();

  @AfterEach
  void close() {
    store.close();
  }

  /** More than a small instance takes beside its memory. */
  private static final int INSTANCE_BYTES = 8_000;

  private void limit(StoreLimits limits) {
    store.close();
    store = engine.newStore(limits);
  }

  private String linkError(Linker linker, TestModule module) {
    int before = store.instances();
    long bytes = store.memoryBytes();
    String message = assertThrows(LinkError.class, () -> linker.instantiate(module.compile(engine))).getMessage();
    assertEquals(before, store.instances());
    assertEquals(bytes, store.memoryBytes());
    return message;
  }

  @Test
  void constantsHaveTheValueThatTheirNumbersSayHoweverLongTheyAreWritten() throws CompileError, LinkError {
    ModuleBuilder module = new ModuleBuilder();
    int[][] written = {{0x7f}, {0xff, 0xff, 0xff, 0xff, 0x7f}, {0xff, 0x00}, {0x80, 0x80, 0x80, 0x80, 0x78},
        {0xff, 0xff, 0xff, 0xff, 0x07}, {0x80, 0x80, 0x00}, {0xc0, 0x7e}, {0x3f}, {0x40}};
    int[] values = {-1, -1, 127, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -192, 63, -64};
    for (int i = 0; i < written.length; i++) {
      int[] number = written[i];
      module.global(ValType.I32, false, code -> code.raw(Opcode.I32_CONST.code).raw(number)).export("g" + i, 3, i);
    }
    module.global(ValType.I32, false, code -> code.i32(40).i32(2).op(Opcode.I32_SUB)).export("sum", 3, values.length);

    Instance instance = new Linker(store).instantiate(Module.compile(engine, module.build()));

    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i] & 0xffff_ffffL, instance.global("g" + i).orElseThrow().get());
    }
    assertEquals(38, instance.global("sum").orElseThrow().get());
  }

  @Test
  void aMissingImportIsNamedWithTheTypeThatIsNeeded() {
    assertEquals("unknown import: \"env\" \"f\", a function of type (i32 -> ) is needed",
        linkError(new Linker(store), new TestModule().importFunc("env", "f", "i32 ->")));
  }

  @Test
  void anImportOfAnotherTypeIsNamedWithBothTypes() throws LinkError {
    Linker linker = new Linker(store)
        .define("env", "f", FuncType.of("-> i64"), (caller, slots) -> { })
        .define("env", "m", Memory.create(store, new MemoryType(new Limits(1, 4))))
        .define("env", "t", Table.create(store, new TableType(ValType.FUNCREF, new Limits(3, Limits.UNBOUNDED)), 0))
        .define("env", "g", Global.create(store, new GlobalType(ValType.I32, false), 1));

    assertEquals("incompatible import type: \"env\" \"f\" is a function of type ( -> i64) where a function of type"
        + " ( -> i32) is needed", linkError(linker, new TestModule().importFunc("env", "f", "-> i32")));
    assertEquals("incompatible import type: \"env\" \"m\" is a memory of 1 to 4 pages where a memory of 1 to 3 pages is"
        + " needed", linkError(linker, new TestModule().importMemory("env", "m", 1, 3)));
    assertEquals("incompatible import type: \"env\" \"t\" is a table of funcref with 3 or more elements where a table"
        + " of funcref with 3 to 9 elements is needed",
        linkError(linker, new TestModule().importTable("env", "t", ValType.FUNCREF, 3, 9)));
    assertEquals("incompatible import type: \"env\" \"g\" is an immutable global of type i32 where a mutable global of"
        + " type i32 is needed", linkError(linker, new TestModule().importGlobal("env", "g", ValType.I32, true)));
  }

  @Test
  void aMemoryMatchesWithTheSizeThatItHasNow() throws LinkError {
    Memory memory = Memory.create(store, new MemoryType(new Limits(1, 4)));
    Linker linker = new Linker(store).define("env", "m", memory);
    TestModule two = new TestModule().importMemory("env", "m", 2, 4).func("size", "-> i32", "memory.size");
    linkError(linker, two);

    assertEquals(1, memory.grow(1));

    assertEquals(2, two.instantiate(linker, store).func("size").orElseThrow().call()[0]);
  }

  @Test
  void segmentsBeforeTheOneThatTrapsHaveTheirEffect() throws LinkError {
    Memory memory = Memory.create(store, new MemoryType(new Limits(1, 1)));
    Table table = Table.create(store, new TableType(ValType.FUNCREF, new Limits(2, 2)), 0);
    Linker linker = new Linker(store).define("env", "m", memory).define("env", "t", table);
    TestModule module = new TestModule().importMemory("env", "m", 1, 1).importTable("env", "t", ValType.FUNCREF, 2, 2)
        .func(null, "-> i32", "i32.const 77").elements("i32.const 0", 0)
        .data("i32.const 4", new byte[] {1, 2, 3}).data("i32.const 65535", new byte[] {4, 5});

    Trap trap = assertThrows(Trap.class, () -> linker.instantiate(module.compile(engine)));

    assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trap.kind());
    assertEquals(0x00030201, memory.getInt(4));
    assertEquals(0, memory.getByte(65535));
    assertEquals(77, store.funcOf(table.get(0)).call()[0]);
  }

  @Test
  void anInstanceThatTrappedAndThatNothingReachesGivesItsMemoryBack() {
    TestModule module = new TestModule().memory(3, 3).data("i32.const -1", new byte[] {1});

    assertThrows(Trap.class, () -> new Linker(store).instantiate(module.compile(engine)));

    assertEquals(0, store.memoryBytes());
  }

  @Test
  void theStartFunctionRunsAfterTheSegmentsAndMayUseTheExports() {
    int[] seen = new int[1];
    Linker linker = new Linker(store).define("h", "f", FuncType.of("->"), (caller, slots) ->
        seen[0] = caller.memory("m").orElseThrow().getInt(0));
    new TestModule().importFunc("h", "f", "->").memory(1, 1).export("m", 2, 0).data("i32.const 0", new byte[] {9})
        .func(null, "->", "call 0").start(1).instantiate(linker, store);

    assertEquals(9, seen[0]);
  }

  @Test
  void memoryOverTheLimitIsALinkErrorAndGrowthAnswersMinusOne() {
    limit(D.withMemoryBytes(3L * Memory.PAGE + INSTANCE_BYTES));
    assertTrue(linkError(new Linker(store), new TestModule().memory(4, 4)).contains("limit of 204608 bytes"));
    Instance instance = new TestModule().memory(1, 10).export("m", 2, 0)
        .func("grow", "i32 -> i32", "local.get 0; memory.grow").instantiate(store);
    Func grow = instance.func("grow").orElseThrow();

    assertEquals(-1, grow.call(3)[0]);
    assertEquals(1, grow.call(2)[0]);
    assertEquals(-1, grow.call(1)[0]);
    assertEquals(3, grow.call(0)[0]);
    assertEquals(-1, instance.memory("m").orElseThrow().grow(1));
    assertEquals(3L * Memory.PAGE, store.memoryBytes());
    assertTrue(linkError(new Linker(store), new TestModule().memory(1, 1)).contains(" are in use"));
  }

  @Test
  void twoMemoriesWorthOfLimitAreSharedByAllInstances() {
    limit(D.withMemoryBytes(2L * Memory.PAGE + 2 * INSTANCE_BYTES));
    TestModule module = new TestModule().memory(1, 1);
    module.instantiate(store);
    module.instantiate(store);

    linkError(new Linker(store), module);
  }

  @Test
  void tableElementsAndInstancesAreLimitedToo() {
    limit(new StoreLimits(D.memoryBytes(), 10, 2, D.stackBytes(), D.nesting()));
    assertTrue(linkError(new Linker(store), new TestModule().table(ValType.FUNCREF, 11, 11)).contains("10 elements"));
    Instance instance = new TestModule().table(ValType.EXTERNREF, 8, 100)
        .func("grow", "i32 -> i32", "ref.null extern; local.get 0; table.grow").instantiate(store);

    assertEquals(-1, instance.func("grow").orElseThrow().call(3)[0]);
    assertEquals(8, instance.func("grow").orElseThrow().call(2)[0]);
    new TestModule().instantiate(store);
    assertTrue(linkError(new Linker(store), new TestModule()).contains("2 instances"));
  }

  @Test
  void aMemoryOfZeroPagesHasNoBytes() {
    Instance instance = new TestModule().memory(0, 0).export("m", 2, 0)
        .func("load", "i32 -> i32", "local.get 0; i32.load8_u 0").instantiate(store);

    assertThrows(Trap.class, () -> instance.func("load").orElseThrow().call(0));
    assertThrows(IndexOutOfBoundsException.class, () -> instance.memory("m").orElseThrow().getByte(0));
  }
}
