package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls from Java to Wasm and from Wasm to Java. */
class CallTest {

  private final Store store = Engine.create().newStore();

  @AfterEach
  void close() {
    store.close();
  }

  private Object call(Instance instance, String name, Object... args) {
    return instance.func(name).orElseThrow().call(args)[0];
  }

  @Test
  void everyNumericTypeGoesInAndComesOut() {
    Instance instance = new TestModule()
        .func("swap", "i32 i64 f32 f64 -> f64 f32 i64 i32", "local.get 3; local.get 2; local.get 1; local.get 0")
        .instantiate(store);

    Object[] results = instance.func("swap").orElseThrow().call(-1, Long.MIN_VALUE, -0f, Double.NaN);

    assertArrayEquals(new Object[] {Double.NaN, -0f, Long.MIN_VALUE, -1}, results);
  }

  @Test
  void wrongArgumentsAreRefusedBeforeTheCall() {
    Func func = new TestModule().func("f", "i32 -> i32", "local.get 0").instantiate(store).func("f").orElseThrow();

    assertThrows(IllegalArgumentException.class, () -> func.call());
    assertThrows(IllegalArgumentException.class, () -> func.call(1L));
    assertThrows(IllegalArgumentException.class, () -> func.call((Object) null));
    assertThrows(IllegalArgumentException.class, () -> func.invoke(new long[0]));
  }

  @Test
  void theHighHalfOfNarrowSlotsIsIgnoredOnTheWayInAndZeroOnTheWayOut() {
    Linker linker = new Linker(store)
        .define("h", "dirty", FuncType.of("-> i32"), (caller, slots) -> slots[0] = 0xdead_beef_0000_0007L);
    Instance instance = new TestModule().importFunc("h", "dirty", "-> i32")
        .func("wide", "i32 -> i64", "local.get 0; i64.extend_i32_u")
        .func("host", "-> i64", "call 0; i64.extend_i32_u")
        .instantiate(linker, store);
    long[] slots = {0xffff_ffff_0000_0005L};
    instance.func("wide").orElseThrow().invoke(slots);

    assertEquals(5, slots[0]);
    assertEquals(7L, call(instance, "host"));
  }

  @Test
  void aHostFunctionSeesItsArgumentsAndTheInstanceThatImportsIt() {
    List<Object> seen = new ArrayList<>();
    Linker linker = new Linker(store).define("h", "f", FuncType.of("i32 i64 -> i64 i32"), (caller, slots) -> {
      seen.add(caller);
      long first = slots[0];
      slots[0] = slots[1];
      slots[1] = first + 1;
    });
    TestModule module = new TestModule().importFunc("h", "f", "i32 i64 -> i64 i32")
        .func("run", "i32 i64 -> i64 i32", "local.get 0; local.get 1; call 0").export("again", 0, 0);
    Instance one = module.instantiate(linker, store);
    Instance two = module.instantiate(linker, store);

    assertArrayEquals(new Object[] {9L, 5}, one.func("run").orElseThrow().call(4, 9L));
    two.func("run").orElseThrow().call(4, 9L);
    two.func("again").orElseThrow().call(4, 9L);

    assertEquals(List.of(one, two, two), seen);
  }

  @Test
  void aHostFunctionOfNoInstanceHasNoCaller() {
    List<Instance> seen = new ArrayList<>();
    Func func = Func.host(store, FuncType.of("i32 -> i32"), (caller, slots) -> {
      seen.add(caller);
      slots[0] *= 2;
    });
    Linker linker = new Linker(store).define("h", "f", func);
    Instance instance = new TestModule().importFunc("h", "f", "i32 -> i32")
        .func("run", "-> i32", "i32.const 21; call 0").instantiate(linker, store);

    assertEquals(42, call(instance, "run"));
    assertEquals(6, func.call(3)[0]);
    assertNull(seen.get(0));
    assertNull(seen.get(1));
  }

