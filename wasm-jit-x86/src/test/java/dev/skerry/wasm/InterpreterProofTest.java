package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The loop of an interpreter, in whose code each case jumps to each other, is proved: no other code of that size
 * has so many ways back. QuickJS's has 250 cases in 120 KiB.
 */
class InterpreterProofTest {

  private static final int CASES = 200;
  private static final int LOCALS = 24;
  private static final int STEPS = 6;

  /** What one case does: loads, stores and changes of what the loop keeps, some of them only now and then. */
  private static String body(Random random) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < STEPS; i++) {
      int to = 1 + random.nextInt(LOCALS);
      int a = 1 + random.nextInt(LOCALS);
      int b = 1 + random.nextInt(LOCALS);
      int offset = 4 * random.nextInt(64);
      body.append(switch (random.nextInt(4)) {
        case 0 -> "local.get %d; i32.load %d; local.set %d; ".formatted(a, offset, to);
        case 1 -> "local.get %d; local.get %d; i32.store %d; ".formatted(a, b, offset);
        case 2 -> "local.get %d; local.get %d; i32.add; local.set %d; ".formatted(a, b, to);
        default -> "local.get %d; if; local.get %d; local.set %d; end; ".formatted(a, b, to);
      });
    }
    return body.toString();
  }

  private static byte[] module() {
    Random random = new Random(CASES);
    StringBuilder text = new StringBuilder("loop; ").append("block; ".repeat(CASES + 1));
    text.append("local.get 0; i32.load8_u 0; local.get 0; i32.const 1; i32.add; local.set 0; br_table");
    for (int i = 0; i <= CASES; i++) {
      text.append(' ').append(i);
    }
    text.append("; end; ");
    for (int i = 0; i < CASES; i++) {
      text.append(body(random)).append("br ").append(CASES - i).append("; end; ");
    }
    text.append("end; local.get 1");
    return new TestModule().memory(1, 2).func("run", "i32 -> i32", "i32 ".repeat(LOCALS).strip(), text.toString())
        .bytes();
  }

  @ParameterizedTest
  @EnumSource
  void givenAnInterpretersLoopThenItIsProved(MemoryStrategy memory) throws CompileError {
    EngineOptions options = EngineOptions.fromProperties().withTier(Tier.JIT).withVerify(true).withMemory(memory);
    Assumptions.assumeTrue(options.supported().tier() == Tier.JIT, "there is no machine code here");
    Engine engine = Engine.create(options);
    engine.compileAll(Module.compile(engine, module()));
    assertEquals(List.of(), engine.refusals());
    assertEquals(1, engine.compiled().functions());
  }
}
