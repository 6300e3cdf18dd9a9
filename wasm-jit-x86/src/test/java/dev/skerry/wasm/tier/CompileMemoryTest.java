package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.TypeRegistry;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compiling takes heap in proportion to the body: at most {@link #FOR_A_BYTE} for each byte, all counted that is ever
 * allocated. Bodies are a MiB at most ({@link Compiler#MAX_BODY_BYTES}), so a compiler's thread holds less than that
 * many MiB, whatever the guest is.
 */
class CompileMemoryTest {

  /** Twice what the worst of these takes. */
  private static final long FOR_A_BYTE = 1_500;
  private static final int LOCALS = 24;

  static Stream<Arguments> bodies() {
    return Stream.of(
        body("blocks that branches leave", code -> {
          for (int i = 0; i < 24_000; i++) {
            code.block().get(i % LOCALS).brIf(0).get(i % 7).i32(1).op(Opcode.I32_ADD).set(i % LOCALS).end();
          }
        }),
        body("accesses and sums", code -> {
          for (int i = 0; i < 20_000; i++) {
            code.get(i % LOCALS).get((i + 1) % LOCALS).op(Opcode.I32_LOAD, 2, i % 1000).get(i % 5)
                .op(Opcode.I32_MUL).op(Opcode.I32_STORE, 2, 4 * i);
          }
        }),
        body("loops one after the other", code -> {
          for (int i = 0; i < 12_000; i++) {
            code.loop().get(i % LOCALS).i32(1).op(Opcode.I32_ADD).op(Opcode.LOCAL_TEE, i % LOCALS).get((i + 3) % LOCALS)
                .op(Opcode.I32_LT_U).brIf(0).end();
          }
        }),
        body("calls", code -> {
          for (int i = 0; i < 30_000; i++) {
            code.get(i % LOCALS).get(0).call(0).set((i + 1) % LOCALS);
          }
        }));
  }

  private static Arguments body(String name, Consumer<Code> body) {
    return Arguments.of(name, body);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void givenALargeBodyThenItsHeapIsInProportion(String name, Consumer<Code> body) throws Exception {
    byte[] bytes = new ModuleBuilder().memory(1, 1)
        .local("i32 i32 -> i32", Collections.nCopies(LOCALS, ValType.I32), code -> {
          body.accept(code);
          code.get(0);
        }).build();
    ModuleCode module = new ModuleCode(ModuleReader.read(bytes, Module.FEATURES), new TypeRegistry(), false,
        Allowance.of(Module.FEATURES));
    for (MemoryStrategy memory : new MemoryStrategy[] {MemoryStrategy.GUARD, MemoryStrategy.HARDENED}) {
      CompileMemory compiler = new CompileMemory(module, new EngineOptions(Tier.JIT, memory, false, true));
      compiler.compile(0);
      String what = name + ", " + memory + ": " + compiler.heapBytes() + " bytes for " + compiler.bodyBytes()
          + " of body, " + compiler.refused() + " refused";
      assertTrue(compiler.bodyBytes() > 150_000 && compiler.refused() == 0
          && compiler.heapBytes() < FOR_A_BYTE * compiler.bodyBytes(), what);
    }
  }
}
