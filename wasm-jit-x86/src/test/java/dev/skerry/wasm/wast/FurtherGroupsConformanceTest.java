package dev.skerry.wasm.wast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The suite's groups beyond {@code core} that this engine runs: every command passes. */
class FurtherGroupsConformanceTest {

  /** Modules that need garbage-collected types, and so what is asserted of them is skipped. */
  private static final Map<String, Set<Integer>> NEED_MORE = Map.of(
      "type-rec.json", Set.of(39, 71, 78, 137, 143, 148, 156, 167, 176, 185, 197), "table_init64.json", Set.of(2457));

  private final Path folder =
      Path.of(System.getProperty("skerry.shared", "shared"), "conformance", "wasm").toAbsolutePath();

  @ParameterizedTest
  @CsvSource({"multi-memory,912", "tail-call,119", "typed-func-refs,179", "simd,25481", "relaxed-simd,77",
      "memory64,8647", "threads,551"})
  void everyCommandPasses(String group, int commands) throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(folder.resolve(group)),
        "the specification's test suite is not at " + folder + ": nothing checked");
    int passed = 0;
    StringBuilder failures = new StringBuilder();
    try (var files = Files.newDirectoryStream(folder.resolve(group), "*.json")) {
      for (Path script : files) {
        Set<Integer> tolerated = NEED_MORE.getOrDefault(script.getFileName().toString(), Set.of());
        WastResult result = WastRunner.run(Engine.create(), script, tolerated);
        passed += result.passed();
        result.failures().forEach(failure -> failures.append(script.getFileName()).append(' ').append(failure));
      }
    }
    assertEquals("", failures.toString());
    assertTrue(passed >= commands, "only " + passed + " commands passed");
  }
}
