package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operators both of whose operands are loaded, as values and as conditions: machine code can read one from memory. */
class LoadedOperandsTest {

  private static final String LOADS = "local.get 0; %1$s.load 0; local.get 1; %1$s.load 0; %1$s.%2$s";

  private static Instance guest(Store store, String type, String operator, String truth) {
    String value = LOADS.formatted(type, operator);
    String condition = value + "; " + truth;
    return new TestModule().memory(1, 1)
        .func("value", "i32 i32 -> i64", condition + "; i64.extend_i32_u")
        .func("branch", "i32 i32 -> i64", "block; " + condition + "; br_if 0; i64.const 3; return; end; i64.const 5")
        .func("choice", "i32 i32 -> i64", "i64.const 7; i64.const 9; " + condition + "; select")
        .func("negation", "i32 i32 -> i64", "i64.const 7; i64.const 9; " + condition + "; i32.eqz; select")
        .export("memory", 2, 0).instantiate(store);
  }

  private static long[] results(Engine engine, String type, String operator, String truth) {
    try (Store store = engine.newStore()) {
      return results(guest(store, type, operator, truth));
    }
  }

  private static long[] results(Instance instance) {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i < 18 ? i % 9 + 1 : i < 24 ? 0 : -1);
    }
    instance.memory("memory").orElseThrow().write(0, bytes, 0, bytes.length);
    String[] names = {"value", "branch", "choice", "negation"};
    int[] places = {0, 8, 9, 18, 24};
    long[] results = new long[names.length * places.length * places.length];
    int count = 0;
    for (String name : names) {
      for (int a : places) {
        for (int b : places) {
          results[count++] = (long) instance.func(name).orElseThrow().call(a, b)[0];
        }
      }
    }
    return results;
  }

  @ParameterizedTest
  @CsvSource({"i32,and,", "i32,and,i32.eqz", "i64,and,i64.eqz", "i64,and,i64.const 0; i64.ne", "i32,or,", "i32,xor,",
      "i32,add,", "i32,sub,i32.eqz", "i32,eq,", "i64,lt_u,", "i32,ge_s,i32.eqz", "i64,sub,i64.const 0; i64.lt_s",
      "f32,lt,", "f64,eq,", "f64,ne,", "f32,ge,"})
  void givenAnOperatorOnTwoLoadsWhenItIsAValueOrConditionThenBothTiersAgree(
      String type, String operator, String truth) {
    String test = truth == null ? "nop" : truth;
    EngineOptions options = EngineOptions.fromProperties();
    long[] expected = results(Engine.create(options.withTier(Tier.INTERP)), type, operator, test);
    for (MemoryStrategy strategy : MemoryStrategy.values()) {
      Engine engine = Engine.create(options.withTier(Tier.JIT).withMemory(strategy));

      assertArrayEquals(expected, results(engine, type, operator, test), strategy.toString());
      CompilerFindings.assertComplete(engine);
    }
  }
}
