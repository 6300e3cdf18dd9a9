package dev.skerry.wasm.wast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.CompilerFindings;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Tier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every group of the specification's suite passes under the strategies that other runs do not choose, in both tiers;
 * what is masked passes but for the traps of plain accesses, and what such accesses wrote instead.
 */
class StrategyConformanceTest {

  static final List<String> GROUPS = List.of("core", "multi-memory", "tail-call", "typed-func-refs",
      "exceptions", "legacy-exceptions", "simd", "relaxed-simd", "memory64", "threads");
  static final int COMMANDS = 63_000;
  private static final int MASKED = 536;

  private final Path folder =
      Path.of(System.getProperty("skerry.shared", "shared"), "conformance", "wasm").toAbsolutePath();

  /** Tier, strategy, signals, and how many commands a mask leaves out; no machine code where there can be none. */
  static Stream<Arguments> settings() {
    Stream<Arguments> interpreted = Stream.of(Arguments.of(Tier.INTERP, MemoryStrategy.HARDENED, true, 0),
        Arguments.of(Tier.INTERP, MemoryStrategy.MASK, true, MASKED));
    Stream<Arguments> compiled = Stream.of(Arguments.of(Tier.JIT, MemoryStrategy.HARDENED, true, 0),
        Arguments.of(Tier.JIT, MemoryStrategy.HARDENED, false, 0),
        Arguments.of(Tier.JIT, MemoryStrategy.MASK, true, MASKED),
        Arguments.of(Tier.JIT, MemoryStrategy.MASK, false, MASKED));
    return NativeSupport.current().nativeMemory() ? Stream.concat(interpreted, compiled) : interpreted;
  }

  @ParameterizedTest
  @MethodSource("settings")
  void everyGroupPasses(Tier tier, MemoryStrategy memory, boolean signals, int masked) throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(folder),
        "the specification's test suite is not at " + folder + ": nothing checked");
    EngineOptions options = new EngineOptions(tier, memory, false, signals);
    List<WastResult.Failure> failures = new ArrayList<>();
    int passed = 0;
    int skipped = 0;
    for (String group : GROUPS) {
      try (var files = Files.newDirectoryStream(folder.resolve(group), "*.json")) {
        for (Path script : files) {
          Engine engine = Engine.create(options);
          assertEquals(memory, engine.options().memory());
          WastResult result = WastRunner.run(engine, script, NeedsGarbageCollection.linesOf(script));
          CompilerFindings.assertComplete(engine);
          failures.addAll(result.failures());
          passed += result.passed();
          skipped += result.skips().getOrDefault(WastRunner.MASKED, 0)
              + result.skips().getOrDefault(WastRunner.AFTER_MASKED, 0);
        }
      }
    }
    assertEquals(List.of(), failures);
    assertEquals(masked, skipped);
    assertTrue(passed + skipped >= COMMANDS, "only " + passed + " commands passed");
  }
}
