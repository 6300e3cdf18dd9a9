package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.wasm.testing.Kernel;
import dev.skerry.wasm.tier.Experiments;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Without any one pass or refinement of the compiler, and without all of them, code is proved and does what tier 0
 * does, under every strategy. The default build takes a few random modules, and kernels under one strategy in turn;
 * {@code -Dskerry.passes.programs} says how many modules, and has kernels run under all (profile {@code passes}).
 */
class PassesOffTest {

  private static final long SEED = Long.getLong("skerry.seed", 5_900_000);
  private static final Integer EACH = Integer.getInteger("skerry.passes.programs");
  private static final int PROGRAMS = EACH == null ? 8 : EACH;

  static List<String> leftOut() {
    return Experiments.LEFT_OUT;
  }

  @ParameterizedTest
  @MethodSource("leftOut")
  void givenRandomModulesThenBothTiersDoTheSame(String without) throws CompileError, LinkError {
    new DifferentialTest().compare(options -> ExperimentalEngine.without(options, without),
        DifferentialTest.usual(), " without " + without, SEED, done -> done < PROGRAMS);
  }

  @ParameterizedTest
  @MethodSource("leftOut")
  void givenKernelsThenTheyAnswerAsNativeCodeUnderEveryStrategy(String without)
      throws IOException, CompileError, LinkError {
    MemoryStrategy[] all = MemoryStrategy.values();
    int turn = leftOut().indexOf(without);
    boolean every = EACH != null || turn == leftOut().size() - 1;
    for (MemoryStrategy memory : every ? List.of(all) : List.of(all[turn % all.length])) {
      Engine engine = ExperimentalEngine.without(
          EngineOptions.fromProperties().withTier(Tier.JIT).withMemory(memory), without);
      for (String name : List.of("kernels", "loops", "simd")) {
        try (Store store = engine.newStore()) {
          Instance guest = new Linker(store).instantiate(Module.compile(engine, Kernel.binary(name)));
          for (Kernel kernel : Kernel.values()) {
            if (kernel.group.module().equals(name)) {
              long[] slots = {kernel.smallSize};
              guest.func(kernel.export()).orElseThrow().invoke(slots);
              assertEquals(kernel.smallAnswer, (int) slots[0], () -> kernel + ", " + memory + ", without " + without);
            }
          }
        }
      }
      CompilerFindings.assertComplete(engine);
    }
  }
}
