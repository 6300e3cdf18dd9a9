package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.testing.Kernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A profile is a hint: whatever it says, code is proved and does what tier 0 does, under every strategy. Here profiles
 * are random, with counts that no function can have. {@code -Dskerry.seed} and {@code -Dskerry.programs} say of which
 * modules.
 */
class MisleadingProfileTest {

  private static final long SEED = Long.getLong("skerry.seed", 6_100_000);
  private static final int PROGRAMS = Integer.getInteger("skerry.programs", 60);

  @Test
  void givenRandomModulesThenBothTiersDoTheSame() throws CompileError, LinkError {
    new DifferentialTest().compare(options -> ExperimentalEngine.misled(options, SEED), DifferentialTest.usual(),
        " misled", SEED, done -> done < PROGRAMS);
  }

  @Test
  void givenRandomModulesThenAllTheirCodeIsProvedInEveryStrategy() throws CompileError {
    EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT).withVerify(true);
    Assumptions.assumeTrue(options.supported().tier() == Tier.JIT, "there is no machine code here");
    List<String> refused = new ArrayList<>();
    long functions = 0;
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      Engine engine = ExperimentalEngine.misled(options.withMemory(memory), SEED);
      for (int i = 0; i < PROGRAMS; i++) {
        String where = "seed " + (SEED + i) + ", " + memory + ": ";
        int before = engine.refusals().size();
        engine.compileAll(Module.compile(engine, new RandomModule(new Random(SEED + i)).module().bytes()));
        engine.refusals().stream().skip(before).forEach(refusal -> refused.add(where + refusal));
      }
      functions += engine.compiled().functions();
    }
    assertEquals(List.of(), refused);
    assertTrue(functions > 4L * PROGRAMS, "only " + functions + " functions");
  }

  @ParameterizedTest
  @EnumSource(MemoryStrategy.class)
  void givenKernelsThenTheyAnswerAsNativeCode(MemoryStrategy memory) throws IOException, CompileError, LinkError {
    Engine engine = ExperimentalEngine.misled(
        EngineOptions.fromProperties().withTier(Tier.JIT).withMemory(memory), SEED + memory.ordinal());
    for (String name : List.of("kernels", "loops", "paths", "simd")) {
      try (Store store = engine.newStore()) {
        Instance guest = new Linker(store).instantiate(Module.compile(engine, Kernel.binary(name)));
        for (Kernel kernel : Kernel.values()) {
          if (kernel.group.module().equals(name)) {
            assertEquals(kernel.smallAnswer, guest.func(kernel.export()).orElseThrow().call(kernel.smallSize)[0],
                () -> kernel + ", " + memory);
          }
        }
      }
    }
    CompilerFindings.assertComplete(engine);
  }
}
