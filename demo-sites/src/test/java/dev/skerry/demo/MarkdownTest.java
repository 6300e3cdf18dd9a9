package dev.skerry.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skerry.bindings.WasiPreview1;
import dev.skerry.origin.testing.Program;
import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Instance;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Markdown renderer as a WASI command in the engine, and built for this machine: both give the expected HTML. */
class MarkdownTest {

  private static final Path SOURCES = Path.of("src/sites/news").toAbsolutePath();
  private static final List<String> SOURCE_FILES = List.of("command.c", "html.c", "render.c", "blocks.c", "lines.c",
      "inlines.c", "links.c", "references.c", "text.c");
  private static final int RANDOM_DOCUMENTS = 20;

  private static Engine engine;
  private static Module command;

  @TempDir
  private static Path folder;

  @BeforeAll
  static void compile() throws Exception {
    engine = Engine.create();
    command = Module.compile(engine, resource("sites/news/markdown-command.wasm"));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = DemoServer.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  static Stream<String> documents() {
    return Stream.of("headings", "emphasis", "lists", "quotes", "code", "links", "tables", "text", "crlf", "empty",
        "news");
  }

  private static byte[] source(String document) throws IOException {
    return resource(document.equals("news") ? "sites/news/news.md" : "/markdown/" + document + ".md");
  }

  private static String render(byte[] source) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    try (Store store = engine.newStore()) {
      Linker linker = new Linker(store);
      new WasiPreview1(new WasiPreview1.Config(
          List.of("markdown"), Map.of(), new ByteArrayInputStream(source), out, errors, Map.of())).define(linker);
      Instance instance = linker.instantiate(command);
      instance.func("_start").orElseThrow().call();
    }
    assertEquals("", errors.toString(StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The renderer as a program of this machine; the test is skipped without a C compiler. */
  private static synchronized Path nativeRenderer() throws Exception {
    assumeTrue(Program.exists("gcc"), "gcc is not installed here");
    Path program = folder.resolve("markdown");
    if (!program.toFile().exists()) {
      List<String> build = new ArrayList<>(List.of("gcc", "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-o",
          program.toString()));
      SOURCE_FILES.forEach(file -> build.add(SOURCES.resolve(file).toString()));
      Program.Ended result = Program.run(new ProcessBuilder(build));
      assertEquals(0, result.exitCode(), result.errors());
    }
    return program;
  }

  @ParameterizedTest
  @MethodSource("documents")
  void givenADocumentThenTheCommandWritesItsHtml(String document) throws Exception {
    String expected = new String(resource("/markdown/" + document + ".html"), StandardCharsets.UTF_8);
    assertEquals(expected, render(source(document)));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void givenADocumentThenTheNativeBuildWritesTheSame(String document) throws Exception {
    Program.Ended result = Program.run(new ProcessBuilder(nativeRenderer().toString()), source(document));
    assertEquals(0, result.exitCode(), result.errors());
    assertEquals(new String(resource("/markdown/" + document + ".html"), StandardCharsets.UTF_8),
        result.output());
  }

  @Test
  void givenRandomDocumentsThenBothBuildsWriteTheSame() throws Exception {
    String[] tokens = {"a", "b ", "\n", "\n\n", "- ", "1. ", "> ", "# ", "```", "    ", "*", "**", "_", "`", "[", "](",
        "/u)", "!", "\\", "\"", "---", "===", "|", "\n|-|-|\n", "<", "&amp;", "\t", "é", "\0"};
    long seed = 20_26L;
    Random random = new Random(seed);
    for (int i = 0; i < RANDOM_DOCUMENTS; i++) {
      StringBuilder document = new StringBuilder();
      for (int length = random.nextInt(400); length > 0; length--) {
        document.append(tokens[random.nextInt(tokens.length)]);
      }
      byte[] source = document.toString().getBytes(StandardCharsets.UTF_8);
      Program.Ended expected = Program.run(new ProcessBuilder(nativeRenderer().toString()), source);
      int number = i;
      assertEquals(expected.output(), render(source),
          () -> "document " + number + " of seed " + seed + ":\n" + document);
    }
  }

  @Test
  void givenNestingWithoutEndThenTheDepthIsBounded() throws Exception {
    String html = render(">".repeat(5_000).getBytes(StandardCharsets.UTF_8));
    assertEquals(32, html.split("<blockquote>", -1).length - 1);
    assertTrue(render("[".repeat(5_000).getBytes(StandardCharsets.UTF_8)).contains("[[[["));
  }
}
