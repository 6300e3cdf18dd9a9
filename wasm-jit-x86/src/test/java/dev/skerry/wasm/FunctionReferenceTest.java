package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.GlobalType;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Typed function references: what runs, what traps, and which types are the same in different modules. */
class FunctionReferenceTest {

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

  private static ModuleBuilder builder(String... types) {
    ModuleBuilder builder = new ModuleBuilder();
    for (String type : types) {
      builder.type(type);
    }
    return builder;
  }

  private static Object call(Instance instance, String name, Object... args) {
    return instance.func(name).orElseThrow().call(args)[0];
  }

  private static Trap.Kind trapOf(Instance instance, String name, Object... args) {
    return assertThrows(Trap.class, () -> call(instance, name, args)).kind();
  }

  /** Type 0 is {@code i32 -> i32}; function 0 doubles. */
  private static ModuleBuilder doubling() {
    return builder("i32 -> i32").local("i32 -> i32", List.of(), code -> code.get(0).get(0).op(Opcode.I32_ADD))
        .declare(0);
  }

  @Test
  void givenAReferenceThenItsFunctionIsCalledAndNullTraps() throws Exception {
    Instance instance = run(doubling()
        .function("call", "i32 -> i32", code -> code.get(0).op(Opcode.REF_FUNC, 0).op(Opcode.CALL_REF, 0))
        .function("tail", "i32 -> i32", code -> code.get(0).op(Opcode.REF_FUNC, 0).op(Opcode.RETURN_CALL_REF, 0))
        .function("null", "-> i32", code -> code.i32(1).raw(0xd0, 0).op(Opcode.CALL_REF, 0))
        .function("tail null", "-> i32", code -> code.i32(1).raw(0xd0, 0).op(Opcode.RETURN_CALL_REF, 0)));
    assertEquals(42, call(instance, "call", 21));
    assertEquals(42, call(instance, "tail", 21));
    assertEquals(Trap.Kind.NULL_FUNCTION_REFERENCE, trapOf(instance, "null"));
    assertEquals(Trap.Kind.NULL_FUNCTION_REFERENCE, trapOf(instance, "tail null"));
  }

  @Test
  void givenManyTailCallsThroughReferencesThenTheStackDoesNotGrow() throws Exception {
    Instance instance = run(builder("i32 -> i32").function("down", "i32 -> i32", code -> code
        .get(0).op(Opcode.I32_EQZ).op(Opcode.IF, Code.EMPTY).i32(7).op(Opcode.RETURN).end()
        .get(0).i32(1).op(Opcode.I32_SUB).op(Opcode.REF_FUNC, 0).op(Opcode.RETURN_CALL_REF, 0)));
    assertEquals(7, call(instance, "down", 1_000_000));
  }

  @Test
  void givenTestsForNullThenTheyBranchWithTheValuesOfTheirLabel() throws Exception {
    Consumer<Code> onNull = code -> code.op(Opcode.BLOCK, -1).i32(1).get(0).op(Opcode.BR_ON_NULL, 0)
        .op(Opcode.DROP).op(Opcode.DROP).i32(2).end();
    Consumer<Code> onNonNull = code -> code.raw(0x02, 0x64, 0x6f).get(0).op(Opcode.BR_ON_NON_NULL, 0)
        .i32(1).op(Opcode.RETURN).end().op(Opcode.DROP).i32(2);
    Instance instance = run(builder()
        .function("on null", "externref -> i32", onNull)
        .function("on non-null", "externref -> i32", onNonNull)
        .function("several", "externref -> i32 i64 externref", code -> code.i32(5).i64(6).get(0)
            .op(Opcode.BR_ON_NON_NULL, 0).op(Opcode.DROP).op(Opcode.DROP).i32(7).i64(8).op(Opcode.REF_NULL, 0x6f))
        .function("return", "externref -> i32 i64", code -> code.i32(5).i64(6).get(0).op(Opcode.BR_ON_NULL, 0)
            .op(Opcode.DROP).op(Opcode.DROP).op(Opcode.DROP).i32(7).i64(8))
        .function("as non-null", "externref -> (ref extern)", code -> code.get(0).op(Opcode.REF_AS_NON_NULL)));
    assertEquals(1, call(instance, "on null", (Object) null));
    assertEquals(2, call(instance, "on null", "x"));
    assertEquals(1, call(instance, "on non-null", (Object) null));
    assertEquals(2, call(instance, "on non-null", "x"));
    assertArrayEquals(new Object[] {5, 6L, "x"}, instance.func("several").orElseThrow().call("x"));
    assertArrayEquals(new Object[] {7, 8L, null}, instance.func("several").orElseThrow().call((Object) null));
    assertArrayEquals(new Object[] {7, 8L}, instance.func("return").orElseThrow().call("x"));
    assertArrayEquals(new Object[] {5, 6L}, instance.func("return").orElseThrow().call((Object) null));
    assertEquals("x", call(instance, "as non-null", "x"));
    assertEquals(Trap.Kind.NULL_REFERENCE, trapOf(instance, "as non-null", (Object) null));
  }

