package dev.skerry.wasm.validate;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rules of instructions whose types depend on what is around them: what is valid, and what is refused how. */
class ContextValidationTest {

  private static final int I32 = -0x01;
  private static final int F32 = -0x03;

  /**
   * A function in a module with: type 0, the function's own; type 1, {@code i32 -> i32 i64}, which imported function 0
   * has; globals 0 {@code i32} mutable, 1 {@code i64} immutable, 2 {@code externref} mutable; tables 0 {@code funcref}
   * and 1 {@code externref}; element segments 0 {@code funcref} and 1 {@code externref}; one data segment.
   *
   * @param reason how it is refused; empty where it is valid
   */
  private record Case(String name, Opcode opcode, String type, String reason, Consumer<Code> code) {
  }

  private static Case valid(String name, Opcode opcode, String type, Consumer<Code> code) {
    return new Case(name, opcode, type, "", code);
  }

  private static Case refused(String name, Opcode opcode, String type, String reason, Consumer<Code> code) {
    return new Case(name, opcode, type, reason, code);
  }

  private static byte[] module(String type, Consumer<Code> code) {
    ModuleBuilder builder = new ModuleBuilder();
    builder.type(type);
    builder.type("i32 -> i32 i64");
    return builder
        .importFunction("env", "pair", "i32 -> i32 i64")
        .global(ValType.I32, true, init -> init.i32(0))
        .global(ValType.I64, false, init -> init.i64(0))
        .global(ValType.EXTERNREF, true, init -> init.op(Opcode.REF_NULL, 0x6f))
        .table(ValType.FUNCREF, 1, -1)
        .table(ValType.EXTERNREF, 1, -1)
        .passiveElements(0)
        .passiveElements(ValType.EXTERNREF, List.of(init -> init.op(Opcode.REF_NULL, 0x6f)))
        .passiveData(new byte[1])
        .memory(1, -1)
        .local(type, List.of(ValType.F64), code)
        .build();
  }

