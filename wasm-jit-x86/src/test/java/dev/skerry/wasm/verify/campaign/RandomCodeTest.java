package dev.skerry.wasm.verify.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.Rule;
import dev.skerry.wasm.verify.VerificationError;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Machine code that no compiler writes is refused, or breaks no rule in the eyes of the oracle. {@code
 * -Dskerry.fuzz.seed} says which functions, {@code -Dskerry.functions} how many.
 */
class RandomCodeTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 9_000_000);
  private static final int FUNCTIONS = Integer.getInteger("skerry.functions", 4_000);
  private static final int INPUTS = 24;
  private static final int MISPREDICTED_INPUTS = 6;
  private static final int BUDGET = 600;

  @Test
  void givenCodeThatNoCompilerWritesThenWhatIsAcceptedBreaksNoRule() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "vector instructions are asked of the processor");
    List<String> wrong = new ArrayList<>();
    Map<Rule, Integer> refused = new EnumMap<>(Rule.class);
    int accepted = 0;
    int dangerous = 0;
    for (int i = 0; i < FUNCTIONS; i++) {
      long seed = SEED + i;
      Subject subject = RandomCode.make(seed);
      try {
        ProvedCode.of(subject.code(), subject.contract());
      } catch (VerificationError error) {
        dangerous += refused.merge(error.rule(), 1, Integer::sum) % 16 == 0 && violation(subject, seed) != null ? 1 : 0;
        continue;
      }
      accepted++;
      Violation violation = violation(subject, seed);
      if (violation != null) {
        wrong.add("-Dskerry.fuzz.seed=" + seed + ": " + subject + ": " + violation.getMessage());
      }
    }
    System.out.printf("random code: %d accepted, refused by rule: %s, %d of one in 16 of these dangerous%n", accepted,
        refused, dangerous);
    assertEquals(List.of(), wrong);
    assertTrue(accepted > FUNCTIONS / 20, "accepted: " + accepted);
    assertTrue(dangerous > 0, "the oracle objects to nothing that is refused");
  }

  private static Violation violation(Subject subject, long seed) {
    try (Oracle oracle = new Oracle(subject)) {
      oracle.world.limitMoves = true;
      return oracle.violation(subject.code(), seed, INPUTS, MISPREDICTED_INPUTS, BUDGET);
    }
  }
}
