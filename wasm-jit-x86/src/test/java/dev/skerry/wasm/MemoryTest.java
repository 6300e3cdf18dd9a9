package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.format.TableType;
import dev.skerry.wasm.format.ValType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memories, tables and globals from both sides. */
class MemoryTest {

  private final Store store = Engine.create().newStore();

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @CsvSource({"i32.load8_u,1", "i32.load16_s,2", "i32.load,4", "i64.load,8", "f32.load,4", "f64.load,8",
      "i64.load8_s,1", "i64.load32_u,4"})
  void loadsReachTheLastByteAndNotOneMore(String load, int width) {
    Instance instance = new TestModule().memory(1, 3)
        .func("at", "i32 ->", "local.get 0; " + load + " 0; drop")
        .func("folded", "i32 ->", "local.get 0; " + load + " 65536; drop")
        .func("huge", "i32 ->", "local.get 0; " + load + " 4294967295; drop")
        .func("grow", "->", "i32.const 1; memory.grow; drop").instantiate(store);
    Func at = instance.func("at").orElseThrow();
    Func folded = instance.func("folded").orElseThrow();

    at.call(65536 - width);
    assertThrows(Trap.class, () -> at.call(65536 - width + 1));
    assertThrows(Trap.class, () -> at.call(-1));
    assertThrows(Trap.class, () -> at.call(-width));
    assertThrows(Trap.class, () -> folded.call(0));
    instance.func("grow").orElseThrow().call();
    folded.call(65536 - width);
    at.call(131072 - width);
    assertThrows(Trap.class, () -> folded.call(65536 - width + 1));
    assertThrows(Trap.class, () -> folded.call(-65536));
    assertThrows(Trap.class, () -> instance.func("huge").orElseThrow().call(1));
    assertThrows(Trap.class, () -> instance.func("huge").orElseThrow().call(-1));
  }

  @ParameterizedTest
  @CsvSource({"i32.store8,i32,1", "i32.store16,i32,2", "i32.store,i32,4", "i64.store,i64,8", "f64.store,f64,8",
      "i64.store32,i64,4"})
  void storesReachTheLastByteAndWriteNothingWhenTheyTrap(String instruction, String type, int width) {
    Instance instance = new TestModule().memory(1, 1).export("m", 2, 0)
        .func("at", "i32 ->", "local.get 0; " + type + ".const 1; " + instruction + " 0").instantiate(store);
    Func at = instance.func("at").orElseThrow();

    at.call(65536 - width);
    assertThrows(Trap.class, () -> at.call(65536 - width + 1));

    byte[] before = new byte[65536 - width];
    assertArrayEquals(before, instance.memory("m").orElseThrow().read(0, before.length));
  }

