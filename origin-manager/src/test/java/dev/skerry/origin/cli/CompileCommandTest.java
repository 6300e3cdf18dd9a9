package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Tier;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code skerry compile}. */
class CompileCommandTest {

  private static final String MATH = Cli.guest("math.wasm");

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
}
