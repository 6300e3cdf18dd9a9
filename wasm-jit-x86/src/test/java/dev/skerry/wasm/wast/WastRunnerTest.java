package dev.skerry.wasm.wast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The runner passes what holds, and fails what doesn't: by itself it could let everything pass. */
class WastRunnerTest {

  private static final String MODULE = "'line': 7, 'module_type': 'binary', 'filename':";

  @TempDir
  Path folder;

  @BeforeEach
  void writeModules() throws IOException {
    Files.write(folder.resolve("good.wasm"), new ModuleBuilder()
        .memory(1, 1)
        .global(ValType.I32, false, code -> code.i32(42))
        .function("add", "i32 i32 -> i32", code -> code.get(0).get(1).op(Opcode.I32_ADD))
        .function("nan", "-> f32", code -> code.op(Opcode.F32_CONST, 0x7fa0_0000))
        .function("same", "externref -> externref", code -> code.get(0))
        .function("trap", "->", code -> code.op(Opcode.UNREACHABLE))
        .export("answer", 3, 0)
        .build());
    Files.write(folder.resolve("invalid.wasm"), new ModuleBuilder().function("f", "-> i32", code -> { }).build());
    Files.write(folder.resolve("malformed.wasm"), new byte[] {0, 0x61, 0x73, 0x6d, 9, 0, 0, 0});
    Files.write(folder.resolve("needs.wasm"), new ModuleBuilder().importFunction("no", "where", "->").build());
    Files.write(folder.resolve("traps.wasm"), new ModuleBuilder()
        .local("->", List.of(), code -> code.op(Opcode.UNREACHABLE)).start(0).build());
  }

  private WastResult run(String command, Set<Integer> tolerated) throws IOException {
    Path script = folder.resolve("script.json");
    Files.writeString(script, """
        {"source_filename": "script.wast", "commands": [
          {"type": "module", "line": 1, "name": "m", "module_type": "binary", "filename": "good.wasm"},
          %s
        ]}
        """.formatted(command.replace('\'', '"')));
    return WastRunner.run(Engine.create(), script, tolerated);
  }

  private static String invoke(String assertion, String field, String args, String rest) {
    return "{'type': '" + assertion + "', 'line': 7, 'action': {'type': 'invoke', 'field': '" + field
        + "', 'args': [" + args + "]}, " + rest + "}";
  }

  private static String returns(String field, String args, String expected) {
    return invoke("assert_return", field, args, "'expected': [" + expected + "]");
  }

  private static String[] holding() {
    return new String[] {
      returns("add", "{'type': 'i32', 'value': '-1'}, {'type': 'i32', 'value': '3'}", "{'type': 'i32', 'value': '2'}"),
      returns("nan", "", "{'type': 'f32', 'value': '2141192192'}"),
      returns("same", "{'type': 'externref', 'value': '7'}", "{'type': 'externref', 'value': '7'}"),
      returns("same", "{'type': 'externref', 'value': '7'}", "{'type': 'externref'}"),
      returns("same", "{'type': 'externref', 'value': 'null'}", "{'type': 'refnull'}"),
      returns("add", "{'type': 'i32', 'value': '0'}, {'type': 'i32', 'value': '3'}",
          "{'type': 'either', 'values': [{'type': 'i32', 'value': '9'}, {'type': 'i32', 'value': '3'}]}"),
      "{'type': 'assert_return', 'line': 7, 'action': {'type': 'get', 'module': 'm', 'field': 'answer'},"
          + " 'expected': [{'type': 'i32', 'value': '42'}]}",
      invoke("assert_trap", "trap", "", "'text': 'unreachable'"),
      "{'type': 'assert_invalid', 'text': 'type mismatch', " + MODULE + " 'invalid.wasm'}",
      "{'type': 'assert_malformed', 'text': 'unknown binary version', " + MODULE + " 'malformed.wasm'}",
      "{'type': 'assert_unlinkable', 'text': 'unknown import', " + MODULE + " 'needs.wasm'}",
      "{'type': 'assert_uninstantiable', 'text': 'unreachable', " + MODULE + " 'traps.wasm'}",
      "{'type': 'register', 'line': 7, 'as': 'no'}",
    };
  }