  private static Stream<Case> control() {
    return Stream.of(
        valid("polymorphic", Opcode.UNREACHABLE, "-> i32", code -> code.op(Opcode.UNREACHABLE)),
        refused("values left", Opcode.UNREACHABLE, "->", "type mismatch",
            code -> code.op(Opcode.UNREACHABLE).i32(0)),
        valid("nothing", Opcode.NOP, "->", code -> code.op(Opcode.NOP)),
        valid("empty", Opcode.BLOCK, "->", code -> code.block().end()),
        valid("one result", Opcode.BLOCK, "-> i32", code -> code.op(Opcode.BLOCK, I32).i32(1).end()),
        valid("many", Opcode.BLOCK, "-> i32 i64",
            code -> code.i32(0).op(Opcode.BLOCK, 1).i64(1).end()),
        refused("unknown type", Opcode.BLOCK, "->", "unknown type 9", code -> code.op(Opcode.BLOCK, 9).end()),
        refused("huge type", Opcode.BLOCK, "->", "unknown type", code -> code.op(Opcode.BLOCK, 0xffff_fff0L).end()),
        refused("no such type code", Opcode.BLOCK, "->", "malformed", code -> code.op(Opcode.BLOCK, -0x20).end()),
        refused("values left", Opcode.BLOCK, "->", "type mismatch", code -> code.block().i32(0).end()),
        refused("no param", Opcode.BLOCK, "-> i32 i64", "type mismatch", code -> code.op(Opcode.BLOCK, 1).i64(0).end()),
        valid("label takes params", Opcode.LOOP, "-> i32 i64",
            code -> code.i32(0).op(Opcode.LOOP, 1).br(0).end()),
        refused("label takes params, not results", Opcode.LOOP, "-> i32", "type mismatch",
            code -> code.op(Opcode.LOOP, I32).i32(0).br(0).i64(0).end()),
        valid("two arms", Opcode.IF, "-> i32",
            code -> code.i32(1).op(Opcode.IF, I32).i32(1).op(Opcode.ELSE).i32(2).end()),
        refused("no condition", Opcode.IF, "->", "type mismatch", code -> code.op(Opcode.IF, Code.EMPTY).end()),
        refused("result without else", Opcode.IF, "-> i32", "type mismatch",
            code -> code.i32(1).op(Opcode.IF, I32).i32(1).end()),
        refused("other arm differs", Opcode.ELSE, "-> i32", "type mismatch",
            code -> code.i32(1).op(Opcode.IF, I32).i32(1).op(Opcode.ELSE).i64(2).end()),
        refused("outside of if", Opcode.ELSE, "->", "END opcode expected", code -> code.block().op(Opcode.ELSE).end()),
        refused("twice", Opcode.ELSE, "->", "END opcode expected",
            code -> code.i32(1).op(Opcode.IF, Code.EMPTY).op(Opcode.ELSE).op(Opcode.ELSE).end()),
        refused("too many", Opcode.END, "->", "section size mismatch", Code::end),
        refused("missing", Opcode.END, "->", "unexpected end", code -> code.block()),
        refused("wrong result of the function", Opcode.END, "-> f32", "type mismatch", code -> code.i32(0)),
        valid("out of a block", Opcode.BR, "-> i32", code -> code.op(Opcode.BLOCK, I32).i32(0).br(0).end()),
        refused("unknown label", Opcode.BR, "->", "unknown label 2", code -> code.block().br(2).end()),
        refused("without value", Opcode.BR, "-> i32", "type mismatch", code -> code.br(0)),
        valid("keeps values", Opcode.BR_IF, "-> i32", code -> code.op(Opcode.BLOCK, I32).i32(0).i32(1).brIf(0).end()),
        refused("no condition", Opcode.BR_IF, "->", "type mismatch", code -> code.brIf(0)),
        refused("unknown label", Opcode.BR_IF, "->", "unknown label 1", code -> code.i32(0).brIf(1)),
        valid("several labels", Opcode.BR_TABLE, "->", code -> code.block().i32(0).op(Opcode.BR_TABLE, 0, 1, 0).end()),
        refused("labels of other arity", Opcode.BR_TABLE, "->", "type mismatch",
            code -> code.op(Opcode.BLOCK, I32).i32(0).i32(0).op(Opcode.BR_TABLE, 0, 1).end()),
        refused("label of another type", Opcode.BR_TABLE, "-> i32", "type mismatch",
            code -> code.op(Opcode.BLOCK, F32).i32(0).i32(0).op(Opcode.BR_TABLE, 0, 1).end().op(Opcode.DROP).i32(0)),
        refused("unknown label", Opcode.BR_TABLE, "->", "unknown label 5",
            code -> code.i32(0).op(Opcode.BR_TABLE, 5, 0)),
        refused("too many labels", Opcode.BR_TABLE, "->", "too many labels of br_table",
            code -> code.i32(0).op(Opcode.BR_TABLE, new long[65_522])),
        valid("early", Opcode.RETURN, "-> i64", code -> code.i64(1).op(Opcode.RETURN)),
        refused("wrong value", Opcode.RETURN, "-> i64", "type mismatch", code -> code.i32(1).op(Opcode.RETURN)),
        valid("results", Opcode.CALL, "-> i32 i64", code -> code.i32(0).call(0)),
        refused("no argument", Opcode.CALL, "-> i32 i64", "type mismatch", code -> code.call(0)),
        refused("unknown", Opcode.CALL, "->", "unknown function 7", code -> code.call(7)),
        valid("results", Opcode.CALL_INDIRECT, "-> i32 i64",
            code -> code.i32(0).i32(0).op(Opcode.CALL_INDIRECT, 1, 0)),
        refused("no index", Opcode.CALL_INDIRECT, "-> i32 i64", "type mismatch",
            code -> code.i32(0).op(Opcode.CALL_INDIRECT, 1, 0)),
        refused("unknown type", Opcode.CALL_INDIRECT, "->", "unknown type 9",
            code -> code.i32(0).op(Opcode.CALL_INDIRECT, 9, 0)),
        refused("unknown table", Opcode.CALL_INDIRECT, "->", "unknown table 2",
            code -> code.i32(0).op(Opcode.CALL_INDIRECT, 0, 2)),
        refused("table of externref", Opcode.CALL_INDIRECT, "->", "type mismatch",
            code -> code.i32(0).op(Opcode.CALL_INDIRECT, 0, 1)),
        valid("same results", Opcode.RETURN_CALL, "-> i32 i64", code -> code.i32(0).op(Opcode.RETURN_CALL, 0)),
        refused("other results", Opcode.RETURN_CALL, "-> i32", "type mismatch",
            code -> code.i32(0).op(Opcode.RETURN_CALL, 0)),
        refused("no argument", Opcode.RETURN_CALL, "-> i32 i64", "type mismatch",
            code -> code.op(Opcode.RETURN_CALL, 0)),
        refused("unknown", Opcode.RETURN_CALL, "->", "unknown function 7", code -> code.op(Opcode.RETURN_CALL, 7)),
        valid("same results", Opcode.RETURN_CALL_INDIRECT, "-> i32 i64",
            code -> code.i32(0).i32(0).op(Opcode.RETURN_CALL_INDIRECT, 1, 0)),
        refused("other results", Opcode.RETURN_CALL_INDIRECT, "->", "type mismatch",
            code -> code.i32(0).i32(0).op(Opcode.RETURN_CALL_INDIRECT, 1, 0)),
        refused("table of externref", Opcode.RETURN_CALL_INDIRECT, "->", "type mismatch",
            code -> code.i32(0).op(Opcode.RETURN_CALL_INDIRECT, 0, 1)));
  }

