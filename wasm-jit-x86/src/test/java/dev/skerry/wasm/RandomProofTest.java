package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The verifier accepts all that the compiler makes of random modules, in every memory strategy: {@code -Dskerry.seed}
 * and {@code -Dskerry.programs} say which, and the profile {@code proofs} has 100,000 of them.
 */
class RandomProofTest {

  private static final long SEED = Long.getLong("skerry.seed", 8_000_000);
  private static final int PROGRAMS = Integer.getInteger("skerry.programs", 200);
  /** Engines have room for so much code, and are begun anew. */
  private static final int ENGINE_PROGRAMS = 500;

  @Test
  void givenRandomModulesThenAllTheirCodeIsProvedInEveryStrategy() throws CompileError {
    EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT).withVerify(true);
    Assumptions.assumeTrue(options.supported().tier() == Tier.JIT, "there is no machine code here");
    List<String> refused = new ArrayList<>();
    List<Engine> engines = new ArrayList<>();
    long functions = 0;
    for (int i = 0; i < PROGRAMS; i++) {
      if (i % ENGINE_PROGRAMS == 0) {
        engines.clear();
        for (MemoryStrategy memory : MemoryStrategy.values()) {
          engines.add(Engine.create(options.withMemory(memory)));
        }
      }
      byte[] bytes = new RandomModule(new Random(SEED + i)).module().bytes();
      for (Engine engine : engines) {
        int before = engine.refusals().size();
        long compiled = engine.compiled().functions();
        engine.compileAll(Module.compile(engine, bytes));
        functions += engine.compiled().functions() - compiled;
        String where = "seed " + (SEED + i) + ", " + engine.options().memory() + ": ";
        engine.refusals().stream().skip(before).forEach(refusal -> refused.add(where + refusal));
      }
    }
    assertEquals(List.of(), refused);
    assertTrue(functions > 4L * PROGRAMS, "only " + functions + " functions");
    System.out.println(functions + " functions of modules " + SEED + " to " + (SEED + PROGRAMS - 1) + " proved");
  }

  /** Where the trap's call would return to, and where the access is, tables speak of different frames. */
  @Test
  void givenATrapWithoutAFrameBeforeAnAccessWithOneThenBothAreProved() throws CompileError {
    EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT).withVerify(true);
    Assumptions.assumeTrue(options.supported().tier() == Tier.JIT, "there is no machine code here");
    TestModule module = new TestModule().importFunc("h", "h", "-> i32").memory(1, 1).tag("i32 ->");
    module.func("f", "i32 -> i32", """
        local.get 0
        i32.eqz
        if
        unreachable
        end
        call 0
        if
        i32.const 70000
        i32.load 0
        throw 0
        end
        i32.const 1""");
    Engine engine = Engine.create(options.withMemory(MemoryStrategy.GUARD));
    engine.compileAll(Module.compile(engine, module.bytes()));
    CompilerFindings.assertComplete(engine);
  }
}
