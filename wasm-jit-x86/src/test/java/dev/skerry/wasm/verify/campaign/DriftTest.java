package dev.skerry.wasm.verify.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.VerificationError;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Mutants of mutants: code that drifts away from what somebody wrote, as far as the verifier accepts each step, breaks
 * no rule in the eyes of the oracle. {@code -Dskerry.fuzz.seed} says which functions, {@code -Dskerry.drifts} how many;
 * a drift depends on its own seed alone, so {@code -Dskerry.drifts=1} with that one repeats it.
 */
class DriftTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 6_000_000);
  private static final int DRIFTS = Integer.getInteger("skerry.drifts", 40);
  private static final int STEPS = 60;
  private static final int INPUTS = 16;
  private static final int MISPREDICTED_INPUTS = 5;
  private static final int BUDGET = 600;

  private final List<String> wrong = new ArrayList<>();
  private int accepted;
  private int refused;

  @Test
  void givenMutantsOfMutantsThenWhatIsAcceptedBreaksNoRule() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "vector instructions are asked of the processor");
    Subjects subjects = new Subjects();
    for (int i = 0; i < DRIFTS; i++) {
      long seed = SEED + i;
      Random random = new Random(seed);
      Subject subject = seed % 2 == 0 ? subjects.pick(random, random.nextInt(1 << 10)) : randomCode(seed);
      if (subject != null && proves(subject, subject.code())) {
        drift(subject, seed, random);
      }
    }
    System.out.printf("mutants of mutants: %d accepted, %d refused%n", accepted, refused);
    assertEquals(List.of(), wrong);
    assertTrue(accepted > DRIFTS && refused > DRIFTS,
        "accepted: " + accepted + ", refused: " + refused + ", -Dskerry.fuzz.seed=" + SEED);
  }

  private static Subject randomCode(long seed) {
    MemoryStrategy memory = MemoryStrategy.values()[Math.floorMod(seed >> 1, MemoryStrategy.values().length)];
    Subject made = RandomCode.make(100 * seed, memory);
    for (int i = 1; i < 100 && !proves(made, made.code()); i++) {
      made = RandomCode.make(100 * seed + i, memory);
    }
    return made;
  }

  private static boolean proves(Subject subject, CompiledFunction code) {
    try {
      ProvedCode.of(code, subject.contract());
      return true;
    } catch (VerificationError refused) {
      return false;
    }
  }

  private void drift(Subject subject, long seed, Random random) {
    CompiledFunction code = subject.code();
    StringBuilder way = new StringBuilder();
    try (Oracle oracle = new Oracle(subject)) {
      oracle.world.limitMoves = true;
      for (int step = 0; step < STEPS; step++) {
        Mutation mutation = Mutation.values()[random.nextInt(Mutation.values().length)];
        Mutator.Mutant mutant = mutant(code, random, mutation);
        if (mutant == null) {
          continue;
        }
        if (!proves(subject, mutant.code())) {
          refused++;
          continue;
        }
        accepted++;
        code = mutant.code();
        way.append(mutation).append(": ").append(mutant.text()).append("; ");
        Violation violation = oracle.violation(code, random.nextInt(), INPUTS, MISPREDICTED_INPUTS, BUDGET);
        if (violation != null) {
          wrong.add("-Dskerry.fuzz.seed=" + seed + ": " + subject + ": " + way + violation.getMessage());
          return;
        }
      }
    }
  }

  private static Mutator.Mutant mutant(CompiledFunction code, Random random, Mutation mutation) {
    try {
      return new Mutator(code, random).make(mutation);
    } catch (IndexOutOfBoundsException changedTable) {
      // Where a mutant has another jump table than its original, what moves instructions cannot tell how long it is.
      return null;
    }
  }
}
