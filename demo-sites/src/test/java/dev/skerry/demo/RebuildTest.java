package dev.skerry.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skerry.origin.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The modules beside the sources are what the rebuild script makes of them, byte for byte. */
class RebuildTest {

  private static final Path SITES = Path.of("src/sites").toAbsolutePath();
  private static final Path RECORDED_TOOLCHAIN = SITES.resolve("toolchain.txt");

  @TempDir
  private Path out;

  private static String rebuild(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", SITES.resolve("rebuild.sh").toString()));
    command.addAll(arguments);
    Program.Ended result = Program.run(new ProcessBuilder(command));
    assertEquals(0, result.exitCode(), result.errors());
    return result.output();
  }

  /** The modules under a folder, by their paths in it. */
  private static TreeSet<Path> modules(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      TreeSet<Path> found = new TreeSet<>();
      files.filter(file -> file.toString().endsWith(".wasm")).forEach(file -> found.add(folder.relativize(file)));
      return found;
    }
  }

  private static void assumeRecordedToolchain(String language) throws IOException, InterruptedException {
    String here = rebuild(List.of("--toolchain", language)).strip();
    assumeFalse(here.isEmpty(), () -> "the tools that build " + language + " are not installed here");
    assumeTrue(Files.readAllLines(RECORDED_TOOLCHAIN).contains(here),
        () -> "the modules were built with other tools than " + here);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "wat", "ts"})
  void givenTheRecordedToolsThenRebuildingGivesTheSameBytes(String language) throws Exception {
    assumeRecordedToolchain(language);
    rebuild(List.of("--out", out.toString(), language));
    TreeSet<Path> built = modules(out);
    assertFalse(built.isEmpty());
    for (Path module : built) {
      assertArrayEquals(Files.readAllBytes(SITES.resolve(module)), Files.readAllBytes(out.resolve(module)),
          () -> module + " is not what its source makes: run rebuild.sh");
    }
  }

  @Test
  void everyModuleIsMadeByTheScript() throws Exception {
    TreeSet<Path> listed = new TreeSet<>();
    rebuild(List.of("--list")).lines().forEach(module -> listed.add(Path.of(module + ".wasm")));
    assertEquals(modules(SITES), listed);
  }

  @Test
  void givenAnUnknownArgumentThenTheScriptNamesIt() throws Exception {
    Program.Ended result = Program.run(
        new ProcessBuilder("sh", SITES.resolve("rebuild.sh").toString(), "cobol"));
    assertEquals(2, result.exitCode());
    assertEquals("rebuild.sh: unknown argument 'cobol'\n", result.errors());
  }
}
