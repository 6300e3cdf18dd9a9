package dev.skerry.wasm.wast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.CompilerFindings;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.ExperimentalEngine;
import dev.skerry.wasm.MemoryStrategy;
import dev.skerry.wasm.Tier;
import dev.skerry.wasm.tier.Experiments;
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
 * The specification's suite passes, and all code is proved, without any one pass of the compiler and without all of
 * them. The default build leaves out all, for the core under one strategy; with {@code -Dskerry.passes.programs}
 * (profile {@code passes}) each in turn, for every group under every strategy.
 */
class PassesOffConformanceTest {

  private static final boolean EACH = Integer.getInteger("skerry.passes.programs") != null;
  private static final int CORE = 27_000;

  private final Path folder =
      Path.of(System.getProperty("skerry.shared", "shared"), "conformance", "wasm").toAbsolutePath();

  static Stream<Arguments> settings() {
    List<String> leftOut = Experiments.LEFT_OUT;
    return EACH ? leftOut.stream().flatMap(names -> Stream.of(MemoryStrategy.values())
            .map(memory -> Arguments.of(names, memory, StrategyConformanceTest.GROUPS)))
        : Stream.of(Arguments.of(leftOut.get(leftOut.size() - 1), MemoryStrategy.HARDENED, List.of("core")));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void givenPassesLeftOutThenTheSuitePasses(String names, MemoryStrategy memory, List<String> groups)
      throws IOException {
    Assumptions.assumeTrue(Files.isDirectory(folder),
        "the specification's test suite is not at " + folder + ": nothing checked");
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "there is no machine code here: nothing checked");
    EngineOptions options = new EngineOptions(Tier.JIT, memory, false, true);
    List<WastResult.Failure> failures = new ArrayList<>();
    int commands = 0;
    for (String group : groups) {
      try (var files = Files.newDirectoryStream(folder.resolve(group), "*.json")) {
        for (Path script : files) {
          Engine engine = ExperimentalEngine.without(options, names);
          WastResult result = WastRunner.run(engine, script, NeedsGarbageCollection.linesOf(script));
          CompilerFindings.assertComplete(engine);
          failures.addAll(result.failures());
          commands += result.passed() + result.skips().getOrDefault(WastRunner.MASKED, 0)
              + result.skips().getOrDefault(WastRunner.AFTER_MASKED, 0);
        }
      }
    }
    assertEquals(List.of(), failures);
    assertTrue(commands >= (EACH ? StrategyConformanceTest.COMMANDS : CORE), "only " + commands + " commands passed");
  }
}
