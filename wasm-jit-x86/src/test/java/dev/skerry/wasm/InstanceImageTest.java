package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ImportType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.Kernel;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An instance that begins with an image is the same as one that was instantiated the plain way, to the bit. */
class InstanceImageTest {

  private static final int PAGE = 65_536;
  private static final int PAGES = 40;

  private final Engine engine = Engine.create();

  /**
   * Its start function grows memory and table, writes far into the memory, sets globals, puts a function into the table
   * and drops a passive segment.
   */
  private static ModuleBuilder busyStart() {
    return new ModuleBuilder()
        .importFunction("host", "now", "->i32")
        .memory(1, 100)
        .table(ValType.FUNCREF, 2, 20)
        .global(ValType.I64, true, code -> code.i64(1))
        .global(ValType.FUNCREF, true, code -> code.op(Opcode.REF_NULL, 0x70))
        .function("start", "->", code -> code
            .i32(PAGES - 1).op(Opcode.MEMORY_GROW, 0).op(Opcode.DROP)
            .i32((PAGES - 2) * PAGE).i64(0x1234_5678_9abc_def0L).op(Opcode.I64_STORE, 3, 16)
            .op(Opcode.REF_NULL, 0x70).i32(3).op(Opcode.TABLE_GROW, 0).op(Opcode.DROP)
            .i32(4).op(Opcode.REF_FUNC, 2).op(Opcode.TABLE_SET, 0)
            .i32(3).op(Opcode.REF_FUNC, 0).op(Opcode.TABLE_SET, 0)
            .i64(77).op(Opcode.GLOBAL_SET, 0)
            .op(Opcode.REF_FUNC, 2).op(Opcode.GLOBAL_SET, 1)
            .op(Opcode.DATA_DROP, 1))
        .function("seven", "->i32", code -> code.i32(7))
        .function("call", "i32->i32", code -> code.get(0).op(Opcode.CALL_INDIRECT, 0, 0))
        .function("init", "->", code -> code.i32(0).i32(0).i32(1).op(Opcode.MEMORY_INIT, 1, 0))
        .start(1)
        .declare(0, 2)
        .elements(0, 2)
        .data(100, new byte[] {1, 2, 3})
        .passiveData(new byte[] {4})
        .export("memory", 2, 0)
        .export("table", 1, 0)
        .export("count", 3, 0)
        .export("chosen", 3, 1);
  }

  private Linker linker(Store store, Module module) {
    Linker linker = new Linker(store);
    for (ImportType wanted : module.imports()) {
      linker.define(wanted.module(), wanted.name(), (FuncType) wanted.type(), (caller, slots) -> slots[0] = 42);
    }
    return linker;
  }

  private static void assertSame(Instance plain, Instance imaged) {
    assertEquals(plain.exports().keySet(), imaged.exports().keySet());
    for (Map.Entry<String, Extern> export : plain.exports().entrySet()) {
      Extern other = imaged.exports().get(export.getKey());
      assertEquals(export.getValue().type(), other.type(), export.getKey());
      if (export.getValue() instanceof Memory memory) {
        assertArrayEquals(bytes(memory), bytes((Memory) other), export.getKey());
      } else if (export.getValue() instanceof Global global && !global.type().value().isReference()) {
        assertEquals(global.get(), ((Global) other).get(), export.getKey());
      } else if (export.getValue() instanceof Table table) {
        for (int i = 0; i < table.size(); i++) {
          assertEquals(table.get(i) == 0, ((Table) other).get(i) == 0, export.getKey() + " " + i);
        }
      }
    }
  }

  private static byte[] bytes(Memory memory) {
    byte[] bytes = new byte[Math.toIntExact(memory.byteLength())];
    memory.read(0, bytes, 0, bytes.length);
    return bytes;
  }

  @Test
  void givenAStartFunctionThatDoesMuchWhenBegunWithItsImageThenAllIsTheSame() throws CompileError, LinkError {
    Module module = Module.compile(engine, busyStart().build());
    try (InstanceImage image = InstanceImage.of(engine, module); Store one = engine.newStore();
        Store other = engine.newStore()) {
      // References have other numbers in this store.
      linker(other, module).instantiate(module);
      Instance plain = linker(one, module).instantiate(module);
      Instance imaged = linker(other, module).instantiate(image);
      assertSame(plain, imaged);
      for (Instance instance : List.of(plain, imaged)) {
        assertEquals((long) PAGES * PAGE, instance.memory("memory").orElseThrow().byteLength());
        assertEquals(77L, instance.global("count").orElseThrow().get());
        assertEquals(7, instance.store().funcOf((int) instance.global("chosen").orElseThrow().get()).call()[0]);
        assertEquals(7, instance.func("call").orElseThrow().call(0)[0]);
        assertEquals(7, instance.func("call").orElseThrow().call(4)[0]);
        assertEquals(42, instance.func("call").orElseThrow().call(3)[0], "an import, in the table");
        assertThrows(Trap.class, () -> instance.func("call").orElseThrow().call(1));
        assertThrows(Trap.class, () -> instance.func("init").orElseThrow().call(), "the segment was dropped");
      }
    }
  }

