package dev.skerry.wasm.wast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompilerFindings;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.EngineOptions;
import dev.skerry.wasm.MemoryStrategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The specification's test suite, group {@code core}: every command passes. Skipped are text forms, the modules of
 * {@link NeedsGarbageCollection} with what depends on them, and modules that must be refused and are, by the name of
 * such a feature.
 */
class ConformanceTest {

  private static final String GROUP = "core";
  /** What passed when this was written: a runner that skips more and more must not go unseen. */
  private static final int COMMANDS = 27_706;
  private static final int WORDED_OTHERWISE = 79;

  /** Trap assertions of plain accesses, which masked ones do not meet, and what is not in memory after those. */
  private static final int MASKED = 242;
  private static final int AFTER_MASKED = 8;

  private int masked;
  private int afterMasked;
  private int passed;
  private int wordedOtherwise;

  private final Path folder =
      Path.of(System.getProperty("skerry.shared", "shared"), "conformance", "wasm").toAbsolutePath();

  @TestFactory
  Stream<DynamicTest> everyCommandOfTheCoreScriptsPasses() throws IOException {
    if (!Files.isDirectory(folder.resolve(GROUP))) {
      return Stream.of(DynamicTest.dynamicTest("the suite is absent",
          () -> Assumptions.abort("the specification's test suite is not at " + folder + ": nothing checked")));
    }
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve(GROUP))) {
      for (Path script : files.filter(file -> file.toString().endsWith(".json")).sorted().toList()) {
        String name = script.getFileName().toString().replace(".json", "");
        tests.add(DynamicTest.dynamicTest(name, () -> check(script)));
      }
    }
    tests.add(DynamicTest.dynamicTest("all together", this::checkTotals));
    return tests.stream();
  }

  private void check(Path script) throws IOException {
    Engine engine = Engine.create();
    WastResult result = WastRunner.run(engine, script, NeedsGarbageCollection.linesOf(script));
    passed += result.passed();
    masked += result.skips().getOrDefault(WastRunner.MASKED, 0);
    afterMasked += result.skips().getOrDefault(WastRunner.AFTER_MASKED, 0);
    wordedOtherwise += result.texts();
    assertEquals(List.of(), result.failures());
    CompilerFindings.assertComplete(engine);
  }

  private void checkTotals() {
    boolean masks = EngineOptions.fromProperties().memory() == MemoryStrategy.MASK;
    assertEquals(masks ? List.of(MASKED, AFTER_MASKED) : List.of(0, 0), List.of(masked, afterMasked));
    assertTrue(passed + masked + afterMasked >= COMMANDS, "only " + passed + " commands passed");
    assertTrue(wordedOtherwise <= WORDED_OTHERWISE, wordedOtherwise + " reasons are worded otherwise than the suite's");
  }
}
