package dev.skerry.security;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Trap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Work without end: a bare loop, a br_table, calls, bulk operations, growth that fails. The control never interrupts
 * the guest, and it is still running many times its limit later.
 */
final class EndlessLoop implements Attack {

  private static final List<String> SHAPES = List.of("loop", "br-table", "calls", "fill", "grow-and-fail");
  private static final long LIMIT_MILLIS = 20;
  private static final long GOAL_MILLIS = 10 * LIMIT_MILLIS;
  /** Generous beside the millisecond that the engine promises: the machine may be busy with other tests. */
  private static final long PATIENCE_MILLIS = 30_000;

  @Override
  public Card card() {
    return new Card("endless-loop", Target.ENGINE,
        "keep a processor beyond the time limit",
        Invariant.A_GUEST_ENDS_ONLY_ITSELF,
        "the interrupt that is polled at every loop header, every function entry and within bulk operations",
        AttackClass.ENDLESS_WORK);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    List<String> reached = new ArrayList<>();
    List<String> stopped = new ArrayList<>();
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      for (String shape : SHAPES) {
        String seen = attack(shape, setting, threads);
        (seen.startsWith("ended") ? stopped : reached).add(shape + " " + seen);
      }
    } finally {
      threads.shutdown();
    }
    boolean success = setting.isUp() ? !reached.isEmpty() : stopped.isEmpty();
    return new Outcome(success, String.join(", ", success ? reached : stopped));
  }

  private static String attack(String shape, Setting setting, ExecutorService threads) throws Exception {
    Engine engine = setting.newEngine();
    try (Store store = engine.newStore()) {
      Instance instance = Exhaustion.instantiate(engine, store);
      CompletableFuture<Trap.Kind> guest = CompletableFuture.supplyAsync(() -> {
        try {
          instance.func(shape).orElseThrow().call();
          return null;
        } catch (Trap trap) {
          return trap.kind();
        }
      }, threads);
      if (setting.isDown()) {
        boolean running = stillRunning(guest, GOAL_MILLIS);
        store.interrupt();
        guest.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        return running ? "ran on for " + GOAL_MILLIS + " ms" : "ended by itself";
      }
      stillRunning(guest, LIMIT_MILLIS);
      long asked = System.nanoTime();
      store.interrupt();
      if (stillRunning(guest, PATIENCE_MILLIS)) {
        return "ran on after the interrupt";
      }
      Trap.Kind kind = guest.get();
      long micros = (System.nanoTime() - asked) / 1_000;
      return kind == Trap.Kind.INTERRUPTED ? "ended within " + micros + " us" : "finished with " + kind;
    }
  }

  private static boolean stillRunning(CompletableFuture<?> guest, long millis) throws Exception {
    try {
      guest.get(millis, TimeUnit.MILLISECONDS);
      return false;
    } catch (TimeoutException e) {
      return true;
    }
  }
}
