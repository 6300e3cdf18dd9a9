package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code skerry run}: what goes into a program and what comes out of it. */
class RunCommandTest {

  private static final String PROBE = Cli.guest("probe.wasm");
  private static final String MATH = Cli.guest("math.wasm");

  @TempDir
  Path folder;

  private static Cli.Answer probe(String... args) {
    List<String> command = new ArrayList<>(List.of("run", PROBE));
    command.addAll(Arrays.asList(args));
    return Cli.run(command.toArray(new String[0]));
  }

  private static Cli.Answer invoke(String function, String... args) {
    List<String> command = new ArrayList<>(List.of("run", "--invoke", function, MATH));
    command.addAll(Arrays.asList(args));
    return Cli.run(command.toArray(new String[0]));
  }

  @Test
  void aProgramSaysHello() {
    Cli.run("run", Cli.guest("hello.wasm")).assertOut("Hello, world!\n");
  }

  @Test
  void whatStandsBehindTheFileBelongsToTheProgram() {
    String expected = "[--help]\n[-x]\n[]\n[@file]\n[two words]\n[--]\n[\u00e4\u20ac\ud83d\ude00]\n";
    String[] args = {"args", "--help", "-x", "", "@file", "two words", "--", "\u00e4\u20ac\ud83d\ude00"};
    probe(args).assertOut(expected);
    List<String> withOption = new ArrayList<>(List.of("run", "--env", "A=b", PROBE));
    withOption.addAll(Arrays.asList(args));
    Cli.run(withOption.toArray(new String[0])).assertOut(expected);
  }

