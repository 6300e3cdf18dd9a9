package dev.skerry.wasm.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileOptions;
import dev.skerry.wasm.CompilerFindings;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.LinkError;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.testing.Kernel;
import dev.skerry.wasm.tier.Compilations;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was found hot comes back from the cache, and nothing else is compiled that a former run had no use for. */
class HotSetTest {

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final List<Kernel> KERNELS = List.of(Kernel.MATMUL, Kernel.PARSER, Kernel.INDIRECT);

  @TempDir
  private Path home;

  /** Bytes of a custom section that make a module a large one. */
  private static final int LARGE = 1 << 18;

  private static EngineOptions options() {
    return EngineOptions.fromProperties().withTier(Tier.AUTO);
  }

  /** A process that runs the kernels for as long as they take to become hot. */
  private Engine process(boolean streamed) throws CompileError, LinkError, IOException, InterruptedException {
    try (CodeCache cache = CodeCache.open(home.resolve("code"), home.resolve("key"), 1L << 28)) {
      Engine engine = Engine.createWithCache(options(), cache);
      byte[] bytes = Kernel.binary(Kernel.Group.LINEAR.module());
      Module module = streamed
          ? Module.compile(engine, new ByteArrayInputStream(bytes), bytes.length, CompileOptions.DEFAULT)
          : Module.compile(engine, bytes);
      for (Kernel kernel : KERNELS) {
        try (Store store = engine.newStore()) {
          Func function = new Linker(store).instantiate(module).func(kernel.export()).orElseThrow();
          function.call(kernel.size);
          assertTrue(Compilations.awaitIdle(PATIENCE), "the compiler has not ended");
          assertEquals(kernel.smallAnswer, function.call(kernel.smallSize)[0], kernel::toString);
        }
      }
      CompilerFindings.assertComplete(engine);
      return engine;
    }
  }

  /** The kernels as a part of a large program. */
  private static byte[] largeModule() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(Kernel.binary(Kernel.Group.LINEAR.module()));
    out.write(0);
    for (int length = LARGE; length != 0; length >>>= 7) {
      out.write(length & 0x7f | (length > 0x7f ? 0x80 : 0));
    }
    out.write(new byte[LARGE]);
    return out.toByteArray();
  }

  /** A process that calls each kernel for a moment, and ends. */
  private Engine shortProcess() throws CompileError, LinkError, IOException, InterruptedException {
    try (CodeCache cache = CodeCache.open(home.resolve("code"), home.resolve("key"), 1L << 28)) {
      Engine engine = Engine.createWithCache(options(), cache);
      Module module = Module.compile(engine, largeModule());
      for (Kernel kernel : KERNELS) {
        try (Store store = engine.newStore()) {
          Func function = new Linker(store).instantiate(module).func(kernel.export()).orElseThrow();
          assertEquals(kernel.smallAnswer, function.call(kernel.smallSize)[0], kernel::toString);
        }
      }
      assertTrue(Compilations.awaitIdle(PATIENCE), "the compiler has not ended");
      CompilerFindings.assertComplete(engine);
      return engine;
    }
  }

  @Test
  void givenALargeModuleThenTheNextRunHasCodeOfAllThatWasCalledHoweverShort() throws Exception {
    Assumptions.assumeTrue(options().supported().tier() == Tier.AUTO, "no machine code runs here");
    Engine first = shortProcess();
    assertTrue(first.compiled().functions() >= KERNELS.size(), "compiled for the next run");
    Engine second = shortProcess();
    assertEquals(0, second.compiled().functions(), "compiled");
    assertTrue(second.compiled().cached() >= first.compiled().functions(), "loaded");
  }

  @Test
  void givenARunThatFoundWhatIsHotThenTheNextCompilesNothing() throws Exception {
    Assumptions.assumeTrue(options().supported().tier() == Tier.AUTO, "no machine code runs here");
    Engine first = process(false);
    assertTrue(first.compiled().functions() + first.compiled().loops() >= KERNELS.size(), "nothing became hot");
    Engine second = process(true);
    assertEquals(0, second.compiled().functions() + second.compiled().loops(), "compiled");
    // How many functions became hot, beside loops, is a matter of the machine's speed.
    assertTrue(first.compiled().functions() == 0 || second.compiled().cached() > 0, "loaded");
  }
}
