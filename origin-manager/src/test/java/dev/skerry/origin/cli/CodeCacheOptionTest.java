package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skerry.origin.TestSites;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Tier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --code-cache DIR|off}: what one command compiled, the next one has. */
class CodeCacheOptionTest {

  private static final String MATH = Cli.guest("math.wasm");
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir
  private Path home;

  @BeforeEach
  void machineCode() {
    assumeTrue(Engine.create().options().tier() != Tier.INTERP, "no machine code runs here");
  }

  private String folder() {
    return home.resolve("cache").toString();
  }

  /** What each entry holds. */
  private Map<Path, ByteBuffer> entries() throws IOException {
    Map<Path, ByteBuffer> entries = new TreeMap<>();
    try (Stream<Path> files = Files.list(Path.of(folder()))) {
      for (Path file : files.toList()) {
        entries.put(file, ByteBuffer.wrap(Files.readAllBytes(file)));
      }
    }
    return entries;
  }

  private static void run(String... cache) {
    String[] command = {"run", "--tier", "jit", "--invoke", "add32", cache[0], cache[1], MATH, "40", "2"};
    Cli.run(command).assertOut("42\n");
  }

  @Test
  void givenAModuleThatWasCompiledAheadWhenItIsRunThenItsEntryIsUsedAndNothingIsAddedToIt() throws IOException {
    Cli.Answer ahead = Cli.run("compile", "--code-cache", folder(), MATH);
    assertEquals(0, ahead.exitCode(), ahead.err());
    Map<Path, ByteBuffer> compiled = entries();
    assertEquals(1, compiled.size());
    Path entry = compiled.keySet().iterator().next();
    Files.setLastModifiedTime(entry, LONG_AGO);
    run("--code-cache", folder());
    assertEquals(compiled, entries());
    assertTrue(Files.getLastModifiedTime(entry).compareTo(LONG_AGO) > 0, "the entry was not used");
  }

  @Test
  void givenAProgramThatWasRunThenItsCodeIsKeptUnlessSwitchedOff() throws IOException {
    run("--code-cache", "off");
    assertFalse(Files.exists(Path.of(folder())));
    assertFalse(Files.exists(Path.of("off")));
    run("--code-cache", folder());
    Map<Path, ByteBuffer> kept = entries();
    assertEquals(1, kept.size());
    run("--code-cache", folder());
    assertEquals(kept, entries());
  }

  @Test
  void givenNoNameThenOneSentenceSaysThatAndNothingIsKeptWhereTheCommandRuns() throws IOException {
    try (Stream<Path> before = Files.list(Path.of(""))) {
      List<Path> files = before.toList();
      Cli.run("run", "--tier", "jit", "--code-cache", "", MATH).assertSentence(2, "--code-cache must name a folder");
      Cli.run("compile", "--code-cache", " ", MATH).assertSentence(2, "--code-cache must name a folder");
      try (Stream<Path> after = Files.list(Path.of(""))) {
        assertEquals(files, after.toList());
      }
    }
  }

  private static long figure(String json, String name) {
    Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*(\\d+)").matcher(json);
    assertTrue(found.find(), () -> name + " is not in " + json);
    return Long.parseLong(found.group(1));
  }

  private String open(TestSites sites, String... options) {
    List<String> command = new ArrayList<>(List.of("open", "--json", "--tier", "jit", "--code-cache", folder()));
    command.addAll(List.of(options));
    command.add(sites.url("shop", "/"));
    Cli.Answer answer = Cli.run(command.toArray(new String[0]));
    assertEquals(0, answer.exitCode(), answer.err());
    return answer.out();
  }

  private static TestSites shop() {
    return TestSites.running().wasm("shop", "counter")
        .html("shop", "/", "<script type=module src='/counter.wasm'></script>");
  }

  @Test
  void givenAPageThatIsOpenedAgainThenNothingIsCompiled() {
    try (TestSites sites = shop()) {
      long compiled = figure(open(sites), "storedFunctions");
      assertTrue(compiled > 0, "compiled " + compiled);
      String second = open(sites);
      assertEquals(0, figure(second, "storedFunctions"), second);
      assertEquals(compiled, figure(second, "loadedFunctions"), second);
    }
  }

  @Test
  void givenAPageOfWhichNobodySaysHowItRunsThenItsCodeIsTheHardenedOne() {
    try (TestSites sites = shop()) {
      long compiled = figure(open(sites), "storedFunctions");
      String hardened = open(sites, "--memory", "hardened");
      assertEquals(compiled, figure(hardened, "loadedFunctions"), hardened);
      String guarded = open(sites, "--memory", "guard");
      assertEquals(0, figure(guarded, "loadedFunctions"), guarded);
      assertEquals(compiled, figure(guarded, "storedFunctions"), guarded);
    }
  }
}
