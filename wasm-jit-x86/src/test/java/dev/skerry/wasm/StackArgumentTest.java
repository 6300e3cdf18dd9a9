package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.format.ValType;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compiled code passes more parameters than there are registers for, of any types in any order, in calls and in tail
 * calls, from functions with a frame and without one. {@code -Dskerry.seed} says which.
 */
class StackArgumentTest {

  private static final long SEED = Long.getLong("skerry.seed", 6_700_000);
  private static final int SIGNATURES = 60;
  private static final int MOST = 30;

  /** The vector behind a number is 8 bytes further than where it would be aligned. */
  @ParameterizedTest
  @ValueSource(strings = {"f32 v128", "v128 f64 v128 v128", "v128 v128 v128"})
  void givenVectorsOnTheStackThenTheyArrive(String onStack) throws CompileError, LinkError {
    pass(FuncType.of("f64 f64 f64 f64 f64 f64 f64 f64 " + onStack + " ->").params(), new Random(SEED));
  }

  @Test
  void givenRandomSignaturesThenAllArgumentsArrive() throws CompileError, LinkError {
    for (int i = 0; i < SIGNATURES; i++) {
      Random random = new Random(SEED + i);
      List<ValType> choices = List.of(ValType.I32, ValType.I64, ValType.F32, ValType.F64, ValType.V128);
      pass(IntStream.range(0, 1 + random.nextInt(MOST)).mapToObj(any -> choices.get(random.nextInt(choices.size())))
          .toList(), random);
    }
  }

  /** Calls a function that gives its parameters back: itself, by a call, by tail calls, some with less of its own. */
  private static void pass(List<ValType> types, Random random) throws CompileError, LinkError {
    EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT).withVerify(true);
    Assumptions.assumeTrue(options.supported().tier() == Tier.JIT, "there is no machine code here");
    FuncType type = new FuncType(types, types);
    String all = IntStream.range(0, types.size()).mapToObj(i -> "local.get " + i + "\n").collect(Collectors.joining());
    FuncType fewer = new FuncType(types.subList(0, random.nextInt(types.size())), types);
    long[] arguments = random.longs(type.paramSlots()).toArray();
    TestModule module = new TestModule()
        .func("echo", type.toString(), all)
        .func("call", type.toString(), all + "call 0")
        .func("tail", type.toString(), all + "return_call 0")
        .func("framed", type.toString(), all + "call 0\nreturn_call 0")
        .func("fewer", fewer.toString(), constants(type, arguments, fewer.params().size()) + "return_call 0")
        .func("constants", fewer.toString(), constants(type, arguments, fewer.params().size()) + "call 0");
    Engine engine = Engine.create(options);
    Module compiled = Module.compile(engine, module.bytes());
    engine.compileAll(compiled);
    CompilerFindings.assertComplete(engine);
    try (Store store = engine.newStore()) {
      Instance instance = new Linker(store).instantiate(compiled);
      for (String name : List.of("echo", "call", "tail", "framed", "fewer", "constants")) {
        long[] slots = arguments.clone();
        instance.func(name).orElseThrow().invoke(slots);
        assertArrayEquals(masked(types, arguments), slots, () -> name + " of " + type);
      }
    }
  }

  /** The parameters of a function with fewer, and the values of the others. */
  private static String constants(FuncType type, long[] arguments, int params) {
    StringBuilder text = new StringBuilder();
    int slot = 0;
    for (int i = 0; i < type.params().size(); i++) {
      ValType param = type.params().get(i);
      long bits = arguments[slot];
      if (i < params) {
        text.append("local.get ").append(i);
      } else if (param.equals(ValType.V128)) {
        text.append("v128.const ").append(bits).append(' ').append(arguments[slot + 1]);
      } else if (param.equals(ValType.F32) || param.equals(ValType.I32)) {
        text.append("i32.const ").append((int) bits).append(param.equals(ValType.F32) ? "\nf32.reinterpret_i32" : "");
      } else {
        text.append("i64.const ").append(bits).append(param.equals(ValType.F64) ? "\nf64.reinterpret_i64" : "");
      }
      text.append('\n');
      slot += param.slots();
    }
    return text.toString();
  }

  private static long[] masked(List<ValType> types, long[] slots) {
    long[] masked = slots.clone();
    int slot = 0;
    for (ValType type : types) {
      if (type.equals(ValType.I32) || type.equals(ValType.F32)) {
        masked[slot] &= 0xffff_ffffL;
      }
      slot += type.slots();
    }
    return masked;
  }
}