  private static Stream<Case> variables() {
    return Stream.of(
        valid("any", Opcode.DROP, "->", code -> code.op(Opcode.REF_NULL, 0x70).op(Opcode.DROP)),
        refused("nothing there", Opcode.DROP, "->", "type mismatch", code -> code.op(Opcode.DROP)),
        valid("numbers", Opcode.SELECT, "-> f32", code -> code.f32(1).f32(2).i32(0).op(Opcode.SELECT)),
        valid("unknown types", Opcode.SELECT, "-> i64", code -> code.op(Opcode.UNREACHABLE).op(Opcode.SELECT)),
        valid("one unknown type", Opcode.SELECT, "-> i64",
            code -> code.op(Opcode.UNREACHABLE).i64(1).i32(0).op(Opcode.SELECT)),
        refused("two types", Opcode.SELECT, "-> f32", "type mismatch",
            code -> code.f32(1).f64(2).i32(0).op(Opcode.SELECT)),
        refused("references", Opcode.SELECT, "-> funcref", "type mismatch",
            code -> code.op(Opcode.REF_NULL, 0x70).op(Opcode.REF_NULL, 0x70).i32(0).op(Opcode.SELECT)),
        refused("no condition", Opcode.SELECT, "-> f32", "type mismatch", code -> code.f32(1).f32(2).op(Opcode.SELECT)),
        valid("references", Opcode.SELECT_T, "-> funcref",
            code -> code.op(Opcode.REF_NULL, 0x70).op(Opcode.REF_NULL, 0x70).i32(0).op(Opcode.SELECT_T, 0x70)),
        refused("other type", Opcode.SELECT_T, "-> i32", "type mismatch",
            code -> code.i32(0).i64(0).i32(0).op(Opcode.SELECT_T, 0x7f)),
        refused("two types", Opcode.SELECT_T, "->", "invalid result arity",
            code -> code.i32(0).op(Opcode.SELECT_T, 0x7f, 0x7f)),
        refused("no type", Opcode.SELECT_T, "->", "invalid result arity", code -> code.i32(0).op(Opcode.SELECT_T)),
        valid("parameter", Opcode.LOCAL_GET, "i32 -> i32", code -> code.get(0)),
        valid("local", Opcode.LOCAL_GET, "i32 -> f64", code -> code.get(1)),
        refused("unknown", Opcode.LOCAL_GET, "i32 ->", "unknown local 2", code -> code.get(2)),
        valid("type", Opcode.LOCAL_SET, "->", code -> code.f64(0).set(0)),
        refused("other type", Opcode.LOCAL_SET, "->", "type mismatch", code -> code.f32(0).set(0)),
        refused("unknown", Opcode.LOCAL_SET, "->", "unknown local 1", code -> code.f64(0).set(1)),
        valid("stays", Opcode.LOCAL_TEE, "-> f64", code -> code.f64(0).op(Opcode.LOCAL_TEE, 0)),
        refused("other type", Opcode.LOCAL_TEE, "-> f64", "type mismatch",
            code -> code.i32(0).op(Opcode.LOCAL_TEE, 0)),
        refused("unknown", Opcode.LOCAL_TEE, "-> f64", "unknown local 4",
            code -> code.f64(0).op(Opcode.LOCAL_TEE, 4)),
        valid("type", Opcode.GLOBAL_GET, "-> i64", code -> code.op(Opcode.GLOBAL_GET, 1)),
        refused("unknown", Opcode.GLOBAL_GET, "->", "unknown global 3", code -> code.op(Opcode.GLOBAL_GET, 3)),
        valid("mutable", Opcode.GLOBAL_SET, "->", code -> code.i32(0).op(Opcode.GLOBAL_SET, 0)),
        refused("immutable", Opcode.GLOBAL_SET, "->", "immutable global",
            code -> code.i64(0).op(Opcode.GLOBAL_SET, 1)),
        refused("other type", Opcode.GLOBAL_SET, "->", "type mismatch", code -> code.i64(0).op(Opcode.GLOBAL_SET, 0)),
        refused("unknown", Opcode.GLOBAL_SET, "->", "unknown global 3", code -> code.op(Opcode.GLOBAL_SET, 3)));
  }

