package dev.skerry.bindings;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.Engine;
import dev.skerry.wasm.Linker;
import dev.skerry.wasm.Module;
import dev.skerry.wasm.Store;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.zip.Adler32;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C programs, built by {@code src/test/guests/rebuild.sh}, do what their native builds do. */
class WasiProgramsTest {

  private static final Path GUESTS = Path.of("src/test/guests");
  private static final long SEED = 20_261_121;
  private static final int INPUT_BYTES = 600_000;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir
  private Path temporary;

  /** Runs a program to its end; its exit code. */
  private int run(String program, WasiPreview1.Config config) throws Exception {
    Engine engine = Engine.create();
    Module module = Module.compile(engine, Files.readAllBytes(GUESTS.resolve(program + ".wasm")));
    try (Store store = engine.newStore(); WasiPreview1 wasi = new WasiPreview1(config)) {
      Linker linker = new Linker(store);
      wasi.define(linker);
      linker.instantiate(module).func("_start").orElseThrow().call();
      return 0;
    } catch (GuestExit exit) {
      return exit.code();
    }
  }

  private WasiPreview1.Config streams(InputStream in, String... args) {
    return new WasiPreview1.Config(List.of(args), Map.of(), in, out, err, Map.of());
  }

  /** Lines of every length from 0 to some thousands, of bytes that are mostly no text; the last has no end. */
  private static byte[] input() {
    Random random = new Random(SEED);
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    while (input.size() < INPUT_BYTES) {
      byte[] line = new byte[random.nextInt(100) == 0 ? random.nextInt(9000) : random.nextInt(120)];
      random.nextBytes(line);
      for (int i = 0; i < line.length; i++) {
        line[i] = line[i] == '\n' ? (byte) 'n' : line[i];
      }
      input.writeBytes(line);
      input.write('\n');
    }
    input.writeBytes("the last line".getBytes(UTF_8));
    return input.toByteArray();
  }

  /** What {@code transform.c} makes of its input. */
  private static byte[] transformed(byte[] input) {
    StringBuilder result = new StringBuilder();
    Adler32 sum = new Adler32();
    int number = 0;
    String[] lines = new String(input, ISO_8859_1).split("\n", -1);
    for (String line : lines) {
      boolean last = ++number == lines.length;
      sum.update((line + (last ? "" : "\n")).getBytes(ISO_8859_1));
      result.append(String.format("%7d %08x ", number, sum.getValue()))
          .append(new StringBuilder(line).reverse()).append('\n');
    }
    return result.toString().getBytes(ISO_8859_1);
  }

  @Test
  void severalHundredKilobytesThroughStandardInputAndOutput() throws Exception {
    byte[] input = input();
    assertEquals(0, run("transform", streams(new ByteArrayInputStream(input), "transform")));
    assertArrayEquals(transformed(input), out.toByteArray(), "seed " + SEED);
    assertTrue(err.toString(UTF_8).endsWith(" " + input.length + " bytes\n"), err::toString);
  }

  @Test
  void theNativeBuildOfTheSameSourceGivesTheSameBytes() throws Exception {
    Path binary = temporary.resolve("transform");
    Assumptions.assumeTrue(hasCompiler(), "no C compiler named cc here");
    Process compiler = new ProcessBuilder("cc", "-O2", "-o", binary.toString(),
        GUESTS.resolve("transform.c").toString()).inheritIO().start();
    assertEquals(0, compiler.waitFor());
    File input = Files.write(temporary.resolve("input"), input()).toFile();
    File output = temporary.resolve("output").toFile();
    Process program = new ProcessBuilder(binary.toString()).redirectInput(input).redirectOutput(output)
        .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    assertEquals(0, program.waitFor());
    try (InputStream in = Files.newInputStream(input.toPath())) {
      assertEquals(0, run("transform", streams(in, "transform")));
    }
    assertArrayEquals(Files.readAllBytes(output.toPath()), out.toByteArray());
  }