  @Test
  void accessFromJavaIsCheckedAgainstTheLengthAtThatMoment() throws LinkError {
    Memory memory = Memory.create(store, new MemoryType(new Limits(1, 2)));
    memory.putLong(65528, -2);
    memory.putShort(0, (short) 0x1234);

    assertEquals(-2, memory.getLong(65528));
    assertEquals(0x34, memory.getByte(0));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.getLong(65529));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.putInt(-1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.read(65530, 8));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.read(0, Integer.MAX_VALUE));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.write(Long.MAX_VALUE, new byte[2], 0, 2));
    assertEquals(1, memory.grow(1));
    assertEquals(0, memory.getLong(65536));
    assertEquals(-1, memory.grow(1));
    assertEquals(131072, memory.byteLength());
  }

  @Test
  void bulkInstructionsCheckBeforeTheyWrite() {
    Instance instance = new TestModule().memory(1, 1).export("m", 2, 0).passiveData(new byte[] {1, 2, 3, 4})
        .func("fill", "i32 i32 ->", "local.get 0; i32.const 255; local.get 1; memory.fill 0")
        .func("copy", "i32 i32 i32 ->", "local.get 0; local.get 1; local.get 2; memory.copy 0 0")
        .func("init", "i32 i32 i32 ->", "local.get 0; local.get 1; local.get 2; memory.init 0 0")
        .func("drop", "->", "data.drop 0").instantiate(store);
    Memory memory = instance.memory("m").orElseThrow();

    assertThrows(Trap.class, () -> instance.func("fill").orElseThrow().call(65530, 7));
    assertEquals(0, memory.getByte(65535));
    instance.func("fill").orElseThrow().call(65536, 0);
    instance.func("init").orElseThrow().call(10, 1, 3);
    assertEquals(0x00040302, memory.getInt(10));
    assertThrows(Trap.class, () -> instance.func("init").orElseThrow().call(10, 2, 3));
    instance.func("copy").orElseThrow().call(11, 10, 3);
    assertEquals(0x04030202, memory.getInt(10));
    instance.func("copy").orElseThrow().call(10, 11, 3);
    assertEquals(0x04040302, memory.getInt(10));
    assertThrows(Trap.class, () -> instance.func("copy").orElseThrow().call(0, 65535, 2));
    instance.func("drop").orElseThrow().call();
    instance.func("init").orElseThrow().call(0, 0, 0);
    assertThrows(Trap.class, () -> instance.func("init").orElseThrow().call(0, 0, 1));
  }

  @Test
  void overlappingCopiesLongerThanASliceComeOutWhole() {
    int length = 3 << 20;
    Instance instance = new TestModule().memory(64, 64).export("m", 2, 0)
        .func("copy", "i32 i32 i32 ->", "local.get 0; local.get 1; local.get 2; memory.copy 0 0").instantiate(store);
    Memory memory = instance.memory("m").orElseThrow();
    byte[] pattern = new byte[length];
    new java.util.Random(1).nextBytes(pattern);
    memory.write(0, pattern, 0, length);

    instance.func("copy").orElseThrow().call(1000, 0, length);
    assertArrayEquals(pattern, memory.read(1000, length));
    instance.func("copy").orElseThrow().call(0, 1000, length);
    assertArrayEquals(pattern, memory.read(0, length));
  }

  @Test
  void tablesGrowFillCopyAndAreReadFromJava() throws LinkError {
    Table table = Table.create(store, new TableType(ValType.EXTERNREF, new Limits(2, 6)), store.refOf("x"));
    Linker linker = new Linker(store).define("env", "t", table);
    Instance instance = new TestModule().importTable("env", "t", ValType.EXTERNREF, 2, 6)
        .func("grow", "externref i32 -> i32", "local.get 0; local.get 1; table.grow 0")
        .func("set", "i32 externref ->", "local.get 0; local.get 1; table.set 0")
        .func("get", "i32 -> externref", "local.get 0; table.get 0")
        .func("copy", "i32 i32 i32 ->", "local.get 0; local.get 1; local.get 2; table.copy 0 0")
        .func("size", "-> i32", "table.size 0").instantiate(linker, store);

    assertEquals(2, instance.func("grow").orElseThrow().call("y", 3)[0]);
    assertEquals(-1, instance.func("grow").orElseThrow().call("y", 2)[0]);
    assertEquals(5, instance.func("size").orElseThrow().call()[0]);
    assertEquals("y", store.externOf(table.get(4)));
    instance.func("set").orElseThrow().call(0, "z");
    instance.func("copy").orElseThrow().call(3, 0, 2);
    assertEquals("z", instance.func("get").orElseThrow().call(3)[0]);
    assertEquals("x", instance.func("get").orElseThrow().call(4)[0]);
    assertThrows(Trap.class, () -> instance.func("copy").orElseThrow().call(3, 0, 3));
    assertThrows(Trap.class, () -> instance.func("get").orElseThrow().call(5));
    assertThrows(IndexOutOfBoundsException.class, () -> table.get(5));
    assertEquals(5, table.grow(1, 0));
    assertEquals(6, instance.func("size").orElseThrow().call()[0]);
  }

  @Test
  void globalsAreSharedByAllWhoImportThem() {
    Global global = Global.create(store, new GlobalType(ValType.I32, true), 0xffff_ffff_0000_0001L);
    Linker linker = new Linker(store).define("env", "g", global);
    TestModule module = new TestModule().importGlobal("env", "g", ValType.I32, true)
        .global(ValType.I64, false, "i64.const 7").export("own", 3, 1)
        .func("inc", "-> i32", "global.get 0; i32.const 1; i32.add; global.set 0; global.get 0");
    Instance one = module.instantiate(linker, store);
    Instance two = module.instantiate(linker, store);

    assertEquals(1, global.get());
    assertEquals(2, one.func("inc").orElseThrow().call()[0]);
    assertEquals(3, two.func("inc").orElseThrow().call()[0]);
    global.set(9);
    assertEquals(10, two.func("inc").orElseThrow().call()[0]);
    assertThrows(IllegalStateException.class, () -> one.global("own").orElseThrow().set(1));
  }
}
