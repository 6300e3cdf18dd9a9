package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Trap;
import java.util.ArrayList;
import java.util.List;

/**
 * Another origin all around an attacker: stores made before and after the attacker's, whose memories, tables, globals,
 * code and stacks hold one secret, which is canary too. After each attempt nothing of it may have changed, and no four
 * bytes of the attacker's memory may be the secret's.
 */
final class Surroundings implements AutoCloseable {

  /** All bytes of the secret. */
  static final byte OCTET = 0x5e;

  private static final long WORD = 0x5e5e_5e5e_5e5e_5e5eL;

  private final Engine engine;
  private final List<Store> stores = new ArrayList<>();
  private final List<Instance> instances = new ArrayList<>();

  Surroundings(Engine engine) {
    this.engine = engine;
  }

  /** Puts so many neighbours beside what there is now. */
  void add(int neighbours) throws LinkError {
    for (int i = 0; i < neighbours; i++) {
      Store store = engine.newStore();
      stores.add(store);
      Instance instance = new Linker(store).instantiate(Guests.module(engine, "surroundings"));
      instance.func("settle").orElseThrow().call();
      instances.add(instance);
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
