package dev.skerry.wasm.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.decode.ModuleInfo;
import dev.skerry.wasm.decode.ModuleReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** C that clang compiled (src/test/guest) computes the same by its graphs as in tier 0, memory included. */
class GraphProgramTest {

  private static byte[] program(String name) throws IOException {
    try (InputStream in = GraphProgramTest.class.getResourceAsStream("/guest/" + name + ".wasm")) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @CsvSource({
      "kernels, sha256, 1000", "kernels, crc32, 5000", "kernels, sort, 900", "kernels, matmul, 20",
      "kernels, queens, 6",
      "kernels, collatz, 27", "scalars, sum,", "scalars, products,", "scalars, convert,", "scalars, brighten,",
      "scalars, hexadecimal,", "scalars, dot,", "scalars, quotients,", "vectors, sum,", "vectors, products,",
      "vectors, convert,", "vectors, brighten,", "vectors, hexadecimal,", "vectors, dot,", "vectors, quotients,",
      "vectors, find, 7"})
  void givenRandomBytesThenGraphsLeaveTheSameMemoryAndResult(String program, String function, Long argument)
      throws IOException, CompileError, LinkError {
    long[] slots = argument == null ? new long[1] : new long[] {argument};
    byte[] inputs = new byte[1 << 15];
    new Random(44).nextBytes(inputs);
    Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP));
    ModuleInfo info = ModuleReader.read(program(program), Module.FEATURES);
    int index = info.exports().stream().filter(export -> export.name().equals(function)).findFirst().orElseThrow()
        .index();
    try (Store store = engine.newStore()) {
      Instance guest = new Linker(store).instantiate(Module.compile(engine, program(program)));
      int buffer = (int) guest.func("buffer").orElseThrow().call()[0];
      guest.memory("memory").orElseThrow().write(buffer, inputs, 0, inputs.length);
      long[] expected = slots.clone();
      guest.func(function).orElseThrow().invoke(expected);
      int length = (int) guest.memory("memory").orElseThrow().byteLength();
      byte[] left = guest.memory("memory").orElseThrow().read(0, length);
      for (GraphPipeline pipeline : GraphPipeline.values()) {
        GuestState state = new GuestState(info);
        state.memory.put(buffer, inputs);
        GraphEvaluator evaluator = pipeline.evaluator(state);

        long[] given = evaluator.call(index, slots);

        if (given.length > 0) {
          assertEquals(expected[0], given[0], pipeline + " " + function);
        }
        assertArrayEquals(left, state.memory.array(), pipeline + " " + function);
      }
    }
  }

  @Test
  void everyFunctionOfTheProgramsHasAWholeGraph() throws IOException, CompileError {
    for (String name : new String[] {"kernels", "scalars", "vectors"}) {
      ModuleInfo info = ModuleReader.read(program(name), Module.FEATURES);
      for (int function = info.importedFunctions(); function < info.functions().length; function++) {
        for (GraphPipeline pipeline : GraphPipeline.values()) {
          assertTrue(pipeline.build(info, function).order().length > 0);
        }
      }
    }
  }
}