  private static String[] failing() {
    return new String[] {
      returns("add", "{'type': 'i32', 'value': '0'}, {'type': 'i32', 'value': '3'}", "{'type': 'i32', 'value': '2'}"),
      returns("add", "{'type': 'i32', 'value': '0'}, {'type': 'i32', 'value': '3'}", "{'type': 'i64', 'value': '3'}"),
      returns("add", "{'type': 'i32', 'value': '0'}, {'type': 'i32', 'value': '3'}", ""),
      returns("nan", "", "{'type': 'f32', 'value': 'nan:canonical'}"),
      returns("nan", "", "{'type': 'f32', 'value': 'nan:arithmetic'}"),
      returns("same", "{'type': 'externref', 'value': '7'}", "{'type': 'externref', 'value': '8'}"),
      returns("same", "{'type': 'externref', 'value': '7'}", "{'type': 'refnull'}"),
      returns("trap", "", ""),
      returns("missing", "", ""),
      invoke("assert_trap", "trap", "", "'text': 'integer overflow'"),
      invoke("assert_trap", "nan", "", "'text': 'unreachable'"),
      "{'type': 'assert_invalid', 'text': 'type mismatch', " + MODULE + " 'good.wasm'}",
      "{'type': 'assert_invalid', 'text': 'unknown binary version', " + MODULE + " 'malformed.wasm'}",
      "{'type': 'assert_malformed', 'text': 'type mismatch', " + MODULE + " 'invalid.wasm'}",
      "{'type': 'assert_unlinkable', 'text': 'unknown import', " + MODULE + " 'good.wasm'}",
      "{'type': 'assert_uninstantiable', 'text': 'unreachable', " + MODULE + " 'good.wasm'}",
      "{'type': 'assert_uninstantiable', 'text': 'integer overflow', " + MODULE + " 'traps.wasm'}",
      "{'type': 'module', " + MODULE + " 'needs.wasm'}",
      "{'type': 'module', " + MODULE + " 'invalid.wasm'}",
      "{'type': 'assert_uncaught', 'line': 7}",
      "{'type': 'assert_return', 'line': 7}",
      "{'type': 'assert_trap', 'line': 7, 'text': 'unreachable'}",
      "{'type': 'assert_invalid', " + MODULE + " 'invalid.wasm'}",
      "{'type': 'assert_return', 'line': 7, 'action': {'type': 'call', 'field': 'trap', 'args': []}, 'expected': []}",
      "{'type': 'action', 'line': 7, 'action': {'field': 'trap', 'args': []}}",
      "{'type': 'action', 'line': 7, 'action': {'type': 'invoke', 'args': []}}",
      invoke("assert_trap", "trap", "", "'reason': 'unreachable'"),
      returns("add", "{'type': 'i32', 'value': '3'}", "{'type': 'i32', 'value': '3'}"),
      returns("add", "{'type': 'i32', 'value': '0'}, {'type': 'i32', 'value': '3'}, {'type': 'i32', 'value': '3'}",
          "{'type': 'i32', 'value': '3'}"),
      returns("same", "{'type': 'number', 'value': '7'}", "{'type': 'refnull'}"),
      returns("same", "{'type': 'funcref', 'value': '7'}", "{'type': 'refnull'}"),
    };
  }

  @ParameterizedTest
  @MethodSource("holding")
  void givenACommandThatHoldsThenItPasses(String command) throws IOException {
    WastResult result = run(command, Set.of());
    assertEquals(List.of(), result.failures());
    assertEquals(2, result.passed());
    assertEquals(0, result.texts());
  }

  @ParameterizedTest
  @MethodSource("failing")
  void givenACommandThatDoesNotHoldThenItFailsWithItsLine(String command) throws IOException {
    WastResult result = run(command, Set.of());
    assertEquals(1, result.failed());
    assertEquals(7, result.failures().get(0).line());
    assertTrue(result.failures().get(0).toString().startsWith("script.json:7: "), result.failures().toString());
  }

  @Test
  void givenAToleratedLineThenItsFailureIsASkip() throws IOException {
    WastResult result = run(returns("trap", "", ""), Set.of(7));
    assertEquals(0, result.failed());
    assertEquals(Map.of("tolerated line", 1), result.skips());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "{'type': 'assert_malformed', 'line': 7, 'module_type': 'text', 'filename': 'x.wat', 'text': ''} | text form",
    "{'type': 'wait', 'line': 7, 'thread': 'T1'} | a thread that was not started",
    "{'type': 'register', 'line': 7, 'name': 'other', 'as': 'x'} | needs a module that was not instantiated"
  })
  void givenWhatCannotBeRunThenItIsSkippedWithTheReason(String command, String reason) throws IOException {
    WastResult result = run(command, Set.of());
    assertEquals(Map.of(reason, 1), result.skips());
    assertEquals("script.json: 1 passed, 0 failed, 1 skipped", result.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "no JSON", "{\"commands\": 5}", "{\"commands\": [5]}",
      "{\"commands\": [{\"line\": 3}]}", "{\"commands\": [{\"type\": \"action\", \"action\": 7}]}",
      "{\"commands\": [{\"type\": \"assert_return\", \"expected\": [7]}]}",
      "{\"commands\": [{\"type\": \"thread\", \"commands\": 7}]}", "{\"commands\": [{\"type\": \"action\"}"})
  void givenAFileThatIsNoScriptThenItIsRefused(String text) throws IOException {
    Path script = Files.writeString(folder.resolve("other.json"), text);
    assertThrows(IOException.class, () -> WastRunner.run(Engine.create(), script));
  }

  @Test
  void givenAMissingModuleFileThenTheErrorNamesIt() {
    assertThrows(NoSuchFileException.class,
        () -> run("{'type': 'module', " + MODULE + " 'gone.wasm'}", Set.of()));
  }
}
