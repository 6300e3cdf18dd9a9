package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.wasm.decode.ModuleReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C that clang compiled with vectors (src/test/guest/vectors.c) leaves what the same C leaves without them. */
class VectorProgramTest {

  private static final int INPUTS = 2 * 2048 * 8;
  private static final int BYTES = 3 * 2048 * 8;

  private final Random random = new Random(43);

  private static byte[] program(String name) throws IOException {
    try (InputStream in = VectorProgramTest.class.getResourceAsStream("/guest/" + name + ".wasm")) {
      return in.readAllBytes();
    }
  }

  /** What a function returns, and the buffer that it leaves. */
  private record Outcome(List<Object> results, byte[] buffer) {
  }

  private static Outcome run(String program, String function, byte[] inputs, Object... args)
      throws IOException, CompileError, LinkError {
    Engine engine = Engine.create();
    try (Store store = engine.newStore()) {
      Instance guest = new Linker(store).instantiate(Module.compile(engine, program(program)));
      int buffer = (int) guest.func("buffer").orElseThrow().call()[0];
      Memory memory = guest.memory("memory").orElseThrow();
      memory.write(buffer, inputs, 0, inputs.length);
      return new Outcome(List.of(guest.func(function).orElseThrow().call(args)), memory.read(buffer, BYTES));
    }
  }

  private void compare(String function, byte[] inputs, Object... args) throws IOException, CompileError, LinkError {
    Outcome scalars = run("scalars", function, inputs, args);
    Outcome vectors = run("vectors", function, inputs, args);

    assertEquals(scalars.results, vectors.results);
    assertArrayEquals(scalars.buffer, vectors.buffer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sum", "products", "convert", "brighten", "hexadecimal", "dot"})
  void givenRandomIntegersThenBothProgramsAgree(String function) throws IOException, CompileError, LinkError {
    byte[] inputs = new byte[INPUTS];
    random.nextBytes(inputs);

    compare(function, inputs);
  }

  @Test
  void givenAByteToFindThenBothProgramsAgree() throws IOException, CompileError, LinkError {
    for (int at : new int[] {0, 15, 16, 4711, 16_383}) {
      byte[] inputs = new byte[INPUTS];
      inputs[at] = -7;

      compare("find", inputs, -7);
      assertEquals(List.of(at), run("vectors", "find", inputs, 249).results);
    }
    assertEquals(List.of(-1), run("vectors", "find", new byte[INPUTS], 1).results);
  }

  @Test
  void givenRandomFloatsThenBothProgramsAgree() throws IOException, CompileError, LinkError {
    ByteBuffer floats = ByteBuffer.allocate(INPUTS).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer doubles = ByteBuffer.allocate(INPUTS).order(ByteOrder.LITTLE_ENDIAN);
    while (doubles.hasRemaining()) {
      floats.putFloat((float) random.nextGaussian()).putFloat(random.nextFloat());
      doubles.putDouble(random.nextGaussian());
    }

    compare("saxpy", floats.array(), 2.75f);
    compare("quotients", doubles.array());
  }

  @Test
  void givenNoVectorFeatureThenOnlyTheOtherProgramIsAccepted() throws IOException, CompileError {
    byte[] vectors = program("vectors");

    assertThrows(CompileError.class, () -> ModuleReader.read(vectors, Set.of()));
    assertEquals(0, ModuleReader.read(program("scalars"), Set.of()).importedFunctions());
  }
}
