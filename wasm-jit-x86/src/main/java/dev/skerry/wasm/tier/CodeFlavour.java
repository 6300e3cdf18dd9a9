package dev.skerry.wasm.tier;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.cache.CodeCache;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.lower.CpuFeatures;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything beside a module's bytes that its machine code depends on, as one line of text: whoever adds an option that
 * changes what is compiled adds it here.
 */
final class CodeFlavour {

  /** The name of the step that lays code out by what it did in tier 0. */
  static final String PROFILES = "PROFILES";
  /** Steps of the compiler that are left out in this process, as the property names them. */
  static final String STEPS_OFF = System.getProperty("skerry.passes.off", "");

  /** Whether branches are counted in tier 0, and compiled functions laid out by that. */
  static final boolean COUNTS_BRANCHES =
      Arrays.stream(STEPS_OFF.split(",")).noneMatch(step -> step.strip().equalsIgnoreCase(PROFILES));

  private CodeFlavour() {
  }

  static String of(EngineOptions options, CpuFeatures features, Set<Feature> accepted) {
    return "build " + CodeCache.compilerBuild() + " cpu " + new TreeSet<>(features.all())
        + " memory " + options.memory() + " canonicalNaN " + options.canonicalNaN() + " fuel " + options.fuel()
        + " without " + STEPS_OFF + " accepts " + new TreeSet<>(accepted);
  }
}
