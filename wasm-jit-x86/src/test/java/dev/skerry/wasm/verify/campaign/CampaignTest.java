package dev.skerry.wasm.verify.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Mutants of real compiled code that the verifier accepts break no rule in the eyes of the oracle. {@code
 * -Dskerry.campaign.seconds} says how long at least, {@code -Dskerry.fuzz.seed} which mutants; the counts go to the
 * file {@code target/mutation-campaign.txt}.
 */
class CampaignTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 7_000_000);
  private static final int FUNCTIONS = Integer.getInteger("skerry.campaign.functions", 48);
  private static final long SECONDS = Long.getLong("skerry.campaign.seconds", 0);
  private static final int TIMES = 3;
  private static final int CHECKED_FUNCTIONS = Integer.getInteger("skerry.campaign.checked", 8);

  @Test
  void givenMutantsOfCompiledCodeThenNoneThatIsAcceptedBreaksARule() throws IOException {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "vector instructions are asked of the processor");
    Campaign campaign = new Campaign();
    Subjects subjects = new Subjects();
    Random random = new Random(SEED);
    long end = System.nanoTime() + SECONDS * 1_000_000_000;
    for (int turn = 0; campaign.functions() < FUNCTIONS || SECONDS > 0 && System.nanoTime() - end < 0; turn++) {
      Subject subject = subjects.pick(random, turn);
      long seed = random.nextLong();
      if (subject != null) {
        campaign.run(subject, seed, TIMES);
      }
    }
    String report = campaign.report();
    System.out.print(report);
    Path file = Path.of("target", "mutation-campaign.txt");
    Files.createDirectories(file.getParent());
    Files.writeString(file, report + String.join("\n", campaign.unexplained()) + "\n");
    assertEquals(List.of(), campaign.unexplained(), "-Dskerry.fuzz.seed=" + SEED);
    campaign.counts().forEach((mutation, count) -> assertTrue(count.made > 0, "no mutants: " + mutation.text()));
    int dangerous = campaign.counts().values().stream().mapToInt(count -> count.dangerous).sum();
    assertTrue(dangerous > 0, "the oracle objects to nothing that is refused");
  }

  @Test
  void givenFunctionsWithoutEachOfTheirChecksInTurnThenNoneThatIsAcceptedBreaksARule() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "vector instructions are asked of the processor");
    Campaign campaign = new Campaign();
    Subjects subjects = new Subjects();
    Random random = new Random(SEED + 1);
    for (int turn = 0; campaign.functions() < CHECKED_FUNCTIONS; turn++) {
      Subject subject = subjects.pick(random, turn);
      long seed = random.nextLong();
      if (subject != null) {
        campaign.runChecks(subject, seed);
      }
    }
    Campaign.Count count = campaign.counts().get(Mutation.CHECK);
    System.out.printf("%d checks left out in turn: %d refused, %d harmless%n", count.made, count.refused,
        count.accepted);
    assertEquals(List.of(), campaign.unexplained(), "-Dskerry.fuzz.seed=" + SEED);
    assertTrue(count.refused > CHECKED_FUNCTIONS, "refused: " + count.refused);
  }
}