  private static Stream<Case> references() {
    return Stream.of(
        valid("externref", Opcode.REF_NULL, "-> externref", code -> code.op(Opcode.REF_NULL, 0x6f)),
        refused("of a number", Opcode.REF_NULL, "->", "malformed heap type", code -> code.op(Opcode.REF_NULL, 0x7f)),
        refused("other type", Opcode.REF_NULL, "-> externref", "type mismatch", code -> code.op(Opcode.REF_NULL, 0x70)),
        valid("externref", Opcode.REF_IS_NULL, "-> i32",
            code -> code.op(Opcode.REF_NULL, 0x6f).op(Opcode.REF_IS_NULL)),
        refused("number", Opcode.REF_IS_NULL, "-> i32", "type mismatch", code -> code.i32(0).op(Opcode.REF_IS_NULL)),
        valid("declared", Opcode.REF_FUNC, "-> funcref", code -> code.op(Opcode.REF_FUNC, 0)),
        refused("of another type", Opcode.REF_FUNC, "-> (ref null 0)", "type mismatch",
            code -> code.op(Opcode.REF_FUNC, 0)),
        valid("typed", Opcode.CALL_REF, "-> i32 i64",
            code -> code.i32(0).op(Opcode.REF_FUNC, 0).op(Opcode.CALL_REF, 1)),
        valid("null", Opcode.CALL_REF, "-> i32 i64",
            code -> code.i32(0).raw(0xd0, 1).op(Opcode.CALL_REF, 1)),
        refused("any function", Opcode.CALL_REF, "-> i32 i64", "type mismatch",
            code -> code.i32(0).op(Opcode.REF_NULL, 0x70).op(Opcode.CALL_REF, 1)),
        refused("no argument", Opcode.CALL_REF, "-> i32 i64", "type mismatch",
            code -> code.op(Opcode.REF_FUNC, 0).op(Opcode.CALL_REF, 1)),
        refused("unknown type", Opcode.CALL_REF, "->", "unknown type 9", code -> code.op(Opcode.CALL_REF, 9)),
        valid("same results", Opcode.RETURN_CALL_REF, "-> i32 i64",
            code -> code.i32(0).op(Opcode.REF_FUNC, 0).op(Opcode.RETURN_CALL_REF, 1)),
        refused("other results", Opcode.RETURN_CALL_REF, "-> i32", "type mismatch",
            code -> code.i32(0).op(Opcode.REF_FUNC, 0).op(Opcode.RETURN_CALL_REF, 1)),
        valid("loses null", Opcode.REF_AS_NON_NULL, "-> (ref extern)",
            code -> code.op(Opcode.REF_NULL, 0x6f).op(Opcode.REF_AS_NON_NULL)),
        valid("unknown type", Opcode.REF_AS_NON_NULL, "-> (ref 0)",
            code -> code.op(Opcode.UNREACHABLE).op(Opcode.REF_AS_NON_NULL)),
        refused("number", Opcode.REF_AS_NON_NULL, "->", "type mismatch",
            code -> code.i32(0).op(Opcode.REF_AS_NON_NULL)),
        refused("no number even in dead code", Opcode.REF_AS_NON_NULL, "-> i32", "type mismatch",
            code -> code.op(Opcode.UNREACHABLE).op(Opcode.REF_AS_NON_NULL)),
        valid("stays without null", Opcode.BR_ON_NULL, "-> (ref extern)",
            code -> code.block().op(Opcode.REF_NULL, 0x6f).op(Opcode.BR_ON_NULL, 0).op(Opcode.RETURN).end()
                .op(Opcode.UNREACHABLE)),
        refused("label wants a value", Opcode.BR_ON_NULL, "-> i32", "type mismatch",
            code -> code.op(Opcode.REF_NULL, 0x6f).op(Opcode.BR_ON_NULL, 0).op(Opcode.DROP).i32(0)),
        refused("number", Opcode.BR_ON_NULL, "->", "type mismatch", code -> code.i32(0).op(Opcode.BR_ON_NULL, 0)),
        valid("goes without null", Opcode.BR_ON_NON_NULL, "-> (ref extern)",
            code -> code.op(Opcode.REF_NULL, 0x6f).op(Opcode.BR_ON_NON_NULL, 0).op(Opcode.UNREACHABLE)),
        refused("label of numbers", Opcode.BR_ON_NON_NULL, "-> i32", "type mismatch",
            code -> code.op(Opcode.REF_NULL, 0x6f).op(Opcode.BR_ON_NON_NULL, 0).i32(0)),
        refused("label without values", Opcode.BR_ON_NON_NULL, "->", "type mismatch",
            code -> code.op(Opcode.REF_NULL, 0x6f).op(Opcode.BR_ON_NON_NULL, 0)),
        refused("undeclared", Opcode.REF_FUNC, "-> funcref", "undeclared function reference",
            code -> code.op(Opcode.REF_FUNC, 1)),
        refused("unknown", Opcode.REF_FUNC, "-> funcref", "unknown function 2", code -> code.op(Opcode.REF_FUNC, 2)),
        valid("element", Opcode.TABLE_GET, "-> externref", code -> code.i32(0).op(Opcode.TABLE_GET, 1)),
        refused("unknown", Opcode.TABLE_GET, "->", "unknown table 2", code -> code.i32(0).op(Opcode.TABLE_GET, 2)),
        refused("index of another type", Opcode.TABLE_GET, "-> funcref", "type mismatch",
            code -> code.i64(0).op(Opcode.TABLE_GET, 0)),
        valid("element", Opcode.TABLE_SET, "->",
            code -> code.i32(0).op(Opcode.REF_NULL, 0x70).op(Opcode.TABLE_SET, 0)),
        refused("other element", Opcode.TABLE_SET, "->", "type mismatch",
            code -> code.i32(0).op(Opcode.REF_NULL, 0x6f).op(Opcode.TABLE_SET, 0)),
        refused("unknown", Opcode.TABLE_SET, "->", "unknown table 2", code -> code.op(Opcode.TABLE_SET, 2)),
        valid("size before", Opcode.TABLE_GROW, "-> i32",
            code -> code.op(Opcode.REF_NULL, 0x70).i32(1).op(Opcode.TABLE_GROW, 0)),
        refused("other element", Opcode.TABLE_GROW, "-> i32", "type mismatch",
            code -> code.op(Opcode.REF_NULL, 0x6f).i32(1).op(Opcode.TABLE_GROW, 0)),
        refused("unknown", Opcode.TABLE_GROW, "-> i32", "unknown table 2", code -> code.op(Opcode.TABLE_GROW, 2)),
        valid("run", Opcode.TABLE_FILL, "->",
            code -> code.i32(0).op(Opcode.REF_NULL, 0x6f).i32(1).op(Opcode.TABLE_FILL, 1)),
        refused("other element", Opcode.TABLE_FILL, "->", "type mismatch",
            code -> code.i32(0).op(Opcode.REF_NULL, 0x70).i32(1).op(Opcode.TABLE_FILL, 1)),
        refused("unknown", Opcode.TABLE_FILL, "->", "unknown table 2", code -> code.op(Opcode.TABLE_FILL, 2)),
        refused("unknown", Opcode.TABLE_SIZE, "-> i32", "unknown table 2", code -> code.op(Opcode.TABLE_SIZE, 2)),
        refused("tables of two types", Opcode.TABLE_COPY, "->", "type mismatch",
            code -> code.i32(0).i32(0).i32(0).op(Opcode.TABLE_COPY, 0, 1)),
        refused("unknown", Opcode.TABLE_COPY, "->", "unknown table 2", code -> code.op(Opcode.TABLE_COPY, 2, 0)),
        refused("other type", Opcode.TABLE_INIT, "->", "type mismatch",
            code -> code.i32(0).i32(0).i32(0).op(Opcode.TABLE_INIT, 1, 0)),
        refused("unknown segment", Opcode.TABLE_INIT, "->", "unknown elem segment 2",
            code -> code.op(Opcode.TABLE_INIT, 2, 0)),
        refused("unknown", Opcode.ELEM_DROP, "->", "unknown elem segment 2", code -> code.op(Opcode.ELEM_DROP, 2)),
        refused("unknown", Opcode.MEMORY_INIT, "->", "unknown data segment 1",
            code -> code.op(Opcode.MEMORY_INIT, 1, 0)),
        refused("unknown", Opcode.DATA_DROP, "->", "unknown data segment 1", code -> code.op(Opcode.DATA_DROP, 1)),
        refused("other memory", Opcode.MEMORY_COPY, "->", "unknown memory 1",
            code -> code.op(Opcode.MEMORY_COPY, 0, 1)));
  }

