package dev.skerry.wasm.wast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.skerry.wasm.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The specification's test suite, group {@code core}: every command passes. Skipped are text forms, the lines that need
 * more than Wasm 2.0 with what depends on them, and modules that
 * must be refused and are, by the name of such a feature.
 */
class ConformanceTest {

  private static final String GROUP = "core";
  /** What passed when this was written: a runner that skips more and more must not go unseen. */
  private static final int COMMANDS = 27_662;
  private static final int WORDED_OTHERWISE = 79;

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
    Map<String, Set<Integer>> tolerated = linesThatNeedMore();
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve(GROUP))) {
      for (Path script : files.filter(file -> file.toString().endsWith(".json")).sorted().toList()) {
        String name = script.getFileName().toString().replace(".json", "");
        tests.add(DynamicTest.dynamicTest(name, () -> check(script, tolerated.getOrDefault(name, Set.of()))));
      }
    }
    tests.add(DynamicTest.dynamicTest("all together", this::checkTotals));
    return tests.stream();
  }

  private void check(Path script, Set<Integer> tolerated) throws IOException {
    WastResult result = WastRunner.run(Engine.create(), script, tolerated);
    passed += result.passed();
    wordedOtherwise += result.texts();
    assertEquals(List.of(), result.failures());
  }

  private void checkTotals() {
    assertTrue(passed >= COMMANDS, "only " + passed + " commands passed");
    assertTrue(wordedOtherwise <= WORDED_OTHERWISE, wordedOtherwise + " reasons are worded otherwise than the suite's");
  }

  /** The member {@code needs_wasm3_lines} of the suite's manifest: script name to lines. */
  private Map<String, Set<Integer>> linesThatNeedMore() throws IOException {
    Map<String, Set<Integer>> lines = new HashMap<>();
    try (JsonParser json = new JsonFactory().createParser(Files.newInputStream(folder.resolve("manifest.json")))) {
      while (json.nextToken() != null) {
        if (json.currentToken() == JsonToken.FIELD_NAME && json.currentName().equals("needs_wasm3_lines")) {
          json.nextToken();
          for (String script = json.nextFieldName(); script != null; script = json.nextFieldName()) {
            json.nextToken();
            Set<Integer> of = lines.computeIfAbsent(script, key -> new HashSet<>());
            while (json.nextToken() != JsonToken.END_ARRAY) {
              of.add(json.getIntValue());
            }
          }
        }
      }
    }
    return lines;
  }
}