  @Test
  void wasmCallsHostCallsWasm() {
    Instance[] instance = new Instance[1];
    Linker linker = new Linker(store).define("h", "back", FuncType.of("i32 -> i32"), (caller, slots) ->
        caller.func("down").orElseThrow().invoke(slots));
    instance[0] = new TestModule().importFunc("h", "back", "i32 -> i32")
        .func("down", "i32 -> i32", """
            local.get 0
            if i32
              local.get 0; i32.const 1; i32.sub; call 0; local.get 0; i32.add
            else
              i32.const 0
            end""")
        .instantiate(linker, store);

    assertEquals(10 * 11 / 2, call(instance[0], "down", 10));
  }

  @Test
  void aFunctionIsTheSameWhereverItComesFrom() {
    Instance instance = new TestModule().table(ValType.FUNCREF, 2, 2).func("f", "->", "").export("g", 0, 0)
        .export("t", 1, 0).elements("i32.const 1", 0).func("other", "->", "").instantiate(store);
    Func func = instance.func("f").orElseThrow();

    assertEquals(func, instance.func("g").orElseThrow());
    assertEquals(func, store.funcOf(instance.table("t").orElseThrow().get(1)));
    assertEquals(func.ref(), instance.table("t").orElseThrow().get(1));
    assertNotEquals(func, instance.func("other").orElseThrow());
    assertNull(store.funcOf(0));
  }

  @Test
  void externReferencesKeepTheIdentityOfHostObjects() {
    Instance instance = new TestModule().func("id", "externref -> externref", "local.get 0")
        .func("null", "externref -> i32", "local.get 0; ref.is_null").instantiate(store);
    Object object = new Object();

    assertSame(object, call(instance, "id", object));
    assertEquals(store.refOf(object), store.refOf(object));
    assertNull(call(instance, "id", (Object) null));
    assertEquals(1, call(instance, "null", (Object) null));
    assertEquals(0, call(instance, "null", ""));
  }

  @Test
  void aFunctionOfAnotherStoreIsRefused() {
    try (Store other = store.engine().newStore()) {
      Func foreign = new TestModule().func("f", "->", "").instantiate(other).func("f").orElseThrow();
      Instance instance = new TestModule().func("take", "funcref ->", "").instantiate(store);

      assertThrows(IllegalArgumentException.class, () -> instance.func("take").orElseThrow().call(foreign));
      assertThrows(IllegalArgumentException.class, () -> new Linker(store).define("a", "b", foreign));
    }
  }

  @Test
  void moreResultsThanParametersComeBackWhole() {
    Instance instance = new TestModule()
        .func("many", "i32 -> i32 i32 i32 i32 i32 i32 i32",
            "local.get 0; i32.const 1; i32.const 2; i32.const 3; i32.const 4; i32.const 5; local.get 0")
        .func("sum", "i32 -> i32", "local.get 0; call 0; i32.add; i32.add; i32.add; i32.add; i32.add; i32.add")
        .instantiate(store);

    assertArrayEquals(new Object[] {9, 1, 2, 3, 4, 5, 9}, instance.func("many").orElseThrow().call(9));
    assertEquals(33, call(instance, "sum", 9));
  }

  @Test
  void indirectCallsAcrossModulesCompareTypesByStructure() {
    Instance callee = new TestModule().func("unrelated", "f64 ->", "").func("inc", "i32 -> i32",
        "local.get 0; i32.const 1; i32.add").instantiate(store);
    Linker linker = new Linker(store).define("m", callee);
    Instance caller = new TestModule().importFunc("m", "inc", "i32 -> i32").importFunc("m", "unrelated", "f64 ->")
        .table(ValType.FUNCREF, 4, 4).elements("i32.const 1", 0, 1)
        .func("run", "i32 -> i32", "i32.const 41; local.get 0; call_indirect i32 -> i32").instantiate(linker, store);

    assertEquals(42, call(caller, "run", 1));
    assertEquals(Trap.Kind.UNINITIALIZED_ELEMENT, assertThrows(Trap.class, () -> call(caller, "run", 0)).kind());
    assertEquals(Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH, assertThrows(Trap.class, () -> call(caller, "run", 2)).kind());
    assertEquals(Trap.Kind.UNDEFINED_ELEMENT, assertThrows(Trap.class, () -> call(caller, "run", 4)).kind());
    assertEquals(Trap.Kind.UNDEFINED_ELEMENT, assertThrows(Trap.class, () -> call(caller, "run", -1)).kind());
  }
}
