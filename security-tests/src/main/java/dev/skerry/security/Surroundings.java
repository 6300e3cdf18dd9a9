package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.FuncType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Another origin all around an attacker: stores made before and after the attacker's, whose memories, tables, globals,
 * code and stacks hold one secret, which is canary too; one of them is in the middle of hundreds of calls meanwhile.
 * After each attempt nothing of it may have changed, and no four bytes of the attacker's memory may be the secret's.
 */
final class Surroundings implements AutoCloseable {

  /** All bytes of the secret. */
  static final byte OCTET = 0x5e;

  private static final long WORD = 0x5e5e_5e5e_5e5e_5e5eL;
  /** Calls of a neighbour that the attack happens below. */
  private static final int CALLS = 400;

  private final Engine engine;
  private final List<Store> stores = new ArrayList<>();
  private final List<Instance> instances = new ArrayList<>();
  private Attempt attempt;
  private Outcome outcome;
  private LinkError failure;

  /** What is done to the neighbours. */
  interface Attempt {
    Outcome run() throws LinkError;
  }

  Surroundings(Engine engine) {
    this.engine = engine;
  }

  /** Puts so many neighbours beside what there is now. */
  void add(int neighbours) throws LinkError {
    for (int i = 0; i < neighbours; i++) {
      Store store = engine.newStore();
      stores.add(store);
      Instance instance = new Linker(store).define("harness", "attack", FuncType.of("->"), (caller, slots) -> make())
          .instantiate(Guests.module(engine, "surroundings"));
      instance.func("settle").orElseThrow().call();
      instances.add(instance);
    }
  }

  /** The neighbours. */
  List<Instance> neighbours() {
    return List.copyOf(instances);
  }

  /**
   * Makes the attack while a neighbour's calls are under way, their frames canaries too. One that was stopped has
   * reached its goal all the same where anything of a neighbour has changed, or where its world has a secret.
   */
  Outcome beside(Attempt attack, Memory... world) throws LinkError {
    attempt = attack;
    outcome = null;
    failure = null;
    int whole = (Integer) instances.get(0).func("hold").orElseThrow().call(CALLS)[0];
    if (failure != null) {
      throw failure;
    }
    String damage = whole == CALLS + 1 ? damage() : "a neighbour's stack has changed";
    boolean leak = Arrays.stream(world).anyMatch(Surroundings::isIn);
    return outcome.reached() || damage.isEmpty() && !leak ? outcome
        : Outcome.reached(damage.isEmpty() ? "a neighbour's secret came in" : damage);
  }

  private void make() {
    try {
      outcome = attempt.run();
    } catch (LinkError error) {
      failure = error;
    }
  }

  /** What changed, in a few words; empty if nothing did. */
  String damage() {
    for (Instance instance : instances) {
      Memory memory = instance.memory("memory").orElseThrow();
      for (byte octet : memory.read(0, (int) memory.byteLength())) {
        if (octet != OCTET) {
          return "a neighbour's memory has changed";
        }
      }
      if (instance.global("global").orElseThrow().get() != WORD) {
        return "a neighbour's global has changed";
      }
      try {
        if (!instance.func("answer").orElseThrow().call()[0].equals(WORD)
            || !instance.func("table is whole").orElseThrow().call()[0].equals(1)) {
          return "a neighbour's code has changed";
        }
      } catch (Trap trap) {
        return "a neighbour's table has changed: " + trap.kind();
      }
    }
    return "";
  }

  /** Whether four bytes in a row are the secret's. */
  static boolean isIn(Memory memory) {
    byte[] bytes = memory.read(0, (int) memory.byteLength());
    int run = 0;
    for (byte octet : bytes) {
      run = octet == OCTET ? run + 1 : 0;
      if (run == Integer.BYTES) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    stores.forEach(Store::close);
  }
}
