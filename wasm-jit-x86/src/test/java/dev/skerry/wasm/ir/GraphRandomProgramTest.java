package dev.skerry.wasm.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.RandomFunctions;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.decode.ModuleInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random programs give the same results, globals and traps by their graphs as in tier 0. */
class GraphRandomProgramTest {

  private static final long SEED = Long.getLong("skerry.seed", 20_260_201);
  private static final int PROGRAMS = Integer.getInteger("skerry.programs", 250);

  @Test
  void graphsAgreeWithTierZero() throws CompileError {
    Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP));
    int results = 0;
    int traps = 0;
    for (int i = 0; i < PROGRAMS; i++) {
      long seed = SEED + i;
      for (String outcome : compare(engine, new Random(seed), "seed " + seed)) {
        results += RandomFunctions.isResult(outcome) ? 1 : 0;
        traps += RandomFunctions.isResult(outcome) ? 0 : 1;
      }
    }
    assertTrue(results > PROGRAMS && traps > PROGRAMS / 20, "only " + results + " results and " + traps + " traps");
  }

  private static List<String> compare(Engine engine, Random random, String what) throws CompileError {
    RandomFunctions functions = RandomFunctions.write(random);
    ModuleInfo info = functions.info();
    GuestState[] states = new GuestState[GraphPipeline.values().length];
    Arrays.setAll(states, i -> new GuestState(info));
    List<String> outcomes = new ArrayList<>();
    try (Store store = engine.newStore()) {
      Instance instance = functions.module().instantiate(store);
      for (int i = 0; i < functions.types().size(); i++) {
        int function = i;
        long[] arguments = functions.arguments(random, function);
        String expected = functions.call(instance, function, arguments);
        outcomes.add(expected);
        for (GraphPipeline pipeline : GraphPipeline.values()) {
          GuestState state = states[pipeline.ordinal()];
          String given = functions.outcome(function, () -> pipeline.evaluator(state).call(function, arguments));
          String where = what + ", function " + function + ", " + pipeline;
          assertEquals(expected, given, where);
          assertEquals(RandomFunctions.globals(instance), globals(state), where);
        }
      }
    }
    return outcomes;
  }

  /** A global has two slots in a guest's state. */
  private static String globals(GuestState state) {
    long[] slots = new long[RandomFunctions.GLOBALS.size()];
    Arrays.setAll(slots, i -> state.globals[2 * i]);
    return RandomFunctions.globals(slots);
  }
}
