package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;

/**
 * One origin fills its memory with a pattern and dies; the next one, which may get the same addresses, looks for what
 * was left, in its first pages and in those that it grows into. The control lets the second read the first's memory
 * while that is alive.
 */
final class FreedMemory implements Attack {

  private static final long PATTERN = 0x5ec2_e75e_c2e7_5ec2L;
  private static final int PAGES = 16;
  private static final int ROUNDS = 20;

  @Override
  public Card card() {
    return new Card("freed-memory", Target.ENGINE,
        "find bytes of an origin that is gone in memory that was freed and reused",
        Invariant.MEMORY_IS_PRIVATE,
        "memory is zeroed before every use, growth included", AttackClass.REUSED_SLOTS);
  }

  @Override
  public Outcome run(Setting setting) throws LinkError {
    Engine engine = setting.newEngine();
    long found = 0;
    for (int round = 0; round < ROUNDS; round++) {
      try (Store first = engine.newStore()) {
        Memory memory = memory(first);
        Instance victim = guest(engine, first, memory);
        victim.func("grow").orElseThrow().call(PAGES - 1);
        victim.func("leave").orElseThrow().call(PATTERN, PAGES * Memory.PAGE);
        if (setting.isDown()) {
          found += scan(guest(engine, first, memory));
        }
      }
      try (Store second = engine.newStore()) {
        Instance scavenger = guest(engine, second, memory(second));
        scavenger.func("grow").orElseThrow().call(PAGES - 1);
        found += scan(scavenger);
      }
    }
    return new Outcome(found > 0, found + " words of a dead origin found in " + ROUNDS + " rounds");
  }

  private static Memory memory(Store store) throws LinkError {
    return Memory.create(store, new MemoryType(new Limits(1, PAGES)));
  }

  private static Instance guest(Engine engine, Store store, Memory memory) throws LinkError {
    return new Linker(store).define("fault-domain", "memory", memory)
        .instantiate(Guests.module(engine, "scavenger"));
  }

  private static int scan(Instance instance) {
    return (Integer) instance.func("scan").orElseThrow().call(PAGES * Memory.PAGE)[0];
  }
}
