package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of other compilers (src/test/guests/programs) print what they print in node, which is recorded. */
class ProgramsTest {

  private static final String PROGRAMS = "programs/";

  private static String expected(String program) throws IOException {
    return Files.readString(Path.of(Cli.guest(PROGRAMS + program + ".expected")));
  }

  @Test
  void anAssemblyScriptProgramPrintsWhatItPrintsInNode() throws IOException {
    Cli.run("run", Cli.guest(PROGRAMS + "primes.wasm")).assertOut(expected("primes"));
  }

  @Test
  void aProgramInCWithFunctionPointersAndFilesPrintsAndWritesWhatItDoesInNode(@TempDir Path folder)
      throws IOException {
    Cli.run("run", "--dir", folder + "::/data", Cli.guest(PROGRAMS + "sort.wasm"), "/data").assertOut(expected("sort"));
    List<String> lines = Files.readAllLines(folder.resolve("lines.txt"), StandardCharsets.UTF_8);
    assertEquals(20_000, lines.size());
    assertEquals(lines.stream().sorted().toList(), Files.readAllLines(folder.resolve("text.txt")));
    List<String> byLength = Files.readAllLines(folder.resolve("length.txt"));
    for (int i = 1; i < byLength.size(); i++) {
      assertTrue(byLength.get(i - 1).length() <= byLength.get(i).length(), "line " + i);
    }
  }
}
