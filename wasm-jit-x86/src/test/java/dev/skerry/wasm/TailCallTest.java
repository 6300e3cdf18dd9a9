package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tail calls take no stack, whatever the signatures are (WASM core 4.4.8.11). */
class TailCallTest {

  private static final int MANY = 1_000_000;

  private final Store store = Engine.create().newStore();

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aMillionTailCallsOfGrowingAndShrinkingSignaturesReturnToTheFirstCaller() {
    Instance instance = new TestModule()
        .func("few", "i32 i64 -> i64", """
            local.get 0
            i32.eqz
            if
              local.get 1
              return
            end
            local.get 0; i32.const 1; i32.sub; local.get 1; i64.const 1; i64.add
            i64.const 7; i64.const 8; i64.const 9; i64.const 10; i64.const 11
            return_call 1""")
        .func("many", "i32 i64 i64 i64 i64 i64 i64 -> i64", "local.get 0; local.get 1; return_call 0")
        .func("run", "i32 -> i64", "local.get 0; i64.const 0; call 0; i64.const 1000; i64.mul").instantiate(store);

    assertEquals(1000L * MANY, instance.func("run").orElseThrow().call(MANY)[0]);
    assertEquals((long) MANY, instance.func("few").orElseThrow().call(MANY, 0L)[0]);
  }

  @Test
  void indirectTailCallsCheckAsIndirectCallsDo() {
    Instance instance = new TestModule().table(ValType.FUNCREF, 3, 3).elements("i32.const 0", 0, 1)
        .func("down", "i32 -> i32", """
            local.get 0
            if
              local.get 0; i32.const 1; i32.sub; i32.const 0; return_call_indirect i32 -> i32
            end
            i32.const 42""")
        .func("other", "->", "")
        .func("at", "i32 -> i32", "i32.const 0; local.get 0; return_call_indirect i32 -> i32").instantiate(store);
    Func at = instance.func("at").orElseThrow();

    assertEquals(42, instance.func("down").orElseThrow().call(MANY)[0]);
    assertEquals(42, at.call(0)[0]);
    assertEquals(Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH, assertThrows(Trap.class, () -> at.call(1)).kind());
    assertEquals(Trap.Kind.UNINITIALIZED_ELEMENT, assertThrows(Trap.class, () -> at.call(2)).kind());
    assertEquals(Trap.Kind.UNDEFINED_ELEMENT, assertThrows(Trap.class, () -> at.call(3)).kind());
  }

  @Test
  void aHostFunctionOrOneOfAnotherInstanceMayBeTheLastCall() {
    Linker linker = new Linker(store).define("h", "f", FuncType.of("i32 i32 i32 -> i32 i32"), (caller, slots) -> {
      slots[0] += slots[1];
      slots[1] = slots[2];
    });
    Instance library = new TestModule().global(ValType.I32, true, "i32.const 5")
        .func("add", "i32 -> i32", "local.get 0; global.get 0; i32.add").instantiate(store);
    linker.define("lib", library);
    Instance instance = new TestModule().importFunc("h", "f", "i32 i32 i32 -> i32 i32")
        .importFunc("lib", "add", "i32 -> i32").global(ValType.I32, true, "i32.const 100")
        .func("host", "i32 -> i32 i32", "local.get 0; i32.const 2; i32.const 3; return_call 0")
        .func("far", "-> i32", "i32.const 1; return_call 1")
        .func("both", "-> i32", "call 3; global.get 0; i32.add")
        .instantiate(linker, store);

    assertArrayEquals(new Object[] {12, 3}, instance.func("host").orElseThrow().call(10));
    assertEquals(6, instance.func("far").orElseThrow().call()[0]);
    assertEquals(106, instance.func("both").orElseThrow().call()[0]);
  }

  @Test
  void theBacktraceOfATrapInATailCalledFunctionLeavesOutTheCallerThatIsGone() {
    Instance instance = new TestModule().func("outer", "i32 ->", "local.get 0; call 1")
        .func("gone", "i32 ->", "local.get 0; local.get 0; local.get 0; return_call 2")
        .func("last", "i32 i32 i32 ->", "unreachable").instantiate(store);

    Trap trap = assertThrows(Trap.class, () -> instance.func("outer").orElseThrow().call(1));

    assertEquals(List.of("last", "outer"), trap.frames().stream().map(Trap.Frame::name).toList());
  }

  @Test
  void aFrameThatATailCallMakesTooLargeExhaustsTheStack() {
    String locals = String.join(" ", Collections.nCopies(40_000, "i64"));
    Instance instance = new TestModule().func("small", "->", "return_call 1")
        .func("large", "->", locals, "call 2").func("larger", "->", locals, "call 1").instantiate(store);

    Trap trap = assertThrows(Trap.class, () -> instance.func("small").orElseThrow().call());

    assertEquals(Trap.Kind.STACK_EXHAUSTED, trap.kind());
  }
}