  private static boolean hasCompiler() {
    return List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "cc")));
  }

  @Test
  void inputThatTricklesInIsReadToItsEnd() throws Exception {
    PipedInputStream in = new PipedInputStream(64);
    byte[] input = java.util.Arrays.copyOf(input(), 20_000);
    Thread writer = new Thread(() -> {
      try (PipedOutputStream pipe = new PipedOutputStream(in)) {
        pipe.write(input);
      } catch (java.io.IOException closed) {
        throw new java.io.UncheckedIOException(closed);
      }
    });
    writer.start();
    while (in.available() == 0) {
      Thread.onSpinWait();
    }
    assertEquals(0, run("transform", streams(in, "transform")));
    writer.join();
    assertArrayEquals(transformed(input), out.toByteArray());
  }

  @Test
  void noInputAtAllIsTheEndOfInput() throws Exception {
    assertEquals(0, run("transform", streams(null, "transform")));
    assertEquals("0 lines, 0 bytes\n", err.toString(UTF_8));
  }

  @Test
  void argumentsEnvironmentClocksAndTheExitCode() throws Exception {
    Map<String, String> environment = new java.util.LinkedHashMap<>();
    environment.put("LANG", "C.UTF-8");
    environment.put("EMPTY", "");
    WasiPreview1.Config config = new WasiPreview1.Config(List.of("program", "42", "h\u00e9 \ud83d\ude00", ""),
        environment, null, out, err, Map.of());
    assertEquals(42, run("surroundings", config));
    assertEquals("""
        argument 0: program
        argument 1: 42
        argument 2: h\u00e9 \ud83d\ude00
        argument 3:\s
        variable: LANG=C.UTF-8
        variable: EMPTY=
        slept: yes
        year: plausible
        random: yes
        terminal: no
        no line end""", out.toString(UTF_8));
    out.reset();
    run("surroundings", config.withTerminal(true));
    assertTrue(out.toString(UTF_8).contains("terminal: yes"));
  }

  @Test
  void inAPageOutputBecomesConsoleMessagesAndNothingElseIsThere() throws Exception {
    List<String> lines = new ArrayList<>();
    assertEquals(0, run("surroundings",
        WasiPreview1.Config.inPage((level, text) -> lines.add(level + " " + text), new Timers())));
    assertEquals(List.of("LOG slept: yes", "LOG year: plausible", "LOG random: yes", "LOG terminal: no",
        "LOG no line end"), lines);
  }

  @Test
  void aFolderIsUsedFreelyAndNotLeft() throws Exception {
    Path secret = Files.writeString(temporary.resolve("secret"), "secret");
    Path data = Files.createDirectory(temporary.resolve("data"));
    Files.createSymbolicLink(data.resolve("absolute-link"), secret.toAbsolutePath());
    Files.createSymbolicLink(data.resolve("relative-link"), Path.of("../secret"));
    Files.createSymbolicLink(data.resolve("folder-link"), Path.of(".."));
    Files.createSymbolicLink(data.resolve("dangling-link"), Path.of("../created"));
    assertEquals(0, run("files", new WasiPreview1.Config(List.of("files"), Map.of(), null, out, err,
        Map.of("/data", data))));
    assertEquals(Files.readString(GUESTS.resolve("files.expected")), out.toString(UTF_8));
    assertEquals("secret", Files.readString(secret));
    assertFalse(Files.exists(temporary.resolve("created")));
    assertFalse(Files.exists(temporary.resolve("stolen")));
    try (var left = Files.list(temporary)) {
      assertEquals(2, left.count());
    }
  }

  @Test
  void everyFunctionIsCalledByAProgramInC() throws Exception {
    Path data = Files.createDirectory(temporary.resolve("data"));
    Files.writeString(data.resolve("file"), "contents");
    WasiPreview1.Config config = new WasiPreview1.Config(List.of("program"), Map.of("NAME", "value"), null, out, err,
        Map.of("/", data));
    assertEquals(7, run("every", config));
    assertEquals(Files.readString(GUESTS.resolve("every.expected")), out.toString(UTF_8));
    assertEquals("CONtenCON\0", Files.readString(data.resolve("file")));
    try (WasiPreview1 wasi = new WasiPreview1(config)) {
      TreeSet<String> called = new TreeSet<>();
      out.toString(UTF_8).lines().map(line -> line.split(" ")).filter(words -> words.length == 3)
          .forEach(words -> called.add(words[0]));
      TreeSet<String> functions = new TreeSet<>();
      wasi.functions().forEach(row -> functions.add(row.name()));
      assertEquals(functions, called);
    }
  }
}
