package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code skerry wast}: counts, failures with their lines, and the exit code. */
class WastCommandTest {

  /** A module that exports {@code two}, which returns 2. */
  private static final String TWO =
      "0061736d01000000" + "0105016000017f" + "03020100" + "0707010374776f0000" + "0a06010400" + "41020b";

  @TempDir
  Path folder;

  @BeforeEach
  void writeModule() throws IOException {
    Files.write(folder.resolve("two.wasm"), HexFormat.of().parseHex(TWO));
  }

  private String script(String name, String... values) throws IOException {
    StringBuilder commands = new StringBuilder("""
        {"source_filename": "two.wast", "commands": [
          {"type": "module", "line": 1, "filename": "two.wasm"},
          {"type": "assert_malformed", "line": 2, "filename": "two.wat", "text": "x", "module_type": "text"}""");
    int line = 10;
    for (String value : values) {
      commands.append("""
          ,
            {"type": "assert_return", "line": %d,
             "action": {"type": "invoke", "field": "two", "args": []},
             "expected": [{"type": "i32", "value": "%s"}]}""".formatted(line++, value));
    }
    return Files.writeString(folder.resolve(name), commands + "\n]}\n").toString();
  }

  @Test
  void aScriptThatPassesIsOneLine() throws IOException {
    Cli.run("wast", script("good.json", "2", "2")).assertOut("good.json: 3 passed, 0 failed, 1 skipped\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"interp", "jit", "AUTO"})
  void aScriptPassesInEachTier(String tier) throws IOException {
    Cli.run("wast", "--tier", tier, "--memory", "check", script("good.json", "2")).assertOut(
        "good.json: 2 passed, 0 failed, 1 skipped\n");
  }

  @Test
  void failuresNameFileAndLineAndMakeTheExitCodeOne() throws IOException {
    Cli.Answer answer = Cli.run("wast", script("good.json", "2"), script("bad.json", "2", "3"));
    assertEquals(1, answer.exitCode());
    String[] lines = answer.out().split("\n");
    assertEquals(4, lines.length, answer.out());
    assertEquals("good.json: 2 passed, 0 failed, 1 skipped", lines[0]);
    assertEquals("bad.json: 2 passed, 1 failed, 1 skipped", lines[1]);
    assertTrue(lines[2].startsWith("  bad.json:11: assert_return: two"), lines[2]);
    assertEquals("2 files: 4 passed, 1 failed, 2 skipped", lines[3]);
    assertEquals("", answer.err());
  }

  @Test
  void jsonHoldsTheSame() throws IOException {
    Cli.Answer answer = Cli.run("wast", "--json", script("bad.json", "2", "3"));
    assertEquals(1, answer.exitCode());
    String json = answer.out().replaceAll("\\s+", "");
    assertTrue(json.startsWith("{\"passed\":2,\"failed\":1,\"skipped\":1,\"files\":[{\"file\":"), json);
    assertTrue(json.contains("\"skips\":{\"textform\":1}"), json);
    assertTrue(json.contains("\"failures\":[{\"line\":11,\"message\":\"assert_return:two"), json);
  }

  @Test
  void whatIsNoScriptIsOneSentence() throws IOException {
    Cli.run("wast", folder.resolve("none.json").toString()).assertSentence(2, "there is no file", "none.json");
    Cli.run("wast", folder.toString()).assertSentence(2, "is a folder");
    for (String text : new String[] {"", "{", "[]", "nonsense", "{\"commands\": 7}"}) {
      Path file = Files.writeString(folder.resolve("odd.json"), text);
      Cli.run("wast", file.toString()).assertSentence(1, "odd.json", "no test script in JSON form");
    }
    Path file = Files.writeString(folder.resolve("lost.json"),
        "{\"commands\": [{\"type\": \"module\", \"line\": 1, \"filename\": \"lost.wasm\"}]}");
    Cli.run("wast", file.toString()).assertSentence(2, "there is no file", "lost.wasm", "which " + file + " names");
  }
}
