package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exceptions: who catches them, what they carry, and how they pass through hosts. */
class ExceptionTest {

  private static final int I32 = -0x01;
  private static final int CATCH = 0;
  private static final int CATCH_REF = 1;
  private static final int CATCH_ALL = 2;
  private static final int CATCH_ALL_REF = 3;

  private final Engine engine = Engine.create();
  private final Store store = engine.newStore();
  private final Linker linker = new Linker(store);

  @AfterEach
  void close() {
    store.close();
  }

  private Instance run(ModuleBuilder module) throws CompileError, LinkError {
    return linker.instantiate(Module.compile(engine, module.build()));
  }

  private static Object call(Instance instance, String name, Object... args) {
    return instance.func(name).orElseThrow().call(args)[0];
  }

  private static WasmException uncaught(Instance instance, String name, Object... args) {
    return assertThrows(WasmException.class, () -> instance.func(name).orElseThrow().call(args));
  }

  /** Tag 0 carries an i32 and tag 1 nothing; function 0 throws tag 0 with its argument. */
  private static ModuleBuilder throwing() {
    return new ModuleBuilder().tag("i32 ->").tag("->").names("demo", "throwing")
        .local("i32 ->", List.of(), code -> code.get(0).op(Opcode.THROW, 0));
  }

  /** A block of one i32 around a try_table around code that leaves -1 if nothing is thrown. */
  private static Consumer<Code> catching(Consumer<Code> body, long... clauses) {
    long[] immediates = new long[clauses.length + 1];
    immediates[0] = Code.EMPTY;
    System.arraycopy(clauses, 0, immediates, 1, clauses.length);
    return code -> {
      code.op(Opcode.BLOCK, I32).op(Opcode.TRY_TABLE, immediates);
      body.accept(code);
      code.end().i32(-1).end();
    };
  }

  @Test
  void givenAnExceptionThenTheInnermostHandlerOfItsTagCatchesIt() throws Exception {
    Instance instance = run(throwing()
        .function("catch", "i32 -> i32", catching(code -> code.get(0).call(0), CATCH, 0, 0))
        .function("nothing", "-> i32", catching(code -> { }, CATCH, 0, 0))
        .function("other tag", "i32 -> i32", catching(code -> code.block()
            .op(Opcode.TRY_TABLE, Code.EMPTY, CATCH, 1, 0).get(0).call(0).end().end(), CATCH, 0, 0))
        .function("first clause", "i32 -> i32", code -> code.block().op(Opcode.BLOCK, I32)
            .op(Opcode.TRY_TABLE, Code.EMPTY, CATCH_ALL, 0, 1, CATCH, 0, 0).get(0).call(0).end().i32(-1).end()
            .op(Opcode.RETURN).end().i32(99))
        .function("returns", "i32 -> i32",
            code -> code.op(Opcode.TRY_TABLE, Code.EMPTY, CATCH, 0, 0).get(0).call(0).end().i32(-1)));
    assertEquals(7, call(instance, "catch", 7));
    assertEquals(-1, call(instance, "nothing"));
    assertEquals(8, call(instance, "other tag", 8));
    assertEquals(99, call(instance, "first clause", 9));
    assertEquals(10, call(instance, "returns", 10));
  }

  @Test
  void givenALoopThatThrowsAndCatchesThenLocalsAndOperandsBelowAreKept() throws Exception {
    Instance instance = run(throwing().function("sum", "i32 -> i32", List.of(ValType.I32), code -> code
        .i32(1000).loop().op(Opcode.BLOCK, I32)
        .op(Opcode.TRY_TABLE, Code.EMPTY, CATCH, 0, 0).get(0).call(0).end().i32(0).end()
        .get(1).op(Opcode.I32_ADD).set(1)
        .get(0).i32(1).op(Opcode.I32_SUB).op(Opcode.LOCAL_TEE, 0).brIf(0).end()
        .get(1).op(Opcode.I32_ADD)));
    assertEquals(1000 + 5050, call(instance, "sum", 100));
  }

  @Test
  void givenAHandlerThatIsALoopThenItIsEnteredAgain() throws Exception {
    Instance instance = run(throwing().function("down", "i32 -> i32", List.of(ValType.I32), code -> code
        .get(0).raw(0x03, 0).set(0)
        .get(1).i32(1).op(Opcode.I32_ADD).set(1)
        .op(Opcode.TRY_TABLE, Code.EMPTY, CATCH, 0, 0).get(0).op(Opcode.IF, Code.EMPTY)
        .get(0).i32(1).op(Opcode.I32_SUB).call(0).end().end()
        .end().get(1)));
    assertEquals(6, call(instance, "down", 5));
  }

