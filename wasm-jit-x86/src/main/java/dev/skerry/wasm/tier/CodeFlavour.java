package dev.skerry.wasm.tier;

import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.cache.CodeCache;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.pass.Passes;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything beside a module's bytes that its machine code depends on, as one line of text: whoever adds an option that
 * changes what is compiled adds it here.
 */
final class CodeFlavour {

  private CodeFlavour() {
  }

  static String of(EngineOptions options, CpuFeatures features, Set<Feature> accepted) {
    return "build " + CodeCache.compilerBuild() + " cpu " + new TreeSet<>(features.all())
        + " memory " + options.memory() + " canonicalNaN " + options.canonicalNaN() + " passes " + Passes.ON
        + " align " + emission("align") + " unroll " + emission("unroll") + " copies " + emission("copies")
        + " late " + emission("late") + " accepts " + new TreeSet<>(accepted);
  }

  private static String emission(String option) {
    return System.getProperty("skerry." + option, "");
  }
}
