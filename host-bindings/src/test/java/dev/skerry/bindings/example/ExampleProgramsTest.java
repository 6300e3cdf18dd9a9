package dev.skerry.bindings.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Module;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The example programs print what node prints with the same module. They need two npm packages
 * ({@code src/test/node/fetch.sh}); where these or node are absent, tests are skipped.
 */
final class ExampleProgramsTest {

  private static final Path PACKAGES = Path.of(System.getProperty("skerry.npm", "target/npm/node_modules"));
  private static final Path RUBY = PACKAGES.resolve("@ruby/3.4-wasm-wasi/dist/ruby.wasm");
  private static final Path QUICKJS = PACKAGES.resolve("quickjs-wasi");

  private static void need(Path file) {
    assumeTrue(Files.exists(file), () -> file + " is absent; host-bindings/src/test/node/fetch.sh fetches it");
  }

  private static String node(String script, Path program, String source) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder("node", "--no-warnings", "src/test/node/" + script, program.toString(), source)
          .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException absent) {
      assumeTrue(false, "node is absent: " + absent.getMessage());
      return "";
    }
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> "exit code of node for " + source);
    return printed;
  }

  private static String ruby(String source) throws Exception {
    need(RUBY);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Engine engine = Engine.create();
    Module module = Module.compile(engine, Files.readAllBytes(RUBY));
    try (RubyProgram ruby = new RubyProgram(engine, module, printed, new ByteArrayOutputStream())) {
      assertTrue(ruby.evaluate(source), () -> "Ruby must not raise in " + source);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static String quickJs(String source) throws Exception {
    need(QUICKJS);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Engine engine = Engine.create();
    Module module = Module.compile(engine, Files.readAllBytes(QUICKJS.resolve("quickjs.wasm")));
    try (QuickJsProgram program = new QuickJsProgram(engine, module, printed, new ByteArrayOutputStream())) {
      String value = program.evaluate(source);
      return printed.toString(StandardCharsets.UTF_8) + value + "\n";
    }
  }

  @Test
  void givenAnArrayWhenRubySumsItThenItPrintsTheSum() throws Exception {
    assertEquals("6\n", ruby("puts [1,2,3].sum"));
  }

  @Test
  void givenAnExceptionAndASyntaxErrorWhenRubyEvaluatesThemThenItSaysSo() throws Exception {
    need(RUBY);
    Engine engine = Engine.create();
    Module module = Module.compile(engine, Files.readAllBytes(RUBY));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (RubyProgram ruby = new RubyProgram(engine, module, printed, new ByteArrayOutputStream())) {
      assertFalse(ruby.evaluate("raise 'no'"));
      assertFalse(ruby.evaluate("puts ("));
      assertTrue(ruby.evaluate("puts :still_here"));
    }
    assertEquals("still_here\n", printed.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "puts [1,2,3].sum",
      "puts (1..20).select(&:even?).map { |n| n ** 40 }.join(' ')",
      "puts 'grüße'.upcase, 0.1 + 0.2, 1.0 / 3, 10.0 ** 30, 22.fdiv(7).round(5), Math.sin(1)",
      "begin; Integer('x'); rescue ArgumentError => e; puts e.message; end; puts [3, 1, 2].sort.inspect",
      "f = Fiber.new { |x| y = Fiber.yield x + 1; y * 2 }; puts f.resume(1), f.resume(5)",
      "puts 'a1b22'.scan(/\\d+/).inspect; puts catch(:out) { 10.times { |i| throw :out, i if i > 3 } }"})
  void givenAScriptWhenRubyEvaluatesItThenItPrintsWhatItPrintsInNode(String source) throws Exception {
    String printed = ruby(source);
    assertEquals(node("ruby.mjs", RUBY, source), printed);
  }

  @Test
  void givenAScriptWhenQuickJsEvaluatesItThenItPrintsAndAnswers() throws Exception {
    assertEquals("6 done\nlater\nundefined\n",
        quickJs("print([1, 2, 3].reduce((a, b) => a + b), 'done'); Promise.resolve('later').then(print); typeof g"));
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "[3, 1, 2].sort().map(x => x * x).join('-')",
      "JSON.stringify({a: [1, {b: 2.5e-7}], c: 'grüße', d: null})",
      "print(3n ** 200n); /(\\d+)-(\\w+)/.exec('12-ab').slice(1).join()",
      "print(0.1 + 0.2, 1 / 3, 1e21, Math.sin(1), 5e-324); class A { #x = 4; get x() { return this.#x } } new A().x",
      "function* g() { let i = 0; while (i < 4) yield i++ } try { null.f } catch (e) { print(e.name) }[...g()].join()",
      "function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) } fib(18)",
      "new Date(86400000 * 365.25 * 30).toISOString() + [...new Map([[1, new Set('ab')]]).keys()]"})
  void givenAScriptWhenQuickJsEvaluatesItThenItPrintsWhatItPrintsInNode(String source) throws Exception {
    String printed = quickJs(source);
    assertEquals(node("quickjs.mjs", QUICKJS, source), printed);
  }
}
