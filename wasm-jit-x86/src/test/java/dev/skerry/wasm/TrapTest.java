package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.FuncType;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a trap tells, and what is left after one. */
class TrapTest {

  private final Store store = Engine.create().newStore();

  @AfterEach
  void close() {
    store.close();
  }

  private Trap trap(Instance instance, String name, Object... args) {
    return assertThrows(Trap.class, () -> instance.func(name).orElseThrow().call(args));
  }

  @Test
  void theBacktraceNamesModuleFunctionsAndOffsetsInnermostFirst() {
    TestModule module = new TestModule().name("demo").func("outer", "->", "nop; call 1").func(null, "->", "call 2")
        .func(null, "->", "nop; nop; unreachable").name(1, "middle").name(2, "inner");
    byte[] bytes = module.bytes();

    Trap trap = trap(module.instantiate(store), "outer");

    assertEquals(Trap.Kind.UNREACHABLE, trap.kind());
    assertEquals("unreachable", trap.getMessage());
    assertEquals(List.of("inner", "middle", "outer"), trap.frames().stream().map(Trap.Frame::name).toList());
    assertEquals(List.of(2, 1, 0), trap.frames().stream().map(Trap.Frame::function).toList());
    assertEquals(List.of("demo", "demo", "demo"), trap.frames().stream().map(Trap.Frame::module).toList());
    assertEquals(List.of(0x00, 0x10, 0x10),
        trap.frames().stream().map(frame -> (int) bytes[(int) frame.offset()]).toList());
  }

  @Test
  void whereTheStackIsExhaustedIsTheBeginOfTheBodyThatDidNotFit() throws CompileError {
    TestModule module = new TestModule()
        .func("plain", "-> i32", "i32.const 1; drop; call 0")
        .func("withLocals", "i32 -> i32", "i64 f64", "i32.const 0; drop; i64.const 1; drop; local.get 0; call 1");
    var bodies = ModuleReader.read(module.bytes(), EnumSet.allOf(Feature.class)).bodies();
    Instance instance = module.instantiate(store);

    List<Trap.Frame> plain = trap(instance, "plain").frames();
    List<Trap.Frame> withLocals = trap(instance, "withLocals", 1).frames();

    assertEquals(bodies.get(0).offset(), plain.get(0).offset());
    assertEquals(bodies.get(1).offset(), withLocals.get(0).offset());
    assertEquals(bodies.get(0).offset() + 3, plain.get(1).offset());
    assertEquals(bodies.get(1).offset() + 8, withLocals.get(1).offset());
  }

  @Test
  void aTrapOfTheHostGetsTheFramesOfTheGuest() {
    Linker linker = new Linker(store).define("h", "refuse", FuncType.of("->"), (caller, slots) -> {
      throw Trap.host("no such pointer");
    });
    Instance instance = new TestModule().importFunc("h", "refuse", "->").func("run", "->", "call 0")
        .instantiate(linker, store);

    Trap trap = trap(instance, "run");

    assertEquals(Trap.Kind.HOST, trap.kind());
    assertEquals("host: no such pointer", trap.getMessage());
    assertEquals(List.of("run"), trap.frames().stream().map(Trap.Frame::name).toList());
  }

  @Test
  void aTrapInsideANestedCallShowsBothActivations() {
    Linker linker = new Linker(store).define("h", "back", FuncType.of("->"), (caller, slots) ->
        caller.func("inner").orElseThrow().call());
    Instance instance = new TestModule().importFunc("h", "back", "->").func("outer", "->", "call 0")
        .func("inner", "->", "unreachable").instantiate(linker, store);

    assertEquals(List.of("inner", "outer"),
        trap(instance, "outer").frames().stream().map(Trap.Frame::name).toList());
  }

  @Test
  void anExceptionOfAHostFunctionPassesThroughUnchangedAndLeavesTheStoreUsable() {
    RuntimeException mine = new RuntimeException("mine");
    Linker linker = new Linker(store).define("h", "fail", FuncType.of("->"), (caller, slots) -> {
      throw mine;
    }).define("h", "deep", FuncType.of("->"), (caller, slots) -> exhaust(0));
    Instance instance = new TestModule().importFunc("h", "fail", "->").importFunc("h", "deep", "->")
        .func("fail", "->", "call 0").func("deep", "->", "call 1").func("fine", "-> i32", "i32.const 7")
        .instantiate(linker, store);

    assertSame(mine, assertThrows(RuntimeException.class, () -> instance.func("fail").orElseThrow().call()));
    assertThrows(StackOverflowError.class, () -> instance.func("deep").orElseThrow().call());
    assertEquals(7, instance.func("fine").orElseThrow().call()[0]);
  }

  private static int exhaust(int depth) {
    return exhaust(depth + 1) + 1;
  }

  @Test
  void everyTrapOfTheCoreHasItsKind() {
    Instance instance = new TestModule().memory(1, 1)
        .func("div", "i32 i32 -> i32", "local.get 0; local.get 1; i32.div_s")
        .func("rem", "i64 i64 -> i64", "local.get 0; local.get 1; i64.rem_u")
        .func("trunc", "f64 -> i32", "local.get 0; i32.trunc_f64_s")
        .func("load", "i32 -> i32", "local.get 0; i32.load 0")
        .func("unreachable", "->", "unreachable").instantiate(store);

    assertEquals(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, trap(instance, "div", 1, 0).kind());
    assertEquals(Trap.Kind.INTEGER_OVERFLOW, trap(instance, "div", Integer.MIN_VALUE, -1).kind());
    assertEquals(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, trap(instance, "rem", 1L, 0L).kind());
    assertEquals(Trap.Kind.INTEGER_OVERFLOW, trap(instance, "trunc", 1e10).kind());
    assertEquals(Trap.Kind.INVALID_CONVERSION, trap(instance, "trunc", Double.NaN).kind());
    assertEquals(Trap.Kind.MEMORY_OUT_OF_BOUNDS, trap(instance, "load", 65533).kind());
    assertEquals(Trap.Kind.UNREACHABLE, trap(instance, "unreachable").kind());
  }

  @Test
  void whatAFunctionWroteBeforeItTrappedStays() {
    Instance instance = new TestModule().memory(1, 1).export("m", 2, 0)
        .func("run", "->", "i32.const 0; i32.const 5; i32.store 0; unreachable").instantiate(store);

    trap(instance, "run");

    assertEquals(5, instance.memory("m").orElseThrow().getInt(0));
  }
}