  @Test
  void givenAFunctionOfAnotherTypeThenTheHostCannotPassItAsTyped() throws Exception {
    Instance instance = run(doubling()
        .function("apply", "(ref 0) i32 -> i32", code -> code.get(1).get(0).op(Opcode.CALL_REF, 0))
        .function("other", "-> i64", code -> code.i64(0)));
    Func apply = instance.func("apply").orElseThrow();
    Func triple = Func.host(store, FuncType.of("i32 -> i32"), (caller, slots) -> slots[0] *= 3);
    assertEquals(63, apply.call(triple, 21)[0]);
    assertThrows(IllegalArgumentException.class, () -> apply.call(instance.func("other").orElseThrow(), 1));
    assertThrows(IllegalArgumentException.class, () -> apply.call(null, 1));
    long[] raw = {instance.func("other").orElseThrow().ref(), 1};
    assertEquals(Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH,
        assertThrows(Trap.class, () -> apply.invoke(raw)).kind());
    long[] unknown = {1 << 20, 1};
    assertThrows(Trap.class, () -> apply.invoke(unknown));
  }

  @Test
  void givenEqualTypesAtOtherIndicesThenModulesLinkAndOtherwiseNot() throws Exception {
    linker.define("lib", run(doubling().function("get", "-> (ref 0)", code -> code.op(Opcode.REF_FUNC, 0))));
    Instance user = run(builder("f32 -> f32", "i32 -> i32").importFunction("lib", "get", "-> (ref 1)")
        .function("use", "-> i32", code -> code.i32(4).call(0).op(Opcode.CALL_REF, 1)));
    assertEquals(8, call(user, "use"));
    LinkError error = assertThrows(LinkError.class,
        () -> run(builder("f32 -> f32").importFunction("lib", "get", "-> (ref 0)")));
    assertTrue(error.getMessage().startsWith("incompatible import type"), error.getMessage());
  }

  @Test
  void givenAGlobalOfASubtypeThenItIsImportedWhereItCannotBeSet() throws Exception {
    Instance lib = run(doubling().global(ValType.nullable(0).nonNull(), false, code -> code.op(Opcode.REF_FUNC, 0))
        .export("g", 3, 0));
    linker.define("lib", lib);
    run(builder().importGlobal("lib", "g", ValType.FUNCREF, false));
    assertThrows(LinkError.class, () -> run(builder("->").importGlobal("lib", "g", ValType.nullable(0), false)));
    linker.define("lib", "m", Global.create(store, new GlobalType(ValType.FUNC, true), 1));
    assertThrows(LinkError.class, () -> run(builder().importGlobal("lib", "m", ValType.FUNCREF, true)));
  }

  private static String refusal(ModuleBuilder module) {
    return assertThrows(CompileError.class, () -> Module.compile(Engine.create(), module.build())).reason();
  }

  @Test
  void givenALocalWithoutADefaultThenItIsReadOnlyWhereItWasSet() throws Exception {
    List<ValType> local = List.of(ValType.EXTERNREF.nonNull());
    Instance instance = run(builder().function("set", "(ref extern) -> externref", local,
        code -> code.get(0).set(1).block().get(1).op(Opcode.RETURN).end().op(Opcode.UNREACHABLE)));
    assertEquals("x", call(instance, "set", "x"));
    assertEquals("uninitialized local 0", refusal(builder().local("-> externref", local, code -> code.get(0))));
    assertEquals("uninitialized local 1", refusal(builder().local("(ref extern) -> externref", local,
        code -> code.block().get(0).set(1).end().get(1))));
    assertEquals("uninitialized local 1", refusal(builder().local("(ref extern) -> externref", local, code -> code
        .i32(1).op(Opcode.IF, Code.EMPTY).get(0).op(Opcode.LOCAL_TEE, 1).op(Opcode.DROP).op(Opcode.ELSE)
        .get(1).op(Opcode.DROP).end().get(0))));
  }

  @Test
  void givenATableOfNonNullReferencesThenItNeedsAnInitialiser() throws Exception {
    assertTrue(refusal(builder().table(ValType.FUNC, 1, -1)).startsWith("type mismatch"));
    Instance instance = run(doubling().table(ValType.FUNC, 2, code -> code.op(Opcode.REF_FUNC, 0))
        .function("call", "i32 -> i32", code -> code.get(0).i32(1).op(Opcode.CALL_INDIRECT, 0, 0)));
    assertEquals(10, call(instance, "call", 5));
  }

  @Test
  void givenTheFeatureIsOffThenItIsRefusedByName() {
    for (ModuleBuilder module : List.of(
        builder("(ref 0) ->"), builder().local("->", List.of(), code -> code.op(Opcode.CALL_REF, 0)))) {
      CompileError error = assertThrows(CompileError.class, () -> ModuleReader.read(module.build(), Set.of()));
      assertEquals(CompileError.Kind.UNSUPPORTED, error.kind());
      assertEquals("typed function references not supported", error.reason());
    }
  }

  @Test
  void givenATypeThatNamesALaterOneThenItIsRefused() {
    assertEquals("unknown type 1", refusal(builder("(ref 1) ->", "(ref 0) ->")));
  }
}