  @Test
  void givenAReferenceThenThrowingItAgainKeepsIdentityAndNullTraps() throws Exception {
    Instance instance = run(throwing()
        .function("reference", "i32 -> exnref", code -> code.raw(0x02, 0x69)
            .op(Opcode.TRY_TABLE, Code.EMPTY, CATCH_ALL_REF, 0, 0).get(0).call(0).end()
            .op(Opcode.REF_NULL, 0x69).end())
        .function("again", "exnref ->", code -> code.get(0).op(Opcode.THROW_REF))
        .function("with values", "i32 -> i32 exnref", code -> code
            .op(Opcode.TRY_TABLE, Code.EMPTY, CATCH_REF, 0, 0).get(0).call(0).end().op(Opcode.UNREACHABLE)));
    WasmException first = (WasmException) call(instance, "reference", 3);
    WasmException again = uncaught(instance, "again", first);
    assertSame(first.exception(), again.exception());
    assertEquals(List.of(3), again.values());
    Object[] both = instance.func("with values").orElseThrow().call(4);
    assertEquals(4, both[0]);
    assertEquals(List.of(4), ((WasmException) both[1]).values());
    Trap trap = assertThrows(Trap.class, () -> instance.func("again").orElseThrow().call((Object) null));
    assertEquals(Trap.Kind.NULL_EXCEPTION_REFERENCE, trap.kind());
    assertThrows(Trap.class, () -> instance.func("again").orElseThrow().invoke(new long[] {1 << 19}));
    assertNull(store.exceptionOf(0));
    assertThrows(IllegalArgumentException.class, () -> store.exceptionOf(1 << 19));
  }

  @Test
  void givenManyReferencesThenThoseThatNothingHoldsAreGivenBackAndOthersKept() throws Exception {
    Instance instance = run(throwing()
        .table(ValType.EXNREF, 2, -1)
        .global(ValType.EXNREF, true, code -> code.op(Opcode.REF_NULL, 0x69))
        .function("make", "i32 -> exnref", code -> code.raw(0x02, 0x69)
            .op(Opcode.TRY_TABLE, Code.EMPTY, CATCH_ALL_REF, 0, 0).get(0).call(0).end()
            .op(Opcode.REF_NULL, 0x69).end())
        .function("run", "i32 -> exnref", List.of(ValType.EXNREF), code -> code
            .i32(71).call(1).set(1)
            .i32(1).i32(72).call(1).op(Opcode.TABLE_SET, 0)
            .i32(73).call(1).op(Opcode.GLOBAL_SET, 0)
            .loop().get(0).call(1).op(Opcode.DROP).get(0).i32(1).op(Opcode.I32_SUB).op(Opcode.LOCAL_TEE, 0)
            .brIf(0).end().get(1))
        .function("table", "-> exnref", code -> code.i32(1).op(Opcode.TABLE_GET, 0))
        .function("global", "-> exnref", code -> code.op(Opcode.GLOBAL_GET, 0)));
    assertEquals(List.of(71), ((WasmException) call(instance, "run", 2_000_000)).values());
    assertEquals(List.of(72), ((WasmException) call(instance, "table")).values());
    assertEquals(List.of(73), ((WasmException) call(instance, "global")).values());
  }

  @Test
  void givenNobodyWhoCatchesThenTheEmbedderSeesTagValuesAndFrames() throws Exception {
    Instance instance = run(throwing().export("tag", 4, 0)
        .function("outer", "i32 ->", catching(code -> code.get(0).call(0), CATCH, 1, 1).andThen(
            code -> code.op(Opcode.DROP))));
    WasmException thrown = uncaught(instance, "outer", 5);
    assertEquals(instance.tag("tag").orElseThrow(), thrown.tag());
    assertEquals(List.of(5), thrown.values());
    assertEquals(List.of("throwing", "outer"), thrown.frames().stream().map(Trap.Frame::name).toList());
    assertTrue(thrown.frames().get(0).offset() > 0);
    assertEquals("uncaught exception with a tag of type (i32 -> )", thrown.getMessage());
    assertThrows(WasmException.class, () -> instance.func("outer").orElseThrow().call(6), "the store stays usable");
  }

  @Test
  void givenATrapOrAnotherJavaExceptionThenNoHandlerCatchesIt() throws Exception {
    IllegalStateException broken = new IllegalStateException("broken");
    linker.define("h", "fail", FuncType.of("->"), (caller, slots) -> {
      throw broken;
    });
    Instance instance = run(new ModuleBuilder().importFunction("h", "fail", "->")
        .function("trap", "->", code -> code.op(Opcode.TRY_TABLE, Code.EMPTY, CATCH_ALL, 0, 0)
            .op(Opcode.UNREACHABLE).end())
        .function("host", "->", code -> code.op(Opcode.TRY_TABLE, Code.EMPTY, CATCH_ALL, 0, 0).call(0).end()));
    assertThrows(Trap.class, () -> instance.func("trap").orElseThrow().call());
    assertSame(broken,
        assertThrows(IllegalStateException.class, () -> instance.func("host").orElseThrow().call()));
  }

