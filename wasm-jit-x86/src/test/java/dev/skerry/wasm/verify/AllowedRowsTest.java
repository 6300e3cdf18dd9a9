package dev.skerry.wasm.verify;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.TestModule;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.x64.CpuFeature;
import dev.skerry.wasm.x64.Decoder;
import dev.skerry.wasm.x64.InstructionScanner;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Code that needs what the processor lacks is refused, whoever wrote it: it would end the process. */
class AllowedRowsTest {

  private final ModuleInfo module =
      assertDoesNotThrow(() -> ModuleReader.read(new TestModule().func("nothing", "->", "nop").bytes()));

  private void prove(Set<CpuFeature> features, int... bytes) throws VerificationError {
    byte[] code = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      code[i] = (byte) bytes[i];
    }
    CompiledFunction compiled = new CompiledFunction(code, code.length, 0, 0, 0, new int[0], new int[0], new int[0],
        new int[0], new int[0][], 0, 0);
    Contract contract = new Contract(module, new ModuleLayout(module), type -> type, MemoryStrategy.CHECK, 0, -1);
    Verifier.verify(compiled, contract, AllowedRows.of(CpuFeatures.of(features)));
  }

  @Test
  void givenAnInstructionOfAFeatureThatTheProcessorLacksThenItIsRefusedByName() {
    int[] popcnt = {0xF3, 0x0F, 0xB8, 0xC7, 0xC3};
    int[] vaddss = {0xC5, 0xFA, 0x58, 0xC1, 0xC3};
    assertEquals("POPCNT", lacking(popcnt));
    assertEquals("AVX", lacking(vaddss));
    assertDoesNotThrow(() -> prove(EnumSet.of(CpuFeature.POPCNT), popcnt));
    assertDoesNotThrow(() -> prove(EnumSet.of(CpuFeature.AVX), vaddss));
  }

  private String lacking(int... bytes) {
    VerificationError error = assertThrows(VerificationError.class, () -> prove(Set.of(), bytes));
    assertEquals(Rule.INSTRUCTIONS, error.rule());
    assertEquals(0, error.offset());
    String message = error.getMessage();
    String before = "the processor has no ";
    int at = message.indexOf(before) + before.length();
    return message.substring(at, message.indexOf(';', at));
  }

  @Test
  void givenEveryRowThenItIsAllowedOnlyWhereTheProcessorHasItsFeature() {
    boolean[] floor = AllowedRows.of(CpuFeatures.floor());
    boolean[] all = AllowedRows.of(CpuFeatures.of(EnumSet.allOf(CpuFeature.class)));
    int more = 0;
    for (Row row : Rows.all()) {
      assertEquals(Effects.of(row) != null, all[row.id()], row.toString());
      assertTrue(!floor[row.id()] || CpuFeatures.floor().has(row.feature()), row.toString());
      more += all[row.id()] && !floor[row.id()] ? 1 : 0;
    }
    assertTrue(more > 200, "rows beyond the floor: " + more);
  }

  @Test
  void givenALockedInstructionOnARegisterThenItIsNoInstruction() {
    byte[] lockAdd = {(byte) 0xF0, 0x01, (byte) 0xC8};
    assertEquals(null, new Decoder(lockAdd, lockAdd.length).at(0));
    InstructionScanner scanner = new InstructionScanner(new int[Row.ID_LIMIT]);
    scanner.open(lockAdd, lockAdd.length);
    assertEquals(0, scanner.read(0));
  }
}
