package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, version and command lines that make no sense. */
class UsageTest {

  @Test
  void helpListsEveryCommand() {
    Cli.Answer help = Cli.run("--help");
    assertEquals(0, help.exitCode());
    for (String command : new String[] {"demo", "open", "run", "wast", "compile", "doctor"}) {
      assertTrue(help.out().contains("\n  " + command), help.out());
    }
    assertEquals(help.out(), Cli.run("help").out());
    assertEquals(help.out(), Cli.run("-h").out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "open", "run", "wast", "compile", "doctor"})
  void everyCommandHasHelpThatFitsATerminal(String command) {
    Cli.Answer help = Cli.run(command, "--help");
    assertEquals(0, help.exitCode(), help.err());
    assertTrue(help.out().startsWith("Usage: skerry " + command), help.out());
    assertTrue(help.out().lines().allMatch(line -> line.length() <= 80), help.out());
    assertEquals("", help.err());
    assertEquals(help.out(), Cli.run("help", command).out());
  }

  @Test
  void withoutACommandTheHelpIsAnError() {
    Cli.Answer answer = Cli.run();
    assertEquals(2, answer.exitCode());
    assertEquals("", answer.out());
    assertTrue(answer.err().startsWith("Usage: skerry"), answer.err());
  }

  @Test
  void theVersionIsOneLine() {
    Cli.Answer answer = Cli.run("--version");
    assertEquals(0, answer.exitCode());
    assertTrue(answer.out().matches("skerry \\S.*\n"), answer.out());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "rum               | unknown argument rum, did you mean run?",
    "--no-such-option  | unknown option --no-such-option",
    "run               | FILE",
    "run --timout 3 x  | unknown option --timout, did you mean --tier or --timeout?",
    "run --timeout     | --timeout",
    "wast              | FILE",
    "open              | URL",
    "doctor x          | unknown argument x",
    "demo --json=maybe | --json",
    "run --tier fast x  | 'fast'",
    "open --memory x x  | --memory",
    "open --wait x x    | 'x' is not a number",
    "run --fuel 1.5 x   | '1.5' is not a whole number",
  })
  void aCommandLineThatMakesNoSenseIsOneSentence(String args, String words) {
    Cli.run(args.split(" ")).assertSentence(2, words, "--help");
  }

  @Test
  void withDebugAnErrorShowsWhereItCameFrom() {
    Cli.Answer answer = Cli.run("--debug", "run", "no-such-file");
    assertEquals(2, answer.exitCode());
    assertTrue(answer.err().startsWith("skerry: there is no file no-such-file.\n"), answer.err());
    assertTrue(answer.err().contains("\tat dev.skerry.origin.cli.ModuleFile"), answer.err());
  }
}
