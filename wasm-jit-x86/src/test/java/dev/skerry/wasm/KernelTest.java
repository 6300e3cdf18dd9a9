package dev.skerry.wasm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.wasm.testing.Kernel;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** C that clang compiled to Wasm answers what gcc makes it answer natively, also when it is called again. */
class KernelTest {

  @ParameterizedTest
  @EnumSource
  void answersAsNativeCode(Kernel kernel) throws IOException, CompileError, LinkError {
    Engine engine = Engine.create();
    try (Store store = engine.newStore()) {
      Func function = new Linker(store).instantiate(Module.compile(engine, Kernel.binary(kernel.group.module())))
          .func(kernel.export()).orElseThrow();
      for (int i = 0; i < 3; i++) {
        assertEquals(kernel.smallAnswer, function.call(kernel.smallSize)[0]);
      }
    }
  }
}
