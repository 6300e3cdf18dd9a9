package dev.skerry.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.origin.PageHost;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The neighbours of an attacker see every kind of damage that can be done to them without breaking the engine. */
class SurroundingsTest {

  private static final long WORD_OF_A_FRAME = 100 * Long.BYTES;
  private static final long SECRET = 0x5e5e_5e5e_5e5e_5e5eL;
  private static final Outcome STOPPED = Outcome.stopped("it was stopped");

  private final Engine engine = Engine.create(PageHost.usualEngine().withTier(Tier.JIT));
  private final Surroundings around = new Surroundings(engine);

  /** What is done to a neighbour, and what it says. */
  private enum Damage {
    MEMORY("a neighbour's memory has changed"), GLOBAL("a neighbour's global has changed"),
    TABLE("a neighbour's table has changed: UNINITIALIZED_ELEMENT"), STACK("a neighbour's stack has changed");

    private final String told;

    Damage(String told) {
      this.told = told;
    }
  }

  @AfterEach
  void close() {
    around.close();
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  void givenDamageToOneNeighbourThenAnAttackThatWasStoppedHasReachedItsGoal(Damage damage) throws LinkError {
    around.add(3);
    assertFalse(around.beside(() -> STOPPED).reached());
    if (damage == Damage.STACK) {
      // What a frame keeps comes from memory: so one of them gets another word than it should have.
      memory(0).putLong(WORD_OF_A_FRAME, 0);
    }
    Outcome outcome = around.beside(() -> {
      inflict(damage);
      return STOPPED;
    });
    assertTrue(outcome.reached());
    assertEquals(damage.told, outcome.observation());
  }

  private void inflict(Damage damage) {
    switch (damage) {
      case MEMORY -> memory(2).putByte(70_000, (byte) 0);
      case GLOBAL -> around.neighbours().get(2).global("global").orElseThrow().set(0L);
      case TABLE -> around.neighbours().get(2).table("table").orElseThrow().set(63, 0);
      case STACK -> memory(0).putLong(WORD_OF_A_FRAME, SECRET);
    }
  }

  private Memory memory(int neighbour) {
    return around.neighbours().get(neighbour).memory("memory").orElseThrow();
  }

  @Test
  void givenFourBytesOfTheSecretInTheAttackersMemoryThenItHasReachedItsGoal() throws LinkError {
    around.add(1);
    try (Store store = engine.newStore()) {
      Memory own = Memory.create(store, new MemoryType(new Limits(1, 1)));
      own.write(777, new byte[] {Surroundings.OCTET, Surroundings.OCTET, Surroundings.OCTET}, 0, 3);
      assertFalse(around.beside(() -> STOPPED, own).reached());
      own.putByte(780, Surroundings.OCTET);
      assertTrue(around.beside(() -> STOPPED, own).reached());
    }
  }
}
