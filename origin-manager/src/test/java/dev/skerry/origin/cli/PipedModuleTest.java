package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skerry.origin.testing.Program;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules that come through a pipe or on standard input: they are read to their end, as files are. */
class PipedModuleTest {

  private static final Path HELLO = Path.of(Cli.guest("hello.wasm"));
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};

  @TempDir
  private Path folder;

  /** What a command answers whose file is a pipe that somebody writes these bytes to. */
  private Cli.Answer piped(byte[] bytes, String... command) throws Exception {
    Path pipe = folder.resolve("pipe.wasm");
    assumeTrue(Program.exists("mkfifo"), "there is no mkfifo here to make a pipe with");
    Program.Ended made = Program.run(new ProcessBuilder("mkfifo", pipe.toString()));
    assertEquals(0, made.exitCode(), made.errors());
    CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
      try {
        Files.write(pipe, bytes);
      } catch (IOException nobodyReads) {
        throw new IllegalStateException(nobodyReads);
      }
    });
    String[] words = Arrays.copyOf(command, command.length + 1);
    words[command.length] = pipe.toString();
    Cli.Answer answer = assertTimeoutPreemptively(PATIENCE, () -> Cli.run(words));
    writer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    return answer;
  }

  @Test
  void givenAPipeWhenItIsRunThenItIsReadToItsEnd() throws Exception {
    piped(Files.readAllBytes(HELLO), "run").assertOut("Hello, world!\n");
  }

  @Test
  void givenAPipeWhenItIsCompiledThenItIsReadToItsEnd() throws Exception {
    Cli.Answer answer = piped(Files.readAllBytes(HELLO), "compile", "--code-cache", "off");
    assertEquals("", answer.err());
    assertEquals(0, answer.exitCode());
  }

  @Test
  void givenAPipeThatEndsEarlyThenOneSentenceNamesIt() throws Exception {
    byte[] half = Arrays.copyOf(Files.readAllBytes(HELLO), (int) Files.size(HELLO) / 2);
    piped(half, "run").assertSentence(1, "pipe.wasm is damaged");
  }

  @Test
  void givenAModuleOnStandardInputThenTheNameOfThatIsADash() throws Exception {
    Cli.runWithInput(Files.readAllBytes(HELLO), "run", "-").assertOut("Hello, world!\n");
    Cli.runWithInput(HEADER, "run", "-").assertSentence(1, "standard input exports no function _start");
    Cli.runWithInput(new byte[0], "compile", "-").assertSentence(1, "standard input is empty");
  }

  @Test
  void givenAFunctionAndStandardInputThenTheirOrderDoesNotMatter() throws Exception {
    byte[] math = Files.readAllBytes(Path.of(Cli.guest("math.wasm")));
    String[] first = {"compile", "--dump", "ir", "-", "add32"};
    String[] last = {"compile", "--dump", "ir", "add32", "-"};
    Cli.Answer answer = Cli.runWithInput(math, first);
    assertEquals(0, answer.exitCode(), answer::err);
    assertEquals(Cli.runWithInput(math, last).out(), answer.out());
  }

  @Test
  void givenInputWithoutEndThatIsNoModuleThenItIsRefusedAllTheSame() {
    InputStream zeros = new InputStream() {
      @Override
      public int read() {
        return 0;
      }
    };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams = new Streams(new SequenceInputStream(new ByteArrayInputStream(HEADER), zeros),
        new ByteArrayOutputStream(), err, "");
    assertEquals(1, assertTimeoutPreemptively(PATIENCE, () -> Main.run(new String[] {"run", "-"}, streams)));
    assertEquals("skerry: standard input is damaged: ", err.toString(StandardCharsets.UTF_8).substring(0, 35));
  }
}