  @Test
  void givenInstancesOfOneImageWhenOneIsWrittenToThenTheOthersStay() throws CompileError, LinkError {
    Module module = Module.compile(engine, busyStart().build());
    InstanceImage image = InstanceImage.of(engine, module);
    assertTrue(image.byteLength() > (long) (PAGES - 2) * PAGE && image.byteLength() < (long) PAGES * PAGE,
        () -> "only what is not zero is kept: " + image.byteLength());
    try (Store store = engine.newStore()) {
      Instance first = linker(store, module).instantiate(image);
      Instance second = linker(store, module).instantiate(image);
      byte[] before = bytes(second.memory("memory").orElseThrow());
      Memory written = first.memory("memory").orElseThrow();
      written.write(0, new byte[PAGE], 0, PAGE);
      written.putInt((PAGES - 2) * PAGE + 16, -1);
      assertArrayEquals(before, bytes(second.memory("memory").orElseThrow()));
      image.close();
      assertArrayEquals(before, bytes(second.memory("memory").orElseThrow()), "the image was closed");
      assertThrows(IllegalStateException.class, () -> linker(store, module).instantiate(image));
    }
  }

  /** What a slot held that began with an image is gone for whoever gets the slot next. */
  @Test
  void givenAStoreThatUsedAnImageWhenItIsClosedThenTheNextMemoryIsZero() throws CompileError, LinkError {
    Module module = Module.compile(engine, busyStart().build());
    Module empty = Module.compile(engine, new ModuleBuilder().memory(PAGES, 100).export("memory", 2, 0).build());
    try (InstanceImage image = InstanceImage.of(engine, module)) {
      for (int i = 0; i < 10; i++) {
        try (Store store = engine.newStore()) {
          linker(store, module).instantiate(image);
        }
        try (Store store = engine.newStore()) {
          Memory memory = new Linker(store).instantiate(empty).memory("memory").orElseThrow();
          assertArrayEquals(new byte[PAGES * PAGE], bytes(memory));
        }
      }
    }
  }

  @Test
  void givenKernelsWhenBegunWithAnImageThenTheyAnswerTheSame() throws IOException, CompileError, LinkError {
    for (Kernel.Group group : List.of(Kernel.Group.PROGRAMS, Kernel.Group.SIMD)) {
      Module module = Module.compile(engine, Kernel.binary(group.module()));
      try (InstanceImage image = InstanceImage.of(engine, module); Store store = engine.newStore()) {
        Instance plain = new Linker(store).instantiate(module);
        Instance imaged = new Linker(store).instantiate(image);
        assertSame(plain, imaged);
        for (Kernel kernel : Kernel.values()) {
          if (kernel.group.module().equals(group.module())) {
            assertEquals(kernel.smallAnswer, imaged.func(kernel.export()).orElseThrow().call(kernel.smallSize)[0]);
          }
        }
      }
    }
  }

  @Test
  void givenAnUnpredictableStartWhenAnImageIsAskedForThenItIsRefusedWithTheReason() throws CompileError {
    Module calls = Module.compile(engine, new ModuleBuilder().importFunction("host", "now", "->i32")
        .local("->", List.of(), code -> code.call(0).op(Opcode.DROP)).start(1).build());
    assertEquals("the module has no image: the start function calls \"host\" \"now\"",
        assertThrows(LinkError.class, () -> InstanceImage.of(engine, calls)).getMessage());
    Module imports = Module.compile(engine, new ModuleBuilder().importMemory("host", "memory", 1, 1).build());
    assertTrue(assertThrows(LinkError.class, () -> InstanceImage.of(engine, imports)).getMessage()
        .contains("\"host\" \"memory\" has no image"));
  }

  @Test
  void givenALimitBelowTheImageWhenInstantiatedThenItIsALinkErrorAndNothingIsLeft() throws CompileError, LinkError {
    Module module = Module.compile(engine, busyStart().build());
    try (InstanceImage image = InstanceImage.of(engine, module);
        Store store = engine.newStore(StoreLimits.DEFAULT.withMemoryBytes(10 * PAGE))) {
      assertThrows(LinkError.class, () -> linker(store, module).instantiate(image));
      assertEquals(0, store.memoryBytes());
    }
  }
}