  @Test
  void givenAHostThatThrowsThenTheGuestCatchesByTheIdentityOfTheTag() throws Exception {
    Tag tag = Tag.create(store, FuncType.of("i32 externref ->"));
    Tag twin = Tag.create(store, FuncType.of("i32 externref ->"));
    assertNotEquals(tag, twin);
    linker.define("h", "tag", tag).define("h", "throw", FuncType.of("i32 ->"), (caller, slots) -> {
      throw new WasmException(slots[0] == 0 ? tag : twin, (int) slots[0] + 40, "object");
    });
    Instance instance = run(new ModuleBuilder().importTag("h", "tag", "i32 externref ->")
        .importFunction("h", "throw", "i32 ->")
        .function("run", "i32 -> i32 externref", code -> code.op(Opcode.TRY_TABLE, Code.EMPTY, CATCH, 0, 0)
            .get(0).call(0).end().op(Opcode.UNREACHABLE)));
    Object[] caught = instance.func("run").orElseThrow().call(0);
    assertEquals(40, caught[0]);
    assertEquals("object", caught[1]);
    assertEquals(twin, uncaught(instance, "run", 1).tag());
    assertThrows(IllegalArgumentException.class, () -> new WasmException(tag, 1));
    assertThrows(IllegalArgumentException.class, () -> Tag.create(store, FuncType.of("-> i32")));
  }

  @Test
  void givenHostFramesBetweenThenTheExceptionPassesThemUnlessTheyCatch() throws Exception {
    linker.define("h", "pass", FuncType.of("funcref i32 ->"),
        (caller, slots) -> store.funcOf((int) slots[0]).call((int) slots[1]));
    linker.define("h", "swallow", FuncType.of("funcref i32 ->"), (caller, slots) ->
        assertThrows(WasmException.class, () -> store.funcOf((int) slots[0]).call((int) slots[1])));
    Instance instance = run(new ModuleBuilder().tag("i32 ->").names("demo", "pass", "swallow", "throwing")
        .importFunction("h", "pass", "funcref i32 ->").importFunction("h", "swallow", "funcref i32 ->")
        .local("i32 ->", List.of(), code -> code.get(0).op(Opcode.THROW, 0)).declare(2)
        .function("catch", "i32 -> i32",
            catching(code -> code.op(Opcode.REF_FUNC, 2).get(0).call(0), CATCH, 0, 0))
        .function("swallowed", "i32 -> i32",
            catching(code -> code.op(Opcode.REF_FUNC, 2).get(0).call(1), CATCH, 0, 0))
        .function("uncaught", "i32 ->", code -> code.op(Opcode.REF_FUNC, 2).get(0).call(0)));
    assertEquals(12, call(instance, "catch", 12));
    assertEquals(-1, call(instance, "swallowed", 12));
    assertEquals(List.of("throwing", "uncaught"),
        uncaught(instance, "uncaught", 1).frames().stream().map(Trap.Frame::name).toList());
  }

  @Test
  void givenATagOfAnotherStoreThenTheGuestCannotCatchIt() throws Exception {
    try (Store other = engine.newStore()) {
      Tag foreign = Tag.create(other, FuncType.of("->"));
      linker.define("h", "throw", FuncType.of("->"), (caller, slots) -> {
        throw new WasmException(foreign);
      });
      Instance instance = run(new ModuleBuilder().importFunction("h", "throw", "->").function("run", "->",
          code -> code.op(Opcode.TRY_TABLE, Code.EMPTY, CATCH_ALL, 0, 0).call(0).end()));
      assertEquals(foreign, uncaught(instance, "run").tag());
    }
  }

  @Test
  void givenTwoInstancesOfAModuleThenTheirTagsDifferUnlessImported() throws Exception {
    ModuleBuilder module = throwing().export("tag", 4, 0).export("throw", 0, 0);
    Instance first = run(module);
    linker.define("first", first);
    Instance catcher = run(new ModuleBuilder().importTag("first", "tag", "i32 ->").tag("i32 ->")
        .importFunction("first", "throw", "i32 ->")
        .function("imported", "i32 -> i32", catching(code -> code.get(0).call(0), CATCH, 0, 0))
        .function("own", "i32 -> i32", catching(code -> code.get(0).call(0), CATCH, 1, 0)));
    assertEquals(4, call(catcher, "imported", 4));
    assertEquals(List.of(4), uncaught(catcher, "own", 4).values());
    assertNotEquals(first.tag("tag"), run(module).tag("tag"));
    LinkError error = assertThrows(LinkError.class,
        () -> run(new ModuleBuilder().importTag("first", "tag", "i64 ->")));
    assertEquals("incompatible import type: \"first\" \"tag\" is a tag of type (i32 -> ) where a tag of type (i64 -> ) "
        + "is needed", error.getMessage());
  }

