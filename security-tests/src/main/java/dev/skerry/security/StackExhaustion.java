package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.StoreLimits;
import dev.skerry.wasm.Trap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Recursion in every shape: direct, indirect, mutual, and through the host. The control lifts the limits of the store,
 * and the same calls come as deep as they want.
 */
final class StackExhaustion implements Attack {

  private static final StoreLimits LIFTED =
      new StoreLimits(StoreLimits.DEFAULT.memoryBytes(), StoreLimits.DEFAULT.tableElements(),
          StoreLimits.DEFAULT.instances(), 256 << 20, 2_000);

  /** How deep each shape wants to come. */
  private static final Map<String, Integer> DEPTHS = new LinkedHashMap<>();

  static {
    DEPTHS.put("direct", 1_000_000);
    DEPTHS.put("indirect", 1_000_000);
    DEPTHS.put("mutual", 1_000_000);
    DEPTHS.put("through-host", 500);
  }

  @Override
  public Card card() {
    return new Card("stack-exhaustion", Target.ENGINE,
        "recurse past the end of the stack",
        Invariant.A_GUEST_ENDS_ONLY_ITSELF,
        "the stack limit at every function entry, and the limit on calls nested through the host",
        AttackClass.STACK_EXHAUSTION);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    Outcome[] outcome = new Outcome[1];
    Exception[] failure = new Exception[1];
    // The Java stack that the host's own frames need when the barrier is down; the guest's stack is not Java's.
    Thread thread = new Thread(null, () -> {
      try {
        outcome[0] = attack(setting.newEngine(), setting.isUp() ? StoreLimits.DEFAULT : LIFTED);
      } catch (LinkError | RuntimeException e) {
        failure[0] = e;
      }
    }, card().name(), 64L << 20);
    thread.start();
    thread.join();
    if (failure[0] != null) {
      throw failure[0];
    }
    return outcome[0];
  }

  private static Outcome attack(Engine engine, StoreLimits limits) throws LinkError {
    try (Store store = engine.newStore(limits)) {
      Instance instance = Exhaustion.instantiate(engine, store);
      List<String> reached = new ArrayList<>();
      List<String> stopped = new ArrayList<>();
      for (Map.Entry<String, Integer> shape : DEPTHS.entrySet()) {
        try {
          Object depth = instance.func(shape.getKey()).orElseThrow().call(shape.getValue())[0];
          reached.add(shape.getKey() + " came " + depth + " deep");
        } catch (Trap trap) {
          (trap.kind() == Trap.Kind.STACK_EXHAUSTED ? stopped : reached).add(shape.getKey() + ": " + trap.kind());
        }
        requireStillUsable(instance);
      }
      return new Outcome(!reached.isEmpty() && (limits != LIFTED || stopped.isEmpty()),
          String.join(", ", reached.isEmpty() ? stopped : reached));
    }
  }

  private static void requireStillUsable(Instance instance) {
    Object depth = instance.func("direct").orElseThrow().call(10)[0];
    if (!depth.equals(10)) {
      throw new IllegalStateException("after the trap the guest counts to " + depth + " instead of 10");
    }
  }
}
