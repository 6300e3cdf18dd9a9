package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.TypeRegistry;
import dev.skerry.wasm.testing.Kernel;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whoever compiled a module does not keep it. */
class ModuleLifetimeTest {

  @Test
  void givenAModuleThatWasCompiledWhenNobodyHasItThenItIsCollectedThoughTheEngineStays() throws Exception {
    Compilations engine =
        new Compilations(new EngineOptions(Tier.JIT, MemoryStrategy.CHECK, false, true), CompileSteps.USUAL);

    WeakReference<ModuleCode> module = compiled(engine);

    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (module.get() != null && System.nanoTime() < end) {
      System.gc();
    }
    assertNull(module.get());
    Reference.reachabilityFence(engine);
  }

  private static WeakReference<ModuleCode> compiled(Compilations engine) throws Exception {
    ModuleCode module = new ModuleCode(ModuleReader.read(Kernel.binary("kernels"), Module.FEATURES),
        new TypeRegistry(), false, Allowance.of(Module.FEATURES));
    engine.compileAll(module);
    assertEquals(module.info().bodies().length(), engine.statistics().functions());
    return new WeakReference<>(module);
  }
}