  @Test
  void givenATailCallInATryThenItsExceptionIsNotCaughtThere() throws Exception {
    Instance instance = run(throwing().function("run", "i32 ->", code -> code
        .op(Opcode.TRY_TABLE, Code.EMPTY, CATCH_ALL, 0, 0).get(0).op(Opcode.RETURN_CALL, 0).end()));
    assertEquals(List.of(3), uncaught(instance, "run", 3).values());
  }

  @Test
  void givenThrowsWithoutEndThenAnInterruptStopsThem() throws Exception {
    Instance instance = run(throwing().function("run", "->", code -> code.loop()
        .op(Opcode.TRY_TABLE, Code.EMPTY, CATCH_ALL, 0, 0).op(Opcode.THROW, 1).end().end()));
    Thread stopper = new Thread(store::interrupt);
    stopper.start();
    Trap trap = assertThrows(Trap.class, () -> instance.func("run").orElseThrow().call());
    assertEquals(Trap.Kind.INTERRUPTED, trap.kind());
    stopper.join();
  }

  @Test
  void givenTheLegacyEncodingThenCatchAndRethrowSeeTheirOwnException() throws Exception {
    Instance instance = run(throwing()
        .function("catch", "i32 -> i32", code -> code.i32(100).op(Opcode.TRY, I32).get(0).call(0).i32(-1)
            .op(Opcode.CATCH, 0).op(Opcode.CATCH_ALL).i32(-2).end().op(Opcode.I32_ADD))
        .function("rethrow", "i32 ->", code -> code
            .op(Opcode.TRY, Code.EMPTY).get(0).call(0).op(Opcode.CATCH, 0).op(Opcode.DROP)
            .op(Opcode.TRY, Code.EMPTY).op(Opcode.THROW, 1).op(Opcode.CATCH_ALL).op(Opcode.RETHROW, 1).end().end())
        .function("branch", "i32 -> i32", code -> code
            .op(Opcode.TRY, I32).get(0).call(0).i32(-1).op(Opcode.CATCH, 0).i32(1).op(Opcode.I32_ADD).br(0).end()));
    assertEquals(107, call(instance, "catch", 7));
    assertEquals(List.of(8), uncaught(instance, "rethrow", 8).values());
    assertEquals(10, call(instance, "branch", 9));
  }

  @Test
  void givenDelegateThenHandlersBetweenArePassedOver() throws Exception {
    Instance instance = run(throwing()
        .function("outer", "i32 -> i32", code -> code.op(Opcode.TRY, I32)
            .op(Opcode.TRY, I32).op(Opcode.TRY, I32).get(0).call(0).i32(-1).op(Opcode.DELEGATE, 1)
            .op(Opcode.CATCH_ALL).i32(-2).end()
            .op(Opcode.CATCH, 0).end())
        .function("caller", "i32 ->", code -> code.op(Opcode.TRY, Code.EMPTY)
            .op(Opcode.TRY, Code.EMPTY).get(0).call(0).op(Opcode.DELEGATE, 1)
            .op(Opcode.CATCH_ALL).end()));
    assertEquals(6, call(instance, "outer", 6));
    assertEquals(List.of(6), uncaught(instance, "caller", 6).values());
  }

  @Test
  void givenTheFeatureIsOffThenItIsRefusedByName() {
    for (ModuleBuilder module : List.of(
        new ModuleBuilder().tag("->"), new ModuleBuilder().importTag("m", "t", "->"),
        new ModuleBuilder().table(ValType.EXNREF, 1, -1), new ModuleBuilder().export("t", 4, 0),
        new ModuleBuilder().local("->", List.of(), code -> code.op(Opcode.THROW, 0)))) {
      CompileError error = assertThrows(CompileError.class, () -> ModuleReader.read(module.build(), Set.of()));
      assertEquals("exception handling not supported", error.reason());
    }
    CompileError error = assertThrows(CompileError.class, () -> ModuleReader.read(new ModuleBuilder()
        .local("->", List.of(), code -> code.op(Opcode.TRY, Code.EMPTY).end()).build(), Set.of(Feature.EXCEPTIONS)));
    assertEquals("legacy exception handling not supported", error.reason());
  }

  @Test
  void givenATagWithResultsThenItIsRefused() {
    CompileError error = assertThrows(CompileError.class,
        () -> Module.compile(engine, new ModuleBuilder().tag("-> i32").build()));
    assertEquals("non-empty tag result type", error.reason());
  }
}
