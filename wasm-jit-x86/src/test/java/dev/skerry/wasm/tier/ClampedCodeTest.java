package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.RandomModule;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.format.MemoryType;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.runtime.ModuleCode;
import dev.skerry.wasm.runtime.TypeRegistry;
import dev.skerry.wasm.testing.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * In finished machine code no index of a table, and no callee, is kept in bounds by a branch alone, whatever the
 * strategy; no index of memory under HARDENED and MASK.
 */
class ClampedCodeTest {

  private static final long SEED = Long.getLong("skerry.seed", 7_000_000);
  private static final int PROGRAMS = Integer.getInteger("skerry.programs", 60);

  private int places;
  private final List<String> unclamped = new ArrayList<>();

  private void compile(byte[] binary, MemoryStrategy made, MemoryStrategy demanded, String name) throws Exception {
    ModuleCode module = new ModuleCode(ModuleReader.read(binary, Module.FEATURES), new TypeRegistry(), false,
        Allowance.of(Module.FEATURES));
    Compiler compiler = new Compiler(new EngineOptions(Tier.JIT, made, false, true), CpuFeatures.current());
    long least = Long.MAX_VALUE;
    for (MemoryType memory : module.info().memories()) {
      least = Math.min(least, memory.limits().min() * 65_536);
    }
    long leastLength = least;
    for (int f = module.info().importedFunctions(); f < module.info().functions().length; f++) {
      String function = name + ", function " + f + ": ";
      compiler.compile(module, f, -1, new CompileTrace() {
        @Override
        public void emitted(CompiledFunction code) {
          ClampedPlaces.Findings findings = ClampedPlaces.of(code, demanded, leastLength);
          places += findings.places();
          findings.unclamped().forEach(finding -> unclamped.add(function + finding));
        }
      });
    }
  }

  @ParameterizedTest
  @EnumSource
  void givenKernelsThenWhatIsIndexedOrCalledIsClamped(MemoryStrategy memory) throws Exception {
    for (String name : List.of("kernels", "loops", "simd")) {
      compile(Kernel.binary(name), memory, memory, name);
    }
    assertEquals(List.of(), unclamped);
    assertTrue(places > 300, "only " + places + " places");
  }

  @ParameterizedTest
  @EnumSource
  void givenRandomModulesThenWhatIsIndexedOrCalledIsClamped(MemoryStrategy memory) throws Exception {
    for (int i = 0; i < PROGRAMS; i++) {
      long seed = SEED + i;
      RandomModule module = new RandomModule(new Random(seed));
      // Addresses of 64 bits are compared, where others are masked.
      if (memory != MemoryStrategy.MASK || !module.hasWideMemory()) {
        compile(module.module().bytes(), memory, memory, "seed " + seed);
      }
    }
    assertEquals(List.of(), unclamped);
    assertTrue(places > PROGRAMS, "only " + places + " places");
  }

  @Test
  void givenKernelsThatCheckWhenClampsAreLookedForThenMostIndexesLackThem() throws Exception {
    compile(Kernel.binary("kernels"), MemoryStrategy.CHECK, MemoryStrategy.HARDENED, "kernels");
    assertTrue(unclamped.size() > places / 2, unclamped.size() + " of " + places);
  }
}
