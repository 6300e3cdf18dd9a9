package dev.skerry.security;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Loads, calls and unloads modules on several threads of one engine, so that the code of one could stand where that of
 * another was, and calls through tables all the while (CVE-2024-47813). The control puts one module's function into
 * another's table.
 */
final class UnloadedCode implements Attack {

  private static final int THREADS = 4;
  private static final int ROUNDS = 60;
  private static final int CALLS = 50;
  private static final long PATIENCE_SECONDS = 120;

  @Override
  public Card card() {
    return new Card("unloaded-code", Target.ENGINE,
        "call code that stands where another module's was",
        Invariant.CONTROL_FLOW_STAYS_INSIDE,
        "that code lives as long as a store can reach it", AttackClass.UNLOADED_CODE);
  }

  @Override
  public Outcome run(Setting setting) throws Exception {
    Engine engine = setting.newEngine();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<String>> runs = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int first = thread * ROUNDS;
        Callable<String> work = () -> {
          for (int round = 0; round < ROUNDS; round++) {
            String wrong = loadAndCall(engine, first + round, setting.isDown());
            if (wrong != null) {
              return wrong;
            }
          }
          return null;
        };
        runs.add(threads.submit(work));
      }
      for (Future<String> run : runs) {
        String wrong = run.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (wrong != null) {
          return Outcome.reached(wrong);
        }
      }
      return Outcome.stopped(THREADS * ROUNDS + " modules came and went, and every call met its own");
    } finally {
      threads.shutdownNow();
    }
  }

  private static String loadAndCall(Engine engine, int k, boolean mixed) throws CompileError, LinkError {
    int number = Numbers.number(k);
    try (Store store = engine.newStore()) {
      Instance instance = new Linker(store).instantiate(Module.compile(engine, Numbers.guest(number)));
      if (mixed) {
        Instance other = new Linker(store).instantiate(Module.compile(engine, Numbers.guest(Numbers.number(k + 1))));
        Table table = instance.table("table").orElseThrow();
        table.set(0, other.func("answer").orElseThrow().ref());
      }
      for (int call = 0; call < CALLS; call++) {
        int answer = (Integer) instance.func("indirect").orElseThrow().call()[0];
        if (answer != number) {
          return "module " + number + " answered " + answer;
        }
      }
      int hot = (Integer) instance.func("hot").orElseThrow().call(2_000)[0];
      return hot == number ? null : "module " + number + " answered " + hot + " when it was hot";
    }
  }
}
