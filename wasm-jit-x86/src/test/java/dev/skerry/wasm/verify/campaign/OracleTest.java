package dev.skerry.wasm.verify.campaign;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.verify.ProvedCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The oracle is right about real code: it computes what the processor computes, and objects to nothing. */
class OracleTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 6_000_000);
  private static final int FUNCTIONS = Integer.getInteger("skerry.oracle.functions", 120);
  private static final int RUNS = 12;
  private static final int BUDGET = 20_000;

  @Test
  void givenCompiledFunctionsThenTheOracleAgreesWithTheProcessorAndSeesNoViolation() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "machine code runs on native memory only");
    Map<Oracle.End, Integer> ends = new EnumMap<>(Oracle.End.class);
    Random random = new Random(SEED);
    Subjects subjects = new Subjects();
    int functions = 0;
    int compared = 0;
    for (int turn = 0; functions < FUNCTIONS; turn++) {
      Subject subject = subjects.pick(random, turn);
      if (subject == null) {
        continue;
      }
      functions++;
      assertDoesNotThrow(() -> ProvedCode.of(subject.code(), subject.contract()), subject::toString);
      try (NativeMachine machine = new NativeMachine(subject.code());
          Oracle oracle = new Oracle(subject, NativeMachine.stopAddress())) {
        World world = oracle.world;
        oracle.load(subject.code(), subject.code().code(), machine.codeBase());
        for (int run = 0; run < RUNS; run++) {
          long seed = random.nextInt();
          boolean interrupts = run % 4 == 3;
          String what = subject + ", -Dskerry.fuzz.seed=" + SEED;
          Oracle.Run seen = assertDoesNotThrow(() -> oracle.run(seed, interrupts, BUDGET), what);
          ends.merge(seen.end(), 1, Integer::sum);
          assertDoesNotThrow(() -> oracle.runMispredicted(seed, BUDGET), what);
          // Once more, so that the state is that of the plain run.
          oracle.run(seed, interrupts, BUDGET);
          if (seen.end() == Oracle.End.FAULT || seen.end() == Oracle.End.BUDGET) {
            continue;
          }
          long[] general = world.cpu.gpr.clone();
          long[] vectors = world.cpu.vector.clone();
          long digest = world.digest();
          oracle.prepare(seed, interrupts);
          long[][] memories = world.copy();
          Oracle.Run done = oracle.runNatively(machine, seed, interrupts);
          assertEquals(seen.end(), done.end(), what);
          for (int i = 0; i < general.length; i++) {
            assertEquals(Long.toHexString(general[i]), Long.toHexString(world.cpu.gpr[i]),
                what + " register " + i + " run " + seed);
          }
          for (int i = 0; i < vectors.length; i++) {
            assertEquals(vectors[i], world.cpu.vector[i], what + " long " + i + " of vectors");
          }
          assertEquals(digest, world.digest(), what);
          world.restore(memories);
          compared++;
        }
      }
    }
    System.out.println("oracle: " + functions + " functions, " + compared
        + " runs compared with the processor, ends " + ends);
    assertTrue(compared > FUNCTIONS * RUNS / 2, "only " + compared + " runs were compared");
  }
}
