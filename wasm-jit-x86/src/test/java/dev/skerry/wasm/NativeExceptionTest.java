package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exceptions that machine code throws and catches: what was there before the call is there where it lands. */
class NativeExceptionTest {

  private static final int I64 = -2;
  private static final int TAG = 0;
  private static final int OTHER = 1;
  /** Of clauses of try_table. */
  private static final int CATCH = 0;
  private static final int CATCH_ALL = 2;

  private final Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.AUTO), null);
  private final Store store = engine.newStore();

  @BeforeAll
  static void needsNativeMemory() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "machine code runs on native memory only");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Instance instance(ModuleBuilder builder, boolean passes) throws CompileError, LinkError {
    Module module = Module.compile(engine, builder.build());
    new Pipeline(CpuFeatures.current(), MemoryStrategy.CHECK, passes).install(module);
    return new Linker(store).instantiate(module);
  }

  /** Throws the first tag with 5 if it is given 1, the second with nothing for 2, and returns its other parameter. */
  private static ModuleBuilder guest() {
    ModuleBuilder builder = new ModuleBuilder();
    builder.tag("i64 ->").tag(" ->").memory(1, 1);
    return builder.function("raise", "i32 i64 -> i64", code -> code
        .get(0).i32(1).op(Opcode.I32_EQ).op(Opcode.IF, Code.EMPTY).i64(5).op(Opcode.THROW, TAG).end()
        .get(0).i32(2).op(Opcode.I32_EQ).op(Opcode.IF, Code.EMPTY).op(Opcode.THROW, OTHER).end()
        .get(1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givenACallThatThrowsWhenItIsCaughtThenLocalsOfAllKindsAreAsBeforeTheCall(boolean passes)
      throws CompileError, LinkError {
    Instance instance = instance(guest().function("catches", "i32 i64 f64 -> i64", code -> code
        .op(Opcode.BLOCK, I64)
        .op(Opcode.TRY_TABLE, I64, CATCH, TAG, 0)
        .get(0).get(1).call(0).end()
        .i64(100).op(Opcode.I64_ADD)
        .op(Opcode.RETURN)
        .end()
        .get(1).op(Opcode.I64_ADD).get(2).op(Opcode.I64_TRUNC_F64_S).op(Opcode.I64_ADD)), passes);
    Func function = instance.func("catches").orElseThrow();

    assertEquals(107L, function.call(0, 7L, 3.5)[0]);
    assertEquals(5L + 7 + 3, function.call(1, 7L, 3.5)[0]);
    assertThrows(WasmException.class, () -> function.call(2, 7L, 3.5));
    assertEquals(5L - 9 + 1000, function.call(1, -9L, 1000.25)[0]);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givenNestedHandlersWhenAnInnerOneDoesNotFitThenTheOuterOneCatchesInALoop(boolean passes)
      throws CompileError, LinkError {
    // Sums 5 for each exception with a value, and 1000 for each other one, of calls with 0, 1 and 2 in turn.
    Instance instance = instance(guest().function("loop", "i32 i64 -> i64", code -> code
        .loop()
        .op(Opcode.BLOCK, Code.EMPTY)
        .op(Opcode.BLOCK, Code.EMPTY)
        .op(Opcode.TRY_TABLE, Code.EMPTY, CATCH_ALL, 0, 0)
        .op(Opcode.BLOCK, I64)
        .op(Opcode.TRY_TABLE, Code.EMPTY, CATCH, TAG, 0)
        .get(0).i32(3).op(Opcode.I32_REM_U).i64(0).call(0).op(Opcode.DROP)
        .br(4)
        .end()
        .i64(0)
        .end()
        .get(1).op(Opcode.I64_ADD).set(1)
        .br(2)
        .end()
        .end()
        .get(1).i64(1000).op(Opcode.I64_ADD).set(1)
        .end()
        .get(0).i32(1).op(Opcode.I32_SUB).op(Opcode.LOCAL_TEE, 0).brIf(0)
        .end()
        .get(1)), passes);

    assertEquals(100 * 1005L, instance.func("loop").orElseThrow().call(300, 0L)[0]);
  }
}
