package dev.skerry.wasm.regalloc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.memory.NativeSupport;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random functions: every allocation is proved, and the machine code does what its instructions say. */
class AllocationTest {

  private static final int FUNCTIONS = Integer.getInteger("skerry.allocation.functions", 1500);
  private static final long SEED = Long.getLong("skerry.fuzz.seed", 1);

  @Test
  void givenRandomFunctionsWhenAllocatedThenProvedAndRunAsTheirInstructionsSay() {
    NativeRunner runner = NativeSupport.current().nativeMemory() ? new NativeRunner() : null;
    for (int i = 0; i < FUNCTIONS; i++) {
      long seed = SEED * 1_000_003 + i;
      int budget = 10 + i % 200;
      try {
        Lir lir = RandomLir.of(new Random(seed), budget);
        Allocation allocation = Allocation.of(lir);
        AllocationChecker.check(allocation);
        CompiledFunction function = Emission.emit(allocation);
        for (int run = 0; run < 2 && runner != null; run++) {
          long first = run == 0 ? seed * 0x9E3779B97F4A7C15L : 3;
          assertEquals(LirEvaluator.run(lir, first, seed), runner.run(function, first, seed));
        }
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("function " + seed + ", " + budget + " instructions, -Dskerry.fuzz.seed=" + SEED, e);
      }
    }
  }
}
