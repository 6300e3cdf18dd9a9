package dev.skerry.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.origin.PageHost;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Tier;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every attack is stopped where its barrier stands, and reaches its goal where the harness took it away. */
class AttackTest {

  /** What was seen: by attack and setting, {@code S} for stopped and {@code C} for a control that reached its goal. */
  private static final Map<String, Map<String, String>> MATRIX = new TreeMap<>();
  /** What attacks on what everybody shares cost. */
  private static final Map<String, Strain> STRAINS = new TreeMap<>();

  @TestFactory
  Stream<DynamicContainer> attacks() {
    return Catalogue.attacks().stream().map(attack -> DynamicContainer.dynamicContainer(attack.card().name(),
        engines(attack.card().target()).stream().flatMap(engine -> Stream.of(Barrier.values())
            .map(barrier -> test(attack, new Setting(barrier, engine))))));
  }

  private static DynamicTest test(Attack attack, Setting setting) {
    String engine = attack.card().target() == Target.NETWORK ? "no guest code" : Setting.name(setting.engine());
    String what = attack.card().name() + (setting.isUp() ? " is stopped, " : " is sharp, ") + engine;
    return DynamicTest.dynamicTest(what, () -> {
      Outcome outcome = attack.run(setting);
      note(attack, setting, outcome, engine);
      Assumptions.assumeTrue(outcome.shown(), () -> attack.card().name() + ": " + outcome.observation());
      assertEquals(setting.isDown(), outcome.reached(), () -> attack.card().goal() + ": " + outcome.observation());
    });
  }

  private static void note(Attack attack, Setting setting, Outcome outcome, String engine) {
    String mark = !outcome.shown() ? "-" : outcome.reached() != setting.isDown() ? "!" : setting.isUp() ? "S" : "C";
    MATRIX.computeIfAbsent(attack.card().name(), name -> new TreeMap<>()).merge(engine, mark, String::concat);
    outcome.strain().filter(strain -> setting.isUp()).ifPresent(strain -> STRAINS.put(attack.card().name(), strain));
    if (attack.card().target() == Target.PROCESSOR) {
      System.out.println(attack.card().name() + ", barrier " + setting.barrier() + ": " + outcome.observation());
    }
  }

  /**
   * Code is attacked in every way in which it can run (the interpreter knows no signals), pages as they usually run,
   * the network once.
   */
  private static List<EngineOptions> engines(Target target) {
    EngineOptions usual = PageHost.usualEngine();
    if (target == Target.PROCESSOR) {
      return List.of(usual.withTier(Tier.INTERP), usual.withTier(Tier.JIT));
    }
    if (target != Target.ENGINE) {
      return List.of(usual);
    }
    List<EngineOptions> engines = new ArrayList<>();
    for (Tier tier : List.of(Tier.INTERP, Tier.JIT)) {
      for (MemoryStrategy memory : MemoryStrategy.values()) {
        engines.add(usual.withTier(tier).withMemory(memory));
      }
    }
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      engines.add(usual.withTier(Tier.JIT).withMemory(memory).withSignals(false));
    }
    return engines;
  }

  @AfterAll
  static void showTheMatrix() {
    Set<String> engines = new TreeSet<>();
    MATRIX.values().forEach(row -> engines.addAll(row.keySet()));
    List<String> columns = List.copyOf(engines);
    System.out.println("the matrix: S stopped by the barrier, C the control reached its goal, - cannot be shown here");
    for (int i = 0; i < columns.size(); i++) {
      System.out.printf("  %2d  %s%n", i + 1, columns.get(i));
    }
    MATRIX.forEach((attack, row) -> System.out.printf("  %-24s%s%n", attack, columns.stream()
        .map(engine -> String.format("%4s", row.getOrDefault(engine, ""))).collect(Collectors.joining())));
    STRAINS.forEach((attack, strain) -> System.out.printf("  %-24s %s%n", attack, strain));
  }

  @Test
  void everyAttackHasANameOfItsOwnAndAClass() {
    List<Card> cards = Catalogue.attacks().stream().map(Attack::card).toList();
    assertEquals(cards.size(), cards.stream().map(Card::name).distinct().count());
    cards.forEach(card -> assertFalse(card.classes().isEmpty(), card.name()));
    assertTrue(cards.stream().allMatch(card -> card.name().matches("[a-z0-9-]+")));
  }

  @Test
  void everyClassHasAnAttack() {
    Set<AttackClass> attacked = EnumSet.noneOf(AttackClass.class);
    Catalogue.attacks().forEach(attack -> attacked.addAll(attack.card().classes()));
    assertEquals(EnumSet.allOf(AttackClass.class), attacked);
    assertEquals(IntStream.rangeClosed(1, 37).boxed().toList(),
        Stream.of(AttackClass.values()).map(AttackClass::number).toList());
  }
}
