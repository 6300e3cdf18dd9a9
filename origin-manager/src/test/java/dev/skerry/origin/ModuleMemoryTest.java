package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modules that declare as much as modules may: they are counted before they take memory, and given back. */
final class ModuleMemoryTest extends PageTest {

  private static final int FUNCTIONS = 1_000_000;
  private static final Duration TIME = Duration.ofSeconds(60);
  private static final Map<String, String> WASM = Map.of("content-type", "application/wasm");

  @Override
  PageHost.Builder builder() {
    return PageHost.builder().limits(Limits.defaults().with(Limit.PAGE_MODULES, 50L << 20)
        .with(Limit.HOST_MODULES, 70L << 20));
  }

  @Test
  void givenModulesOverTheLimitOfAPageThenTheyDoNotCompileAndTheErrorNamesIt() throws LoadError {
    StringBuilder html = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      sites.answer("a", "/" + i + ".wasm", 200, WASM, module(500_000));
      html.append(script(String.valueOf(i)));
    }
    sites.html("a", "/", html + script("greet")).wasm("a", "greet");
    Page page = settled("a", "/");
    List<String> problems = messages(page);
    assertTrue(problems.size() > 0 && problems.size() < 8, problems.toString());
    assertMentions(problems.get(0), "does not compile", "PAGE_MODULES", "50 MiB");
    assertTrue(texts(page).contains("hello from greet"), texts(page).toString());
  }

  @Test
  void givenAPageThatIsClosedThenTheNextOneMayTakeAsMuch() throws LoadError {
    sites.answer("a", "/m.wasm", 200, WASM, module(FUNCTIONS)).html("a", "/", script("m"));
    for (int i = 0; i < 6; i++) {
      try (Page page = settled("a", "/")) {
        assertEquals(List.of(), messages(page), "page " + i);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"400m", "160m"})
  void givenFramesFullOfModulesOnASmallHeapThenTheHostLivesAndOtherPagesWork(String heap, @TempDir Path folder)
      throws Exception {
    Path log = folder.resolve("log");
    Process process = java("-Xmx" + heap).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(2 * TIME.toSeconds(), TimeUnit.SECONDS);
    process.destroyForcibly();
    String output = Files.readString(log);
    assertTrue(ended, output);
    assertEquals(0, process.exitValue(), output);
    assertTrue(output.contains("another page says hello from greet"), output);
  }

  private static ProcessBuilder java(String heap) {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        heap, "-XX:+UseSerialGC"));
    if (Runtime.version().feature() >= 24) {
      command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    return new ProcessBuilder(command);
  }

  /** What the small heap belongs to: a host with a hostile page, and then a friendly one. */
  static final class Child {

    private static final int FRAMES = 60;

    private Child() {
    }

    public static void main(String[] args) throws LoadError {
      try (TestSites sites = TestSites.running(); PageHost host = PageHost.builder().build()) {
        byte[] module = module(FUNCTIONS);
        StringBuilder html = new StringBuilder();
        for (int i = 0; i < FRAMES; i++) {
          sites.answer("h" + i, "/m.wasm", 200, WASM, module).html("h" + i, "/", script("m"));
          html.append("<iframe src='").append(sites.url("h" + i, "/")).append("'></iframe>");
        }
        sites.html("a", "/", html.toString()).html("b", "/", script("greet")).wasm("b", "greet");
        Page hostile = host.open(sites.url("a", "/"));
        System.out.println("settled " + hostile.settle(TIME));
        System.out.println(messages(hostile));
        try (Page friendly = host.open(sites.url("b", "/"))) {
          friendly.settle(TIME);
          System.out.println("another page says " + String.join(", ", texts(friendly)));
          System.out.println(messages(friendly));
        }
      }
    }
  }

  /** A module of so many functions that do nothing. */
  private static byte[] module(int functions) {
    ByteArrayOutputStream module = new ByteArrayOutputStream();
    module.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3});
    number(module, functions + 4);
    number(module, functions);
    module.writeBytes(new byte[functions]);
    module.write(10);
    number(module, 3 * functions + 4);
    number(module, functions);
    for (int i = 0; i < functions; i++) {
      module.writeBytes(new byte[] {2, 0, 0x0b});
    }
    return module.toByteArray();
  }

  /** Unsigned LEB128 of a number below 2^28, in four bytes. */
  private static void number(ByteArrayOutputStream to, int number) {
    to.writeBytes(new byte[] {(byte) (number | 0x80), (byte) (number >> 7 | 0x80), (byte) (number >> 14 | 0x80),
        (byte) (number >> 21)});
  }
}
