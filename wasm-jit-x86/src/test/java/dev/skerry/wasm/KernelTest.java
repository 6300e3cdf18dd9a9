package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.wasm.testing.Kernel;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** C that clang compiled to Wasm answers what gcc makes it answer natively, also when it is called again. */
class KernelTest {

  static Stream<Arguments> kernelsAndTiers() {
    return Arrays.stream(Kernel.values()).flatMap(kernel -> Arrays.stream(Tier.values())
        .map(tier -> Arguments.of(kernel, tier)));
  }

  @ParameterizedTest
  @MethodSource("kernelsAndTiers")
  void answersAsNativeCode(Kernel kernel, Tier tier) throws IOException, CompileError, LinkError {
    Engine engine = Engine.create(EngineOptions.fromProperties().withTier(tier));
    try (Store store = engine.newStore()) {
      Func function = load(engine, store, kernel);
      for (int i = 0; i < 3; i++) {
        assertEquals(kernel.smallAnswer, function.call(kernel.smallSize)[0]);
      }
    }
    CompilerFindings.assertComplete(engine);
  }

  private static Func load(Engine engine, Store store, Kernel kernel) throws IOException, CompileError, LinkError {
    return new Linker(store).instantiate(Module.compile(engine, Kernel.binary(kernel.group.module())))
        .func(kernel.export()).orElseThrow();
  }

  /** Long enough for the interpreter to be found in loops, whose code takes over midway. */
  @Test
  void loopsThatMachineCodeTakesOverAnswerTheSame() throws IOException, CompileError, LinkError {
    Engine compiling = Engine.create(EngineOptions.fromProperties().withTier(Tier.JIT));
    Engine tiering = Engine.create(EngineOptions.fromProperties().withTier(Tier.AUTO));
    for (Kernel kernel : Kernel.values()) {
      try (Store compiled = compiling.newStore(); Store tiered = tiering.newStore()) {
        Object expected = load(compiling, compiled, kernel).call(kernel.size)[0];
        Func function = load(tiering, tiered, kernel);
        for (int i = 0; i < 3; i++) {
          assertEquals(expected, function.call(kernel.size)[0], kernel::toString);
        }
      }
    }
    CompilerFindings.assertComplete(tiering);
    assertEquals(tiering.options().tier() == Tier.AUTO, tiering.compiled().loops() > 0, "loops were taken over");
  }
}
