package dev.skerry.wasm.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.RandomFunctions;
import dev.skerry.wasm.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random programs give the same results, globals and traps in tier 0 as in an interpreter of the standard's words. */
class RandomProgramTest {

  private static final long SEED = Long.getLong("skerry.seed", 20_260_101);
  private static final int PROGRAMS = Integer.getInteger("skerry.programs", 1_500);

  @Test
  void tierZeroAgreesWithTheStandard() throws CompileError {
    Engine engine = Engine.create();
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
    ReferenceInterpreter reference = new ReferenceInterpreter(functions.info(), 0, 0, 0, 0);
    List<String> outcomes = new ArrayList<>();
    try (Store store = engine.newStore()) {
      Instance instance = functions.module().instantiate(store);
      for (int i = 0; i < functions.types().size(); i++) {
        int function = i;
        long[] arguments = functions.arguments(random, function);
        String expected = functions.outcome(function, () -> reference.call(function, arguments));
        String given = functions.call(instance, function, arguments);
        String where = what + ", function " + function;
        assertEquals(expected, given, where);
        assertEquals(RandomFunctions.globals(reference.globals), RandomFunctions.globals(instance), where);
        outcomes.add(given);
      }
    }
    return outcomes;
  }
}
