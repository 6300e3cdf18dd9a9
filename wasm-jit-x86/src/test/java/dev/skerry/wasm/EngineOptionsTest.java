package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The engine's options come from system properties where an embedder does not say. */
class EngineOptionsTest {

  private final String tier = System.getProperty("skerry.tier");

  @AfterEach
  void restore() {
    if (tier == null) {
      System.clearProperty("skerry.tier");
    } else {
      System.setProperty("skerry.tier", tier);
    }
  }

  @Test
  void givenAPropertyThenTheEngineHasThatTier() {
    System.setProperty("skerry.tier", "jit");
    assertEquals(Tier.JIT, Engine.create().options().tier());
    System.setProperty("skerry.tier", "auto");
    assertEquals(Tier.AUTO, Engine.create().options().tier());
  }

  @Test
  void givenNobodySaysOtherwiseThenMachineCodeIsProvedBeforeItRuns() {
    Assumptions.assumeTrue(System.getProperty("skerry.verify") == null, "these tests run with skerry.verify set");
    assertTrue(EngineOptions.fromProperties().verify());
    assertTrue(Engine.create().options().verify());
  }

  @Test
  void givenAPropertyWithAnotherValueThenTheErrorNamesIt() {
    System.setProperty("skerry.tier", "fast");
    String message = assertThrows(IllegalArgumentException.class, Engine::create).getMessage();
    assertEquals("the system property skerry.tier cannot be 'fast'", message);
  }

  @Test
  void givenOptionsThenOneCanBeChangedAlone() {
    EngineOptions options = new EngineOptions(Tier.INTERP, MemoryStrategy.GUARD, false, true);
    assertEquals(new EngineOptions(Tier.JIT, MemoryStrategy.CHECK, true, false, true), options.withTier(Tier.JIT)
        .withMemory(MemoryStrategy.CHECK).withCanonicalNaN(true).withSignals(false).withVerify(true));
  }
}
