package dev.skerry.wasm.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Memory;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.BuildOptions;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.GraphBuilder;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No expression has a value outside its range, and none of a few has a wider range than it needs. */
class LaneRangesTest {

  private static final long SEED = Long.getLong("skerry.seed", 7_300_000);
  private static final int PROGRAMS = Integer.getInteger("skerry.programs", 1_500);
  private static final int RUNS = 40;
  private static final int LOADED = 64;
  private static final int DEPTH = 4;
  private static final Opcode[] LOADS = {Opcode.I32_LOAD8_U, Opcode.I32_LOAD8_S, Opcode.I32_LOAD16_U,
      Opcode.I32_LOAD16_S, Opcode.I32_LOAD};
  private static final Opcode[] OPERATORS = {Opcode.I32_ADD, Opcode.I32_SUB, Opcode.I32_MUL, Opcode.I32_AND,
      Opcode.I32_OR, Opcode.I32_XOR, Opcode.I32_SHL, Opcode.I32_SHR_S, Opcode.I32_SHR_U, Opcode.I32_LT_S,
      Opcode.I32_EQ, Opcode.I32_ROTL};
  private static final int[] NUMBERS = {0, 1, -1, 2, 3, -3, 7, 8, 24, 31, 32, 127, -128, 255, 256, 0x7fff, 0xffff,
      Integer.MAX_VALUE, Integer.MIN_VALUE};
  private static final byte[] BYTES = {0, 1, -1, Byte.MAX_VALUE, Byte.MIN_VALUE};

  @Test
  void givenRandomExpressionsThenTheirValuesAreWithinTheirRanges() throws CompileError, LinkError {
    Engine engine = Engine.create(EngineOptions.fromProperties().withTier(Tier.INTERP));
    int narrow = 0;
    for (int i = 0; i < PROGRAMS; i++) {
      long seed = SEED + i;
      Random random = new Random(seed);
      byte[] module = module(code -> value(code, random, DEPTH));
      LaneRanges.Range range = range(module);
      narrow += range.isSigned(24) ? 1 : 0;
      try (Store store = engine.newStore()) {
        Instance instance = new Linker(store).instantiate(Module.compile(engine, module));
        Memory memory = instance.memory("memory").orElseThrow();
        Func function = instance.func("f").orElseThrow();
        for (int run = 0; run < RUNS; run++) {
          byte[] bytes = new byte[LOADED];
          random.nextBytes(bytes);
          for (int k = 0; k < LOADED; k++) {
            bytes[k] = random.nextBoolean() ? bytes[k] : BYTES[random.nextInt(BYTES.length)];
          }
          memory.write(0, bytes, 0, LOADED);
          int value = (Integer) function.call()[0];
          assertTrue(range.least() <= value && value <= range.most(),
              () -> "seed " + seed + ": " + value + " is not within " + range);
        }
      }
    }
    int found = narrow;
    assertTrue(found > PROGRAMS / 10, () -> found + " ranges of fewer bits");
  }

  /** Operators on an unsigned byte and a number, or a signed one. */
  @ParameterizedTest
  @CsvSource({
      "I32_LOAD8_U, 1, I32_ADD, 1, 256", "I32_LOAD8_S, 1, I32_SUB, -129, 126", "I32_LOAD8_S, -2, I32_MUL, -254, 256",
      "I32_LOAD8_U, 15, I32_AND, 0, 15", "I32_LOAD8_U, 256, I32_OR, 0, 511", "I32_LOAD8_U, 1, I32_XOR, 0, 255",
      "I32_LOAD8_S, 1, I32_SHL, -256, 254", "I32_LOAD8_S, 1, I32_SHR_S, -64, 63", "I32_LOAD8_U, 1, I32_SHR_U, 0, 127",
      "I32_LOAD8_S, 24, I32_SHR_U, 0, 255", "I32_LOAD16_U, 1, I32_EQ, 0, 1", "I32_LOAD16_S, 0, I32_ADD, -32768, 32767"})
  void givenAnOperatorThenTheRangeIsNoWiderThanItNeedsToBe(
      Opcode load, int number, Opcode operator, long least, long most) throws CompileError {
    LaneRanges.Range range = range(module(code -> code.i32(0).op(load, 0, 0).i32(number).op(operator)));
    assertEquals(new LaneRanges.Range(least, most), range);
  }

