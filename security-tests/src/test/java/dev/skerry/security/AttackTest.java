package dev.skerry.security;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every attack is stopped where its barrier stands, and reaches its goal where the harness took it away. */
class AttackTest {

  @TestFactory
  Stream<DynamicTest> attacksAreStoppedByTheirBarrier() {
    return Catalogue.attacks().stream().map(attack -> DynamicTest.dynamicTest(attack.name() + " is stopped", () -> {
      Outcome outcome = attack.run(Barrier.UP);
      assertFalse(outcome.reached(), () -> attack.goal() + ": " + outcome.observation());
    }));
  }

  @TestFactory
  Stream<DynamicTest> attacksReachTheirGoalWithoutIt() {
    return Catalogue.attacks().stream().map(attack -> DynamicTest.dynamicTest(attack.name() + " is sharp", () -> {
      Outcome outcome = attack.run(Barrier.DOWN);
      assertTrue(outcome.reached(), () -> attack.goal() + ": " + outcome.observation());
    }));
  }
}
