package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skerry.origin.testing.Program;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Tier;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code skerry compile}. */
class CompileCommandTest {

  private static final String MATH = Cli.guest("math.wasm");

  private static final int LARGE = 100 << 20;

  @TempDir
  private Path folder;

  @BeforeEach
  void machineCode() {
    assumeTrue(Engine.create().options().tier() != Tier.INTERP, "no machine code runs here");
  }

  @Test
  void givenAModuleThenEveryFunctionIsCompiledAndASecondTimeTakenFromTheCache() {
    String cache = folder.resolve("cache").toString();
    Cli.Answer first = Cli.run("compile", "--code-cache", cache, MATH);
    assertEquals(0, first.exitCode(), first.err());
    assertTrue(first.out().matches("(?s)[1-9]\\d* functions compiled: .*"), first.out());
    assertTrue(Cli.run("compile", "--code-cache", cache, MATH).out().contains("functions were in the code cache"));
  }

  private static Program.Ended process(String option, String... without) throws Exception {
    ProcessBuilder builder = Program.skerry("compile", MATH);
    builder.command().add(1, option);
    builder.environment().keySet().removeAll(List.of(without));
    return Program.run(builder);
  }

  @Test
  void givenNoPlaceForTheCodeThenOneSentenceSaysWhyAndItIsAFailure() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Cli.Answer refused = Cli.run("compile", "--code-cache", file.toString(), MATH);
    assertEquals("skerry: " + MATH + " was compiled, but its code is not kept in " + file + ": " + file
        + " is no folder.\n", refused.err());
    assertEquals(1, refused.exitCode());
    assertEquals(0, Cli.run("compile", "--code-cache", "off", MATH).exitCode());
    Program.Ended homeless = process("-Dany=any", "HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME");
    assertEquals("skerry: this user has no folder where compiled code is kept: name one with --code-cache, or say "
        + "--code-cache off.\n", homeless.errors());
    assertEquals(1, homeless.exitCode());
  }

  @Test
  void givenAMachineThatRunsNoMachineCodeThenOneSentenceSaysWhyAndItIsAFailure() throws Exception {
    Program.Ended off = process("-Dskerry.native=off");
    assertEquals("skerry: " + MATH + " cannot be compiled, for this machine runs no machine code: switched off by "
        + "-Dskerry.native=off.\n", off.errors());
    assertEquals(1, off.exitCode());
  }

  @Test
  void givenAFunctionThenItIsShownWhicheverOfTheTwoComesFirst() {
    Cli.Answer shown = Cli.run("compile", "--dump", "ir", "add32", MATH);
    assertEquals(0, shown.exitCode(), shown.err());
    assertTrue(shown.out().contains("i32.add"), shown.out());
    assertEquals(shown.out(), Cli.run("compile", MATH, "--dump", "ir", "add32").out());
    assertTrue(Cli.run("compile", "--dump", "asm", "add32", MATH).out().contains("ret"));
  }

  @Test
  void givenAMistakeThenOneSentenceNamesIt() {
    Cli.run("compile", MATH, "add32").assertSentence(2, "--dump");
    Cli.run("compile", "--dump", "ir", "nothing", MATH).assertSentence(2, "defines no function nothing");
    Cli.run("compile", folder.resolve("absent.wasm").toString()).assertSentence(2, "absent.wasm");
  }

  @Test
  void givenAFileThatIsNoModuleThenOneSentenceNamesItHoweverLargeItIs() throws IOException {
    Cli.run("compile", folder.toString()).assertSentence(2, folder.toString(), "is a folder");
    Path broken = Files.write(folder.resolve("broken half.wasm"),
        Arrays.copyOf(Files.readAllBytes(Path.of(MATH)), (int) Files.size(Path.of(MATH)) / 2));
    Cli.run("compile", "--code-cache", "off", broken.toString()).assertSentence(1, "broken half.wasm is damaged");
    Path large = folder.resolve("large.wasm");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(LARGE);
      Cli.run("compile", large.toString()).assertSentence(1, "large.wasm is not a WebAssembly module");
      file.write(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
      Cli.run("compile", "--code-cache", "off", large.toString()).assertSentence(1, "large.wasm is damaged");
    }
  }
}