  /** Copies of a body have a value each, and one vector for all. */
  @Test
  void givenSeveralValuesThenTheRangeIsThatOfAll() throws CompileError {
    Graph graph = graph(module(code -> code.i32(0).op(Opcode.I32_LOAD8_U, 0, 0).i32(0).op(Opcode.I32_LOAD8_S, 0, 0)
        .op(Opcode.I32_ADD)));
    int sum = stored(graph);
    int[] both = {graph.a(sum), graph.b(sum)};
    assertEquals(new LaneRanges.Range(Byte.MIN_VALUE, 255), LaneRanges.of(graph, both));
    assertEquals(new LaneRanges.Range(Byte.MIN_VALUE, 255), LaneRanges.of(graph, new int[] {both[1], both[0]}));
  }

  @ParameterizedTest
  @CsvSource({"0, 255, 8, true, false", "0, 256, 8, false, false", "0, 127, 8, true, true", "-1, 0, 8, false, true",
      "-128, 127, 8, false, true", "-129, 0, 8, false, false", "0, 128, 8, true, false", "0, 65535, 16, true, false",
      "0, 65536, 16, false, false", "-32768, 32767, 16, false, true", "-32769, 1, 16, false, false"})
  void givenARangeThenItIsKnownWhatLanesHoldIt(long least, long most, int bits, boolean unsigned, boolean signed) {
    LaneRanges.Range range = new LaneRanges.Range(least, most);
    assertEquals(unsigned, range.isUnsigned(bits));
    assertEquals(signed, range.isSigned(bits));
  }

  private static byte[] module(Consumer<Code> value) {
    return new ModuleBuilder().memory(1, 1).export("memory", 2, 0).function("f", "-> i32", List.of(), code -> {
      code.i32(LOADED);
      value.accept(code);
      code.op(Opcode.I32_STORE, 2, 0).i32(LOADED).op(Opcode.I32_LOAD, 2, 0);
    }).build();
  }

  private static LaneRanges.Range range(byte[] module) throws CompileError {
    Graph graph = graph(module);
    return LaneRanges.of(graph, stored(graph));
  }

  private static Graph graph(byte[] module) throws CompileError {
    return GraphBuilder.build(ModuleReader.read(module, Module.FEATURES), 0, BuildOptions.CHECKED);
  }

  /** The value that the function stores. */
  private static int stored(Graph graph) {
    for (int block : graph.order()) {
      for (int at = graph.first(block); at != Graph.NONE; at = graph.next(at)) {
        if (graph.is(at, Opcode.I32_STORE)) {
          return graph.b(at);
        }
      }
    }
    throw new AssertionError("nothing is stored");
  }

  private static void value(Code code, Random random, int depth) {
    int kind = depth == 0 ? random.nextInt(2) : random.nextInt(8);
    switch (kind) {
      case 0 -> code.i32(2 * random.nextInt(LOADED / 2 - 1)).op(LOADS[random.nextInt(LOADS.length)], 0, 0);
      case 1 -> code.i32(NUMBERS[random.nextInt(NUMBERS.length)]);
      case 2 -> {
        value(code, random, depth - 1);
        value(code, random, depth - 1);
        value(code, random, depth - 1);
        code.op(Opcode.SELECT);
      }
      default -> {
        value(code, random, depth - 1);
        value(code, random, random.nextBoolean() ? 0 : depth - 1);
        code.op(OPERATORS[random.nextInt(OPERATORS.length)]);
      }
    }
  }
}
