package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skerry.origin.testing.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a real process: what only the operating system sees. */
class ProcessTest {

  private static final String PROBE = Cli.guest("probe.wasm");
  private static final long PATIENCE_SECONDS = 180;

  private static int exitCode(Process process) throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the process did not end");
    }
    return process.exitValue();
  }

  private static String text(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({"exit 0, 0", "exit 42, 42", "exit 300, 44", "trap, 1"})
  void theProgramsExitCodeIsTheProcesss(String args, int expected) throws Exception {
    Process process = Program.skerry(("run " + PROBE + " " + args).split(" ")).start();
    String err = text(process.getErrorStream());
    assertEquals(expected, exitCode(process), err);
    assertFalse(err.contains("\tat "), err);
  }

  @Test
  void aFailureOfOurOwnIsTwoOrOneAndLeavesStandardOutputEmpty() throws Exception {
    Process process = Program.skerry("run", "no-such-file.wasm").start();
    assertEquals("", text(process.getInputStream()));
    assertEquals("skerry: there is no file no-such-file.wasm.\n", text(process.getErrorStream()));
    assertEquals(2, exitCode(process));
  }

  @Test
  void aProgramThatAnswersEachLineAnswersAtOnce() throws Exception {
    Process process = Program.skerry("run", PROBE, "answer").start();
    OutputStream to = process.getOutputStream();
    BufferedReader from =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line : new String[] {"one", "two", "three"}) {
      to.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      to.flush();
      assertEquals("got " + line, from.readLine());
    }
    to.close();
    assertEquals(0, exitCode(process));
  }

  @Test
  void whenNobodyReadsAnyMoreTheProgramEndsAsWithSigpipe() throws Exception {
    Process process = Program.skerry("run", PROBE, "yes").start();
    assertEquals('y', process.getInputStream().read());
    process.getInputStream().close();
    assertEquals(128 + 13, exitCode(process));
    assertEquals("", text(process.getErrorStream()));
  }

  @Test
  void whenNobodyReadsWhatACommandPrintsItEndsAsWithSigpipe() throws Exception {
    ProcessBuilder builder = Program.skerry("--help");
    builder.command().addAll(0, List.of("sh", "-c", "read line; exec \"$@\"", "sh"));
    Process process = builder.start();
    process.getInputStream().close();
    process.getOutputStream().write('\n');
    process.getOutputStream().close();
    assertEquals("", text(process.getErrorStream()));
    assertEquals(128 + 13, exitCode(process));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "run --invoke add32 MATH 1 2", "compile --dump ir add32 MATH"})
  void whatCannotBePrintedIsAFailure(String command) throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full), "there is no /dev/full here");
    Process process = Program.skerry(command.replace("MATH", Cli.guest("math.wasm")).split(" "))
        .redirectOutput(full.toFile()).start();
    assertEquals("skerry: standard output cannot be written: No space left on device.\n",
        text(process.getErrorStream()));
    assertEquals(1, exitCode(process));
  }

  @Test
  void aProgramThatWaitsForInputIsStoppedInTimeToo() throws Exception {
    Process process = Program.skerry("run", "--timeout", "0.2", PROBE, "copy").start();
    String err = text(process.getErrorStream());
    assertEquals(1, exitCode(process), err);
    assertEquals("skerry: " + PROBE + " was stopped after 0.2 s (--timeout).\n", err);
  }

  @Test
  void aSignalEndsAProgramThatRunsForEver() throws Exception {
    Process process = Program.skerry("run", PROBE, "spin").start();
    assertEquals('s', process.getInputStream().read(), "the program has started");
    process.destroy();
    assertEquals(128 + 15, exitCode(process));
  }

  @Test
  void debugIsTheWayToAStackTrace() throws Exception {
    ProcessBuilder builder = Program.skerry("run", "no-such-file.wasm");
    builder.environment().put("SKERRY_DEBUG", "1");
    Process process = builder.start();
    String err = text(process.getErrorStream());
    assertTrue(err.contains("\tat dev.skerry"), err);
    assertEquals(2, exitCode(process));
  }

  @Test
  void logsAreJsonOnStandardErrorWhenAskedFor() throws Exception {
    String err;
    try (Socket bound = new Socket()) {
      bound.bind(new InetSocketAddress("127.0.0.1", 0));
      ProcessBuilder builder = Program.skerry("open", "http://localhost:" + bound.getLocalPort() + "/");
      builder.environment().put("SKERRY_LOG", "json");
      builder.environment().put("SKERRY_LOG_LEVEL", "trace");
      Process process = builder.start();
      process.getOutputStream().close();
      err = text(process.getErrorStream());
      assertEquals(1, exitCode(process), err);
    }
    assertTrue(err.lines().anyMatch(line -> line.startsWith("{") && line.contains("\"loggerName\"")), err);
    assertTrue(err.lines().anyMatch(line -> line.startsWith("skerry: cannot")), err);
    assertTrue(err.lines().allMatch(line -> line.startsWith("{") || line.startsWith("skerry: ")), err);
  }
}
