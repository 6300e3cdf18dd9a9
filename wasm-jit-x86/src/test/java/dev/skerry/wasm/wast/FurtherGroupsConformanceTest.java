package dev.skerry.wasm.wast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompilerFindings;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The suite's groups beyond {@code core} that this engine runs: every command passes. */
class FurtherGroupsConformanceTest {

  /** Commands of group {@code gc} that need no garbage-collected types. */
  private static final int PASSED_OF_GC = 2;
  /** Why a command may be skipped. */
  private static final Set<String> REASONS = Set.of("text form", "tolerated line",
      "needs a module that was not instantiated", "garbage-collected types not supported",
      WastRunner.MASKED, WastRunner.AFTER_MASKED);

  private final Path folder =
      Path.of(System.getProperty("skerry.shared", "shared"), "conformance", "wasm").toAbsolutePath();

  @ParameterizedTest
  @CsvSource({"multi-memory,912,232", "tail-call,119,0", "typed-func-refs,179,0", "exceptions,103,0",
      "legacy-exceptions,89,0", "simd,25481,54", "relaxed-simd,77,0",
      "memory64,8647,0", "threads,551,0"})
  void everyCommandPassesButForTrapsOfMaskedAccesses(String group, int commands, int masked) throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(folder.resolve(group)),
        "the specification's test suite is not at " + folder + ": nothing checked");
    int passed = 0;
    int skipped = 0;
    int compiled = 0;
    boolean compiles = false;
    StringBuilder failures = new StringBuilder();
    try (var files = Files.newDirectoryStream(folder.resolve(group), "*.json")) {
      for (Path script : files) {
        Engine engine = Engine.create();
        WastResult result = WastRunner.run(engine, script, NeedsGarbageCollection.linesOf(script));
        assertTrue(REASONS.containsAll(result.skips().keySet()), () -> script + " skips " + result.skips());
        CompilerFindings.assertComplete(engine);
        compiles = engine.options().tier() == Tier.JIT;
        compiled += engine.compiled().functions();
        passed += result.passed();
        skipped += result.skips().getOrDefault(WastRunner.MASKED, 0)
            + result.skips().getOrDefault(WastRunner.AFTER_MASKED, 0);
        result.failures().forEach(failure -> failures.append(script.getFileName()).append(' ').append(failure));
      }
    }
    assertEquals("", failures.toString());
    assertEquals(EngineOptions.fromProperties().memory() == MemoryStrategy.MASK ? masked : 0, skipped);
    assertTrue(passed + skipped >= commands, "only " + passed + " commands passed");
    assertTrue(compiled > 0 || !compiles, "nothing was compiled");
  }

  @Test
  void whatTheGroupOfGarbageCollectionLacksIsThatAlone() throws IOException {
    Path group = folder.resolve("gc");
    Assumptions.assumeTrue(Files.isDirectory(group), "the specification's test suite is not at " + folder);
    int passed = 0;
    int failed = 0;
    try (var files = Files.newDirectoryStream(group, "*.json")) {
      for (Path script : files) {
        WastResult result = WastRunner.run(Engine.create(), script, Set.of());
        passed += result.passed();
        failed += result.failed();
        assertTrue(REASONS.containsAll(result.skips().keySet()), () -> script + " skips " + result.skips());
        result.failures().forEach(failure ->
            assertTrue(failure.toString().contains("garbage-collected types not supported"), failure::toString));
      }
    }
    assertEquals(PASSED_OF_GC, passed);
    assertTrue(failed > 0, "what is refused is seen");
  }
}
