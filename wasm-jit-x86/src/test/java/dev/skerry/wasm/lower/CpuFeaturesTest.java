package dev.skerry.wasm.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.x64.CpuFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What the processor says agrees with what the operating system says of it. */
class CpuFeaturesTest {

  private static final Map<CpuFeature, String> NAMES = new EnumMap<>(Map.of(
      CpuFeature.SSE3, "pni", CpuFeature.LZCNT, "abm", CpuFeature.CMPXCHG16B, "cx16",
      CpuFeature.PREFETCHW, "3dnowprefetch", CpuFeature.SHA, "sha_ni"));

  @Test
  void givenThisMachineWhenAskedThenItHasWhatTheSystemLists() throws IOException {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "machine code runs on native memory only");
    String line = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(l -> l.startsWith("flags")).findFirst().orElseThrow();
    List<String> flags = List.of(line.substring(line.indexOf(':') + 1).strip().split(" "));
    CpuFeatures features = CpuFeatures.current();
    for (CpuFeature feature : CpuFeature.values()) {
      if (feature != CpuFeature.BASE && feature != CpuFeature.FSGSBASE) {
        String name = NAMES.getOrDefault(feature, feature.name().toLowerCase(Locale.ROOT));
        assertEquals(flags.contains(name), features.has(feature), name);
      }
    }
  }

  @Test
  void givenTheFloorThenItSufficesAndHasNoVexForms() {
    assertTrue(CpuFeatures.floor().suffice());
    assertFalse(CpuFeatures.floor().avx());
  }
}
