package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.StoreLimits;

/** Takes and touches page after page. The control lifts the store's limit, and the guest gets all that it wants. */
final class MemoryHunger implements Attack {

  private static final long LIMIT_BYTES = 8L << 20;
  private static final int WANTED_PAGES = 1_024;

  @Override
  public Card card() {
    return new Card("memory-hunger", Target.ENGINE,
        "take more memory than the store's limit",
        Invariant.A_GUEST_ENDS_ONLY_ITSELF,
        "the store's limit on all linear memories together, asked at every growth", AttackClass.DECLARED_SIZES);
  }

  @Override
  public Outcome run(Setting setting) throws LinkError {
    Engine engine = setting.newEngine();
    StoreLimits limits = setting.isUp()
        ? StoreLimits.DEFAULT.withMemoryBytes(LIMIT_BYTES) : StoreLimits.DEFAULT;
    try (Store store = engine.newStore(limits); Store neighbour = engine.newStore(limits)) {
      Instance instance = Exhaustion.instantiate(engine, store);
      long pages = (Integer) instance.func("hunger").orElseThrow().call(WANTED_PAGES)[0];
      long second = secondInstance(engine, store);
      requireNeighbourCanGrow(Exhaustion.instantiate(engine, neighbour));
      long bytes = (pages + second) * Memory.PAGE;
      String seen = "the guest got " + bytes + " bytes of " + limits.memoryBytes() + " allowed";
      return new Outcome(bytes > LIMIT_BYTES, seen);
    }
  }

  /** A second instance of the same store draws on the same limit. */
  private static long secondInstance(Engine engine, Store store) {
    try {
      Instance instance = Exhaustion.instantiate(engine, store);
      return (Integer) instance.func("hunger").orElseThrow().call(WANTED_PAGES)[0];
    } catch (LinkError refused) {
      return 0;
    }
  }

  private static void requireNeighbourCanGrow(Instance neighbour) {
    if (neighbour.memory("memory").orElseThrow().grow(1) < 0) {
      throw new IllegalStateException("a neighbour could not grow by one page");
    }
  }
}
