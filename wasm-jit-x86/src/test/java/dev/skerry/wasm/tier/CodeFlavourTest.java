package dev.skerry.wasm.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.cache.CodeCache;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.x64.CpuFeature;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What compiled code is found by, beside module and partition: two flavours are one only if their code is the same. */
class CodeFlavourTest {

  private static final EngineOptions USUAL = new EngineOptions(Tier.AUTO, MemoryStrategy.GUARD, false, true);
  private static final Set<Feature> ALL = EnumSet.allOf(Feature.class);

  @Test
  void givenTheCompilersBuildThenItIsPartOfEachFlavour() {
    assertTrue(CodeFlavour.of(USUAL, CpuFeatures.floor(), ALL).contains(CodeCache.compilerBuild()));
  }

  @Test
  void givenProcessorsThatDifferInOneFeatureThenTheirCodeIsNotShared() {
    List<String> flavours = new ArrayList<>(List.of(CodeFlavour.of(USUAL, CpuFeatures.floor(), ALL)));
    int beyondTheFloor = 0;
    for (CpuFeature feature : CpuFeature.values()) {
      if (!CpuFeatures.floor().has(feature)) {
        beyondTheFloor++;
        flavours.add(CodeFlavour.of(USUAL, CpuFeatures.of(EnumSet.of(feature)), ALL));
      }
    }
    assertTrue(beyondTheFloor > 5, "features: " + beyondTheFloor);
    assertEquals(flavours.size(), new HashSet<>(flavours).size(), flavours::toString);
  }

  @Test
  void givenOptionsThatChangeCodeThenItIsNotSharedAndBetweenTiersItIs() {
    List<String> flavours = new ArrayList<>();
    for (MemoryStrategy memory : MemoryStrategy.values()) {
      flavours.add(CodeFlavour.of(USUAL.withMemory(memory), CpuFeatures.floor(), ALL));
    }
    flavours.add(CodeFlavour.of(USUAL.withCanonicalNaN(true), CpuFeatures.floor(), ALL));
    flavours.add(CodeFlavour.of(USUAL.withFuel(true), CpuFeatures.floor(), ALL));
    flavours.add(CodeFlavour.of(USUAL, CpuFeatures.floor(), EnumSet.noneOf(Feature.class)));
    assertEquals(flavours.size(), new HashSet<>(flavours).size(), flavours::toString);
    assertTrue(flavours.contains(CodeFlavour.of(USUAL.withTier(Tier.JIT), CpuFeatures.floor(), ALL)));
  }
}
