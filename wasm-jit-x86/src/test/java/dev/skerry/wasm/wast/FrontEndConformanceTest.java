package dev.skerry.wasm.wast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the front end knows ahead of the interpreter: each module of a group is accepted, or refused for the kind of
 * reason that the script names. Modules that need a feature that the decoder doesn't know are left out, and counted.
 */
class FrontEndConformanceTest {

  private static final Set<Feature> FEATURES =
      EnumSet.of(Feature.SIMD, Feature.RELAXED_SIMD, Feature.TAIL_CALLS, Feature.MULTI_MEMORY, Feature.MEMORY64,
          Feature.THREADS, Feature.TYPED_FUNCTION_REFERENCES);

  /** How many modules must be judged, and how many may need more. */
  @ParameterizedTest
  @CsvSource({"simd, 1145, 0", "relaxed-simd, 8, 0", "tail-call, 35, 0", "multi-memory, 124, 0", "threads, 119, 0",
      "typed-func-refs, 80, 16", "memory64, 691, 1"})
  void givenTheModulesOfAGroupThenEachIsJudgedAsTheScriptSays(String group, int least, int unknown)
      throws IOException {
    Path folder = Path.of(System.getProperty("skerry.shared", "shared"), "conformance", "wasm", group);
    Assumptions.assumeTrue(Files.isDirectory(folder), () -> "the test suite is not at " + folder + ": nothing checked");
    List<String> wrong = new ArrayList<>();
    int judged = 0;
    int left = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path script : files.filter(file -> file.toString().endsWith(".json")).sorted().toList()) {
        try (ScriptReader commands = new ScriptReader(script)) {
          for (Command command = commands.next(); command != null; command = commands.next()) {
            String verdict = verdict(script, command);
            judged += verdict.equals("right") ? 1 : 0;
            left += verdict.equals("UNSUPPORTED") ? 1 : 0;
            if (!Set.of("right", "UNSUPPORTED", "no module").contains(verdict)) {
              wrong.add(script.getFileName() + ":" + command.line() + ": " + command.type() + " " + verdict);
            }
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
    assertEquals(unknown, left);
    assertTrue(judged >= least, () -> "too few modules in " + folder);
  }

  private static String verdict(Path script, Command command) throws IOException {
    if (command.binaryFile() == null) {
      return "no module";
    }
    String expected = switch (command.type()) {
      case "assert_invalid" -> "INVALID";
      case "assert_malformed" -> "MALFORMED";
      default -> "accepted";
    };
    String seen = "accepted";
    try {
      ModuleReader.read(Files.readAllBytes(script.resolveSibling(command.binaryFile())), FEATURES);
    } catch (CompileError e) {
      seen = e.kind().name();
    }
    return seen.equals(expected) ? "right" : seen;
  }
}