  private static Stream<Case> cases() {
    return Stream.of(control(), variables(), references()).flatMap(all -> all);
  }

  @TestFactory
  Stream<DynamicTest> givenEachCaseThenItIsJudgedByTheRule() {
    return cases().map(one -> DynamicTest.dynamicTest(
        one.opcode.mnemonic + ": " + one.name + (one.reason.isEmpty() ? "" : " is refused"), () -> check(one)));
  }

  private static void check(Case one) {
    byte[] module = module(one.type, one.code);
    if (one.reason.isEmpty()) {
      assertDoesNotThrow(() -> ModuleReader.read(module, EnumSet.allOf(Feature.class)));
    } else {
      CompileError error =
          assertThrows(CompileError.class, () -> ModuleReader.read(module, EnumSet.allOf(Feature.class)));
      assertEquals(one.reason, error.reason().substring(0, Math.min(one.reason.length(), error.reason().length())));
    }
  }

  @Test
  void everyInstructionWithoutAFixedSignatureHasACase() {
    Set<Opcode> missing = EnumSet.allOf(Opcode.class);
    missing.removeIf(opcode -> opcode.signature != null);
    cases().forEach(one -> missing.remove(one.opcode));
    assertEquals(Set.of(), missing);
  }

  @Test
  void givenNoDataCountThenDataCannotBeNamedInCode() {
    CompileError error = assertThrows(CompileError.class, () -> ModuleReader.read(new ModuleBuilder()
        .passiveData(new byte[1]).withoutDataCount()
        .local("->", List.of(), code -> code.op(Opcode.DATA_DROP, 0)).build()));
    assertEquals("data count section required", error.reason());
  }

  @Test
  void givenAStartFunctionWithParametersThenItIsRefused() {
    CompileError error = assertThrows(CompileError.class, () -> ModuleReader.read(new ModuleBuilder()
        .local("i32 ->", List.of(), code -> { }).start(0).build()));
    assertEquals("start function must have no parameters and no results", error.reason());
  }

  @Test
  void givenAConstantExpressionThatReadsAMutableGlobalThenItIsRefused() {
    CompileError error = assertThrows(CompileError.class, () -> ModuleReader.read(new ModuleBuilder()
        .global(ValType.I32, true, code -> code.i32(0))
        .global(ValType.I32, false, code -> code.op(Opcode.GLOBAL_GET, 0)).build()));
    assertEquals("constant expression required", error.reason());
  }
}
