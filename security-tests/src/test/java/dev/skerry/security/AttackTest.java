package dev.skerry.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.origin.PageHost;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Tier;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every attack is stopped where its barrier stands, and reaches its goal where the harness took it away. */
class AttackTest {

  /** What was seen: by setting, how many attacks were stopped and how many controls reached their goal. */
  private static final Map<String, Map<Barrier, Integer>> MATRIX = new TreeMap<>();

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
      assertEquals(setting.isDown(), outcome.reached(), () -> attack.card().goal() + ": " + outcome.observation());
      MATRIX.computeIfAbsent(engine, name -> new EnumMap<>(Barrier.class)).merge(setting.barrier(), 1, Integer::sum);
    });
  }

  /** Code is attacked in every way in which it can run, pages as they usually run, the network once. */
  private static List<EngineOptions> engines(Target target) {
    EngineOptions usual = PageHost.usualEngine();
    if (target != Target.ENGINE) {
      return List.of(usual);
    }
    List<EngineOptions> engines = new ArrayList<>();
    for (Tier tier : List.of(Tier.INTERP, Tier.JIT)) {
      for (MemoryStrategy memory : MemoryStrategy.values()) {
        engines.add(usual.withTier(tier).withMemory(memory));
      }
    }
    engines.add(usual.withTier(Tier.JIT).withMemory(MemoryStrategy.CHECK).withSignals(false));
    return engines;
  }

  @AfterAll
  static void showTheMatrix() {
    System.out.println("attacks stopped and controls that reached their goal, by the way that guest code ran:");
    MATRIX.forEach((engine, counts) -> System.out.printf("  %-24s %3d %3d%n", engine,
        counts.getOrDefault(Barrier.UP, 0), counts.getOrDefault(Barrier.DOWN, 0)));
  }

  @Test
  void everyAttackHasANameOfItsOwnAndAClass() {
    List<Card> cards = Catalogue.attacks().stream().map(Attack::card).toList();
    assertEquals(cards.size(), cards.stream().map(Card::name).distinct().count());
    cards.forEach(card -> assertFalse(card.classes().isEmpty(), card.name()));
    assertTrue(cards.stream().allMatch(card -> card.name().matches("[a-z0-9-]+")));
  }
}