  @Test
  void givenFuelThenTheProgramEndsAfterTheSameNumberOfInstructionsInEveryTier() {
    String sentence = "was stopped after 20000 units of fuel (--fuel)";
    for (String tier : List.of("interp", "jit", "auto")) {
      Cli.run("run", "--fuel", "20000", "--tier", tier, PROBE, "loop").assertSentence(1, sentence);
      Cli.run("run", "--fuel", "100000000", "--tier", tier, PROBE, "args", "a").assertOut("[a]\n");
    }
    Cli.run("run", "--fuel=-1", PROBE, "loop").assertSentence(2, "--fuel");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "42, 42", "255, 255", "256, 0", "300, 44", "-1, 255"})
  void theExitCodeIsTheProgramsOwnAsAShellSeesIt(String code, int seen) {
    Cli.Answer answer = probe("exit", code);
    assertEquals(seen, answer.exitCode());
    assertEquals("", answer.err());
  }

  @Test
  void bothStreamsGoWhereTheyBelong() {
    Cli.Answer answer = probe("both");
    assertEquals("to stdout\n", answer.out());
    assertEquals("to stderr\n", answer.err());
  }

  @Test
  void inputComesOutByteForByte() {
    long seed = 0x5eed;
    byte[] input = new byte[300_001];
    new Random(seed).nextBytes(input);
    Cli.Answer answer = Cli.runWithInput(input, "run", PROBE, "copy");
    assertArrayEquals(input, answer.bytes(), "seed " + seed);
    assertEquals(0, answer.exitCode(), answer.err());
  }

  @Test
  void theEnvironmentIsWhatOptionsSayAndNoMore() {
    Cli.run("run", PROBE, "env").assertOut("");
    Cli.run("run", "--env", "A=b=c", "--env=EMPTY=", PROBE, "env").assertOut("A=b=c\nEMPTY=\n");
    String path = System.getenv("PATH");
    Cli.run("run", "--env", "PATH", PROBE, "env").assertOut("PATH=" + path + "\n");
    Cli.run("run", "--env", "SURELY_NOT_SET", PROBE, "env").assertSentence(2, "SURELY_NOT_SET", "not set");
    Cli.run("run", "--env", "=x", PROBE, "env").assertSentence(2, "--env", "'=x'");
  }

  @Test
  void foldersAreThoseThatOptionsNameAndNoMore() throws Exception {
    Files.writeString(folder.resolve("note.txt"), "inside\n");
    Cli.run("run", "--dir", folder + "::/data", PROBE, "show", "/data/note.txt").assertOut("inside\n");
    Cli.run("run", "--dir", folder.toString(), PROBE, "show", folder + "/note.txt").assertOut("inside\n");
    for (String outside : List.of("/data/../note.txt", "/etc/passwd", folder + "/note.txt")) {
      Cli.Answer answer = Cli.run("run", "--dir", folder + "::/data", PROBE, "show", outside);
      assertEquals(1, answer.exitCode(), outside);
      assertEquals("", answer.out(), outside);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"::", "::x", "x::", "/surely/not/there::/data"})
  void aFolderThatIsNoneIsNamed(String value) {
    Cli.run("run", "--dir", value, PROBE, "args").assertSentence(2, "--dir");
  }

  @Test
  void anUncaughtExceptionIsToldAsATrapIs() {
    Cli.Answer answer = Cli.run("run", Cli.guest("throw.wasm"));
    assertTrue(answer.err().contains("trapped: uncaught exception: its tag is of type (i32 -> )"), answer.err());
    assertTrue(answer.err().contains("at throw.start"), answer.err());
    assertEquals(1, answer.exitCode());
  }

  @Test
  void aTrapShowsItsKindAndWhereItHappenedAndWhatWasWrittenBefore() {
    Cli.Answer answer = probe("trap");
    assertEquals(1, answer.exitCode());
    assertEquals("before", answer.out());
    List<String> lines = answer.err().lines().toList();
    assertEquals("skerry: " + PROBE + " trapped: out of bounds memory access", lines.get(0));
    assertTrue(lines.get(1).matches("  at out_of_bounds \\(byte 0x[0-9a-f]+\\)"), answer.err());
    assertTrue(answer.err().contains("  at main"), answer.err());
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("  at _start")), answer.err());
  }

  @Test
  void aLongBacktraceShowsItsEnds() {
    Cli.Answer answer = invoke("deep");
    assertEquals(1, answer.exitCode());
    assertTrue(answer.err().startsWith("skerry: " + MATH + " trapped: call stack exhausted\n"), answer.err());
    assertTrue(answer.err().contains(" more\n"), answer.err());
    assertTrue(answer.err().lines().count() < 40, answer.err());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "add32  | 1 2                     | 3",
    "add32  | 2147483647 1            | -2147483648",
    "add32  | 4294967295 1            | 0",
    "add32  | 0xffffffff -1           | -2",
    "add64  | 9223372036854775807 1   | -9223372036854775808",
    "add64  | 18446744073709551615 2  | 1",
    "add64  | -0x10 0                 | -16",
    "half32 | 0.2                     | 0.1",
    "half32 | -inf                    | -inf",
    "half64 | 0x1p-1                  | 0.25",
    "half64 | nan                     | nan",
    "half64 | 1e400                   | inf",
    "same   | text                    | text",
  })
  void invokeReadsArgumentsAndPrintsResults(String function, String args, String expected) {
    invoke(function, args.split(" ")).assertOut(expected + "\n");
  }

  @Test
  void invokePrintsEachResultOnALineOfItsOwn() {
    invoke("swap", "7", "2.5").assertOut("2.5\n7\n");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "add32  | 1            | takes 2 arguments (i32 i32 -> i32), and 1 are given",
    "add32  | 1 2 3        | and 3 are given",
    "add32  | 1 x          | argument 2 of add32 must be an i32, and 'x' is none",
    "add32  | 4294967296 0 | argument 1",
    "add32  | -2147483649 0| argument 1",
    "add32  | 1.5 0        | '1.5'",
    "add32  | 0x 0         | '0x'",
    "add32  | --1 0        | '--1'",
    "add64  | 18446744073709551616 0 | argument 1",
    "half64 | half         | must be an f64",
  })
  void invokeRefusesWhatDoesNotFit(String function, String args, String words) {
    invoke(function, args.split(" ")).assertSentence(2, words);
  }

  @Test
  void invokeOfSomethingElseNamesWhatThereIs() {
    invoke("nothing").assertSentence(1, "exports no function nothing", "add32, add64");
    Cli.run("run", MATH).assertSentence(1, "no function _start", "--invoke", "add32");
  }

  @Test
  void aProgramThatRunsForEverIsStoppedInTime() {
    Cli.run("run", "--timeout", "0.2", PROBE, "loop").assertSentence(1, "was stopped after 0.2 s");
    Cli.run("run", "--timeout", "60", PROBE, "args", "a").assertOut("[a]\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "x", "3s", "NaN", "Infinity", ""})
  void aTimeoutThatIsNoneIsNamed(String value) {
    Cli.run("run", "--timeout=" + value, PROBE, "loop").assertSentence(2, "--timeout");
  }

  @Test
  void memoryStopsAtItsLimit() {
    Cli.run("run", "--max-memory", "16M", PROBE, "eat").assertOut("15\n");
    Cli.run("run", "--max-memory", "64k", PROBE, "args").assertSentence(1, PROBE, "cannot be linked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "M", "-1", "1T", "9999999999G", "1.5M", "lots"})
  void aSizeThatIsNoneIsNamed(String value) {
    Cli.run("run", "--max-memory=" + value, PROBE, "args").assertSentence(2, "--max-memory", "64M");
  }
}
