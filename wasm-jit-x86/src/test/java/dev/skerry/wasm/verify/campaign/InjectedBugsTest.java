package dev.skerry.wasm.verify.campaign;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.verify.VerificationError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What compilers got wrong once: the verifier refuses what they would write, by the right rule, and the oracle sees it
 * do harm, so that the refusal is no false alarm; what our compiler writes for the same function is accepted and
 * harmless. The table of them goes to {@code target/injected-bugs.md}.
 */
class InjectedBugsTest {

  private static final int INPUTS = 10_000;
  private static final int HARMLESS_INPUTS = 200;
  private static final int BUDGET = 1_000;
  private static final int LEAST_CLASSES = 15;
  /** Classes of the threat model that are compilers' own. */
  private static final Set<Integer> DEMANDED = Set.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 21);

  private static final List<String> TABLE = new ArrayList<>(List.of(
      "| class | CVE | injected | refused by | what the oracle sees |", "|---|---|---|---|---|"));

  static List<InjectedBug> bugs() {
    return InjectedBugs.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bugs")
  void givenTheMistakeOfACompilerThenItsCodeIsRefusedAndDoesHarm(InjectedBug bug) {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "vector instructions are asked of the processor");
    Subject sound = bug.sound();
    assertDoesNotThrow(() -> ProvedCode.of(sound.code(), sound.contract()), bug.what());
    assertNull(firstViolation(sound, HARMLESS_INPUTS), bug.what());
    Subject mistaken = bug.mistaken();
    VerificationError refused = assertThrows(VerificationError.class,
        () -> ProvedCode.of(mistaken.code(), mistaken.contract()), bug.what());
    assertTrue(bug.rules().contains(refused.rule()), bug.what() + ": " + refused.getMessage());
    Violation seen = firstViolation(mistaken, INPUTS);
    assertNotNull(seen, "no harm was seen: " + bug.what());
    note(bug, refused, seen);
  }

  private static Violation firstViolation(Subject subject, int inputs) {
    try (Oracle oracle = new Oracle(subject)) {
      oracle.load(subject.code());
      for (int input = 0; input < inputs; input++) {
        oracle.run(input, input % 4 == 3, BUDGET);
        oracle.runMispredicted(input, BUDGET);
      }
      return null;
    } catch (Violation violation) {
      return violation;
    }
  }

  private static void note(InjectedBug bug, VerificationError refused, Violation seen) {
    TABLE.add("| %s | %s | %s (%s) | %s | %s |".formatted(bug.number() == 0 ? "-" : bug.number(), bug.cve(), bug.what(),
        bug.memory(), refused.rule(), seen.kind()));
  }

  @Test
  void givenTheListThenItHasManyHistoricClasses() {
    long classes = bugs().stream().map(InjectedBug::cve).filter(cve -> cve.length() > 1).distinct().count();
    assertTrue(classes >= LEAST_CLASSES, "only " + classes);
    Set<Integer> numbers = bugs().stream().map(InjectedBug::number).collect(Collectors.toSet());
    assertTrue(numbers.containsAll(DEMANDED), () -> "of the threat model there are only " + numbers);
    assertTrue(numbers.size() > LEAST_CLASSES, () -> "of the threat model there are only " + numbers);
  }

  @AfterAll
  static void writeTable() throws IOException {
    TABLE.forEach(System.out::println);
    Path file = Path.of("target", "injected-bugs.md");
    Files.createDirectories(file.getParent());
    Files.write(file, TABLE);
  }
}
