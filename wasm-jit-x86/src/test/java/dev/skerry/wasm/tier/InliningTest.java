package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompilerFindings;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.WasmException;
import dev.skerry.wasm.format.ValType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A function whose code is within its callers' does what it would do alone, and nobody can tell but by the time. */
class InliningTest {

  private static final Pattern CALL = Pattern.compile("call (QWORD|.*; function)");

  private final List<Store> stores = new ArrayList<>();
  private Engine engine;

  @BeforeEach
  void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.isNative(), "machine code runs on native memory only");
    engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.JIT));
  }

  @AfterEach
  void close() {
    stores.forEach(Store::close);
    CompilerFindings.assertSound(engine);
  }

  private Instance instance(Engine on, TestModule module) throws CompileError, LinkError {
    Store store = on.newStore();
    stores.add(store);
    return new Linker(store).instantiate(Module.compile(on, module.bytes()));
  }

  private boolean calls(TestModule module, int function) throws CompileError {
    return CALL.matcher(engine.dump(Module.compile(engine, module.bytes()), function, Dump.ASM)).find();
  }

  /** Function 0 divides, 1 and 2 call the one before, 3 calls 2 in a loop. */
  private static TestModule nested() {
    return new TestModule()
        .func("divide", "i32 -> i32", "i32.const 100; local.get 0; i32.div_u")
        .func("more", "i32 -> i32", "local.get 0; i32.const 1; i32.sub; call 0; i32.const 7; i32.add")
        .func("most", "i32 -> i32", "nop; local.get 0; call 1; local.get 0; call 0; i32.xor")
        .func("sum", "i32 -> i32", "i32", "loop; local.get 1; local.get 0; call 2; i32.add; local.set 1;"
            + " local.get 0; i32.const 1; i32.sub; local.tee 0; i32.const 2; i32.gt_s; br_if 0; end; local.get 1");
  }

  @Test
  void givenSmallFunctionsCalledInALoopWhenCompiledThenNoCallIsLeft() throws CompileError, LinkError {
    assertFalse(calls(nested(), 3));
    int expected = 0;
    for (int i = 9; i > 2; i--) {
      expected += 100 / (i - 1) + 7 ^ 100 / i;
    }
    assertEquals(expected, instance(engine, nested()).func("sum").orElseThrow().call(9)[0]);
  }

  @Test
  void givenATrapInAFunctionWithinOthersWhenItIsCaughtThenItsFramesAreThoseOfTheInterpreter()
      throws CompileError, LinkError {
    Engine interpreter = Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP));
    Func compiled = instance(engine, nested()).func("sum").orElseThrow();
    Func interpreted = instance(interpreter, nested()).func("sum").orElseThrow();
    for (int argument : new int[] {0, 1}) {
      Trap expected = assertThrows(Trap.class, () -> interpreted.call(argument));
      Trap given = assertThrows(Trap.class, () -> compiled.call(argument));

      assertEquals(Trap.Kind.INTEGER_DIVIDE_BY_ZERO, given.kind());
      assertEquals(places(expected), places(given));
      assertEquals(argument == 1 ? List.of(0, 1, 2, 3) : List.of(0, 2, 3),
          given.frames().stream().map(Trap.Frame::function).toList());
    }
  }

  private static List<String> places(Trap trap) {
    return trap.frames().stream().map(frame -> frame.function() + ":" + frame.offset()).toList();
  }

  /** Function 0 throws its argument if that is odd; 1 calls it in a loop, catches, and counts from its own locals. */
  private static TestModule catching() {
    TestModule module = new TestModule().tag("i32 ->");
    return module
        .func("odd", "i32 -> i32", "local.get 0; i32.const 1; i32.and; if; local.get 0; throw 0; end; local.get 0")
        .func("again", "i32 -> i32", "local.get 0; call 0; i32.const 1000; i32.add")
        .func("sum", "i32 -> i32", "i32 i32",
            "loop; block i32; try_table " + module.type("-> i32") + " 0,0,0; local.get 0; call 1; end;"
                + " i32.const 1; local.set 2; end;"
                + " local.get 1; i32.add; local.set 1; local.get 0; i32.const 1; i32.sub; local.tee 0; br_if 0; end;"
                + " local.get 1; local.get 2; i32.const 100000; i32.mul; i32.add");
  }

  @Test
  void givenAFunctionThatThrowsWithinATryWhenItIsInlinedThenItsExceptionLandsThere() throws CompileError, LinkError {
    assertFalse(calls(catching(), 2));
    Instance instance = instance(engine, catching());
    assertEquals(4 + 1000 + 3 + 2 + 1000 + 1 + 100_000, instance.func("sum").orElseThrow().call(4)[0]);
    WasmException thrown = assertThrows(WasmException.class, () -> instance.func("again").orElseThrow().call(5));
    assertEquals(List.of(0, 1), thrown.frames().stream().map(Trap.Frame::function).toList());
  }

  @Test
  void givenAFunctionThatCallsItselfForEverWhenItIsInlinedIntoItselfThenTheStackIsExhausted()
      throws CompileError, LinkError {
    TestModule module = new TestModule()
        .func("down", "i32 -> i32", "local.get 0; i32.eqz; if i32; i32.const 0; else; local.get 0; i32.const 1;"
            + " i32.sub; call 0; i32.const 1; i32.add; end");
    Func down = instance(engine, module).func("down").orElseThrow();

    assertEquals(1000, down.call(1000)[0]);
    Trap trap = assertThrows(Trap.class, () -> down.call(-1));
    assertEquals(Trap.Kind.STACK_EXHAUSTED, trap.kind());
    assertEquals(Trap.MAX_FRAMES, trap.frames().size());
    assertEquals(1000, down.call(1000)[0]);
  }

  @Test
  void givenALargeFunctionOrOneThatIsCalledOnceWhenCompiledThenItIsCalled() throws CompileError {
    String large = "local.get 0; i64.const 3; i64.mul; i64.const 5; i64.xor; local.set 0;".repeat(40);
    TestModule module = new TestModule().func("large", "i64 -> i64", large + "local.get 0")
        .func("loop", "i64 -> i64", "loop; local.get 0; call 0; local.tee 0; i64.eqz; br_if 0; end; local.get 0");

    assertTrue(calls(module, 1));
  }

  /** Elements 0 and 1 are of the type that is called, 2 is of another, 3 is null and from 4 on there is none. */
  private static TestModule indirect() {
    return new TestModule().table(ValType.FUNCREF, 4, 4).elements("i32.const 0", 0, 1, 2)
        .func("add", "i32 -> i32", "local.get 0; i32.const 5; i32.add")
        .func("divide", "i32 -> i32", "i32.const 100; local.get 0; i32.div_u")
        .func("other", "i64 -> i64", "local.get 0")
        .func("again", "i32 i32 -> i32", "i32", "loop; local.get 2; local.get 1; local.get 0; call_indirect i32->i32;"
            + " i32.add; local.set 2; local.get 1; i32.const 1; i32.sub; local.tee 1; i32.const -1; i32.ne; br_if 0;"
            + " end; local.get 2");
  }

  @Test
  void givenATableOfFewFunctionsOfATypeWhenElementsAreCalledThenTheyAreInlinedAndTrapAsInTier0()
      throws CompileError, LinkError {
    Engine interpreter = Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP));
    Instance compiled = instance(engine, indirect());
    Instance interpreted = instance(interpreter, indirect());
    assertTrue(engine.dump(Module.compile(engine, indirect().bytes()), 3, Dump.IR).contains("i32.div_u"));
    assertEquals(10 + 9 + 8 + 7 + 6 + 5, compiled.func("again").orElseThrow().call(0, 5)[0]);
    for (int element : new int[] {1, 2, 3, 4, -1}) {
      Trap expected = assertThrows(Trap.class, () -> interpreted.func("again").orElseThrow().call(element, 5));
      Trap given = assertThrows(Trap.class, () -> compiled.func("again").orElseThrow().call(element, 5));
      assertEquals(expected.kind(), given.kind());
      assertEquals(places(expected), places(given));
    }
  }
}
