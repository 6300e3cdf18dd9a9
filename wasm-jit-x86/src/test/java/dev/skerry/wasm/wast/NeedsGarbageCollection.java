package dev.skerry.wasm.wast;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * The exceptions from "every binary command of the suite passes", beside group {@code gc}: modules that name
 * garbage-collected types. What is asserted of such a module is skipped with it.
 */
final class NeedsGarbageCollection {

  /** Lines of the module commands, by script. */
  private static final Map<String, Set<Integer>> LINES = Map.of(
      "core/ref_null.json", Set.of(1, 23),
      "core/table_init.json", Set.of(2272),
      "typed-func-refs/type-rec.json", Set.of(39, 71, 78, 137, 143, 148, 167, 176, 185, 197),
      "memory64/table_init64.json", Set.of(2457));

  private NeedsGarbageCollection() {
  }

  static Set<Integer> linesOf(Path script) {
    return LINES.getOrDefault(script.getParent().getFileName() + "/" + script.getFileName(), Set.of());
  }
}
