package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.MemoryType;

/**
 * Accesses that count on a bound which growth made stale: past the old end before growth, past the new end after it,
 * inside a loop that grows the memory, and after a growth that was refused. The control starts with a memory that has
 * had all those pages from the beginning, with a secret in each.
 */
final class PastGrowth implements Attack {

  private static final int SECRET = 0xa5;
  private static final int LARGEST_PAGES = 4;

  @Override
  public Card card() {
    return new Card("past-growth", Target.ENGINE,
        "read a byte past the end of a memory, around its growth",
        Invariant.MEMORY_IS_PRIVATE,
        "the length that is checked is the length at that moment, and new pages are zero", AttackClass.STALE_BOUNDS);
  }

  @Override
  public Outcome run(Setting setting) throws LinkError {
    Engine engine = setting.newEngine();
    try (Surroundings around = new Surroundings(engine); Store store = engine.newStore()) {
      around.add(2);
      boolean merged = setting.isDown();
      Memory memory = Memory.create(store, new MemoryType(new Limits(merged ? LARGEST_PAGES : 1, LARGEST_PAGES)));
      if (merged) {
        for (int page = 1; page < LARGEST_PAGES; page++) {
          memory.putByte((long) page * Memory.PAGE, (byte) SECRET);
        }
      }
      Instance guest = new Linker(store).define("fault-domain", "memory", memory)
          .instantiate(Guests.module(engine, "past-growth"));
      around.add(2);
      return around.beside(() -> attack(guest), memory);
    }
  }

  private static Outcome attack(Instance instance) {
    Func grow = instance.func("grow").orElseThrow();
    String[] steps = {
        "past the end before growth: " + read(instance, Memory.PAGE),
        "in the new page: " + (call(grow, 1) < 0 ? "refused" : read(instance, Memory.PAGE)),
        "past the end after growth: " + read(instance, 2 * Memory.PAGE),
        "in a loop that grows: " + sum(instance, 1, LARGEST_PAGES * Memory.PAGE),
        "after a growth that was refused: " + (call(grow, LARGEST_PAGES) < 0 ? "" : "granted; ")
            + read(instance, (LARGEST_PAGES - 1) * Memory.PAGE)};
    String seen = String.join(", ", steps);
    return new Outcome(seen.contains("secret"), seen);
  }

  private static int call(Func func, int argument) {
    return (Integer) func.call(argument)[0];
  }

  private static String read(Instance instance, int at) {
    try {
      int value = call(instance.func("read").orElseThrow(), at);
      return value == SECRET ? "a secret" : value == 0 ? "zero" : "secret-like byte " + value;
    } catch (Trap trap) {
      return trap.kind().message();
    }
  }

  private static String sum(Instance instance, int pages, int bytes) {
    try {
      int value = (Integer) instance.func("sum-while-growing").orElseThrow().call(pages, bytes)[0];
      return value == 0 ? "zeros" : "secrets that add up to " + value;
    } catch (Trap trap) {
      return trap.kind().message();
    }
  }
}
