package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memories with 64-bit addresses and tables with 64-bit indices. */
class Memory64Test {

  private static final long GIB = 1L << 30;

  private final Store store = Engine.create().newStore(StoreLimits.DEFAULT.withMemoryBytes(8 * GIB));

  @AfterEach
  void close() {
    store.close();
  }

  private long call(Instance instance, String name, Object... args) {
    Object[] results = instance.func(name).orElseThrow().call(args);
    return ((Number) results[0]).longValue();
  }

  private static void assertTraps(Trap.Kind kind, Instance instance, String name, Object... args) {
    Func function = instance.func(name).orElseThrow();
    assertEquals(kind, assertThrows(Trap.class, () -> function.call(args)).kind());
  }

  @ParameterizedTest
  @CsvSource({"i32.load8_s,1", "i32.load8_u,1", "i32.load16_s,2", "i32.load16_u,2", "i32.load,4", "i64.load8_s,1",
      "i64.load8_u,1", "i64.load16_s,2", "i64.load16_u,2", "i64.load32_s,4", "i64.load32_u,4", "i64.load,8",
      "f32.load,4", "f64.load,8"})
  void loadsReachTheLastByteAndNotOneMoreWhateverTheSumOfIndexAndOffset(String load, int width) {
    Instance instance = new TestModule().memory64(1, 2)
        .func("at", "i64 ->", "local.get 0; " + load + " 0; drop")
        .func("folded", "i64 ->", "local.get 0; " + load + " 65536; drop")
        .func("half", "i64 ->", "local.get 0; " + load + " 9223372036854775807; drop")
        .func("huge", "i64 ->", "local.get 0; " + load + " 18446744073709551615; drop")
        .func("grow", "->", "i64.const 1; memory.grow; drop").instantiate(store);
    long last = 65536 - width;

    instance.func("at").orElseThrow().call(last);
    for (long index : new long[] {last + 1, 1L << 32, (1L << 32) + last, -1, -width, Long.MAX_VALUE, Long.MIN_VALUE}) {
      assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "at", index);
    }
    for (long index : new long[] {0, 1, 2, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1}) {
      assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "half", index);
      assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "huge", index);
    }
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "folded", 0L);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "folded", -65536L);
    instance.func("grow").orElseThrow().call();
    instance.func("folded").orElseThrow().call(last);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "folded", last + 1);
  }

  @Test
  void whatEachStoreWritesIsWhatEachLoadReads() {
    TestModule module = new TestModule().memory64(1, 1);
    for (String bits : new String[] {"8", "16", "32"}) {
      module.func("store" + bits, "i64 i64 ->", "local.get 0; local.get 1; i64.store" + bits + " 3");
      module.func("s" + bits, "i64 -> i64", "local.get 0; i64.load" + bits + "_s 3");
      module.func("u" + bits, "i64 -> i64", "local.get 0; i64.load" + bits + "_u 3");
    }
    Instance instance = module.func("f", "i64 f64 -> f64",
        "local.get 0; local.get 1; f64.store 9; local.get 0; f64.load 9").instantiate(store);

    for (int bits = 8; bits <= 32; bits *= 2) {
      long all = (1L << bits) - 1;
      instance.func("store" + bits).orElseThrow().call(100L, 0x1_2345_6789_abcdL | all);
      assertEquals(-1, call(instance, "s" + bits, 100L));
      assertEquals(all, call(instance, "u" + bits, 100L));
      assertEquals(0, call(instance, "u" + bits, 100L + bits / 8));
    }
    assertEquals(0.5, instance.func("f").orElseThrow().call(7L, 0.5)[0]);
  }

  @Test
  void vectorsReachTheLastByteAndNotOneMore() {
    Instance instance = new TestModule().memory64(1, 1)
        .func("copy", "i64 i64 ->", "local.get 1; local.get 0; v128.load 1; v128.store 1").instantiate(store);

    instance.func("copy").orElseThrow().call(65_519L, 0L);
    instance.func("copy").orElseThrow().call(0L, 65_519L);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "copy", 0L, 65_520L);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "copy", 0L, -1L);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "copy", 65_520L, 0L);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "copy", -1L, 0L);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "copy", 1L << 32, 0L);
  }

  @Test
  void sizeAndGrowthAre64BitNumbersAndARefusalIsMinusOne() {
    Instance instance = new TestModule().memory64(1, 3).func("size", "-> i64", "memory.size")
        .func("grow", "i64 -> i64", "local.get 0; memory.grow").instantiate(store);

    assertEquals(1, call(instance, "grow", 1L));
    for (long pages : new long[] {2, 1L << 32, 1L << 48, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      assertEquals(-1, call(instance, "grow", pages));
    }
    assertEquals(2, call(instance, "grow", 1L));
    assertEquals(3, call(instance, "size"));
  }

  @Test
  void givenMoreThan4GiBThenBytesBehindThemAreReached() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(),
        "without reserved memory 4 GiB are taken at once: not tested");
    Instance instance = new TestModule().memory64(0, -1).func("grow", "i64 -> i64", "local.get 0; memory.grow")
        .func("set", "i64 i32 ->", "local.get 0; local.get 1; i32.store 4294967296")
        .func("get", "i64 -> i32", "local.get 0; i32.load 0")
        .func("fill", "i64 i64 ->", "local.get 0; i32.const 7; local.get 1; memory.fill").instantiate(store);
    Assumptions.assumeTrue(call(instance, "grow", 65_537L) == 0, "the system has no 4 GiB of addresses: not tested");

    instance.func("set").orElseThrow().call(65_532L, 42);
    instance.func("fill").orElseThrow().call((1L << 32) + 16, 4L);

    assertEquals(42, call(instance, "get", (1L << 32) + 65_532));
    assertEquals(0x0707_0707, call(instance, "get", (1L << 32) + 16));
    assertEquals(0, call(instance, "get", 65_532L));
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "set", 65_533L, 1);
  }

  @Test
  void bulkInstructionsCheckRangesThatWrapAround() {
    Instance instance = new TestModule().memory64(1, 1).memory(1, 1).passiveData(new byte[] {1, 2, 3, 4})
        .func("fill", "i64 i64 ->", "local.get 0; i32.const 9; local.get 1; memory.fill 0")
        .func("within", "i64 i64 i64 ->", "local.get 0; local.get 1; local.get 2; memory.copy 0 0")
        .func("out", "i32 i64 i32 ->", "local.get 0; local.get 1; local.get 2; memory.copy 1 0")
        .func("in", "i64 i32 i32 ->", "local.get 0; local.get 1; local.get 2; memory.copy 0 1")
        .func("init", "i64 i32 i32 ->", "local.get 0; local.get 1; local.get 2; memory.init 0 0")
        .func("get", "i64 -> i32", "local.get 0; i32.load 0").instantiate(store);

    instance.func("init").orElseThrow().call(65_532L, 0, 4);
    instance.func("out").orElseThrow().call(8, 65_532L, 4);
    instance.func("in").orElseThrow().call(16L, 8, 4);
    assertEquals(0x0403_0201, call(instance, "get", 16L));
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "fill", 1L, -1L);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "fill", -1L, 1L);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "fill", -1L, 2L);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "within", 0L, Long.MIN_VALUE, Long.MIN_VALUE);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "within", -4L, 0L, 4L);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "out", -4, 0L, 4);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "out", 0, -4L, 8);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "in", -4L, 0, 8);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "init", -4L, 0, 4);
    assertTraps(Trap.Kind.MEMORY_OUT_OF_BOUNDS, instance, "init", 0L, -1, 2);
    assertEquals(0x0403_0201, call(instance, "get", 16L));
  }

  @Test
  void tablesTakeIndicesAs64BitNumbers() {
    Instance instance = new TestModule().table64(ValType.FUNCREF, 2, 4).elements("i64.const 1", 0)
        .func("seven", "-> i32", "i32.const 7")
        .func("call", "i64 -> i32", "local.get 0; call_indirect -> i32")
        .func("isNull", "i64 -> i32", "local.get 0; table.get 0; ref.is_null")
        .func("grow", "i64 -> i64", "ref.null func; local.get 0; table.grow 0")
        .func("fill", "i64 i64 ->", "local.get 0; ref.null func; local.get 1; table.fill 0")
        .func("copy", "i64 i64 i64 ->", "local.get 0; local.get 1; local.get 2; table.copy 0 0")
        .func("clear", "i64 ->", "local.get 0; ref.null func; table.set 0")
        .func("size", "-> i64", "table.size 0").instantiate(store);

    assertEquals(7, call(instance, "call", 1L));
    assertEquals(1, call(instance, "isNull", 0L));
    for (long index : new long[] {2, (1L << 32) + 1, -1, Long.MIN_VALUE + 1}) {
      assertTraps(Trap.Kind.UNDEFINED_ELEMENT, instance, "call", index);
      assertTraps(Trap.Kind.TABLE_OUT_OF_BOUNDS, instance, "isNull", index);
      assertTraps(Trap.Kind.TABLE_OUT_OF_BOUNDS, instance, "clear", index);
      assertTraps(Trap.Kind.TABLE_OUT_OF_BOUNDS, instance, "fill", index, 1L);
      assertTraps(Trap.Kind.TABLE_OUT_OF_BOUNDS, instance, "fill", 1L, index);
      assertTraps(Trap.Kind.TABLE_OUT_OF_BOUNDS, instance, "copy", index, 0L, 1L);
    }
    assertEquals(-1, call(instance, "grow", -1L));
    assertEquals(-1, call(instance, "grow", 1L << 32));
    assertEquals(2, call(instance, "grow", 2L));
    assertEquals(4, call(instance, "size"));
    instance.func("copy").orElseThrow().call(3L, 1L, 1L);
    assertEquals(7, call(instance, "call", 3L));
  }

  @Test
  void importsMustHaveTheSameAddressType() throws LinkError {
    MemoryType type = new MemoryType(new Limits(1, 2), false, ValType.I64);
    Linker linker = new Linker(store).define("env", "m", Memory.create(store, type))
        .define("env", "t", Table.create(store, new TableType(ValType.FUNCREF, new Limits(1, 1), ValType.I64), 0));
    Module wantsMemory = new TestModule().importMemory("env", "m", 1, 2).compile(store.engine());
    Module wantsTable = new TestModule().importTable("env", "t", ValType.FUNCREF, 1, 1).compile(store.engine());

    assertThrows(LinkError.class, () -> linker.instantiate(wantsTable));
    LinkError error = assertThrows(LinkError.class, () -> linker.instantiate(wantsMemory));
    assertEquals("incompatible import type: \"env\" \"m\" is a 64-bit memory of 1 to 2 pages"
        + " where a memory of 1 to 2 pages is needed", error.getMessage());
  }

  @Test
  void moreThanTheStoreMayHaveIsALinkError() {
    for (long pages : new long[] {1L << 18, (1L << 47) - 1, 1L << 47, 1L << 48}) {
      MemoryType type = new MemoryType(new Limits(pages, Limits.UNBOUNDED), false, ValType.I64);
      assertThrows(LinkError.class, () -> Memory.create(store, type));
    }
    for (long elements : new long[] {1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
      TableType type = new TableType(ValType.FUNCREF, new Limits(elements, Limits.UNBOUNDED), ValType.I64);
      assertThrows(LinkError.class, () -> Table.create(store, type, 0));
    }
    assertEquals(0, store.memoryBytes());
  }

  @Test
  void givenTheFeatureSwitchedOffThenMemoriesAndTablesAreRefusedByItsName() throws CompileError {
    byte[] memory = new TestModule().memory64(1, 1).bytes();
    byte[] table = new TestModule().table64(ValType.FUNCREF, 1, 1).bytes();

    for (byte[] bytes : new byte[][] {memory, table}) {
      CompileError error = assertThrows(CompileError.class, () -> ModuleReader.read(bytes, Set.of()));
      assertEquals(CompileError.Kind.UNSUPPORTED, error.kind());
      assertTrue(error.getMessage().startsWith("64-bit memories and tables not supported"), error.getMessage());
    }
    assertFalse(ModuleReader.read(new TestModule().memory(1, 1).bytes(), Set.of()).memories()[0].shared());
  }

  @Test
  void theAddressTypeIsPartOfTheTypeThatIsSeen() {
    Instance instance = new TestModule().memory64(1, 2).export("m", 2, 0).instantiate(store);

    assertEquals(new MemoryType(new Limits(1, 2), false, ValType.I64), instance.memory("m").orElseThrow().type());
  }
}
