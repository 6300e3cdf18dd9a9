package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.skerry.bindings.abi.Binding;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.ValType;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a guest passes, it gets an answer, an error number, an exit or a host trap, and the files outside stay. */
class RandomCallsTest {

  private static final int CALLS = 20_000;
  private static final int[] NUMBERS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 24, 48, 64, 100, 255, 256, 1000, 1024, 4096,
      65_534, 65_535, 65_536, 65_537, 0x7fff_ffff, 0x8000_0000, -2, -1};
  private static final List<String> WORDS = List.of("p", "div > p", "..", "../secret", "a/b", "a", "b/", "./a/../b",
      "/", "link", "link/secret", "class", "click", "*", "https://a.example", "<p>&", "\ud83d\ude00", "a\0b");

  @TempDir
  private Path temporary;

  /** What the guest was given. */
  private final List<Object> handles = new ArrayList<>();

  private Guest guest;
  private Document document;
  private Random random;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 20_261_121})
  void noCallEverDoesAnythingElse(long seed) throws Exception {
    random = new Random(seed);
    Path folder = Files.createDirectory(temporary.resolve("folder"));
    Path secret = Files.writeString(temporary.resolve("secret"), "secret");
    Files.createSymbolicLink(folder.resolve("link"), Path.of(".."));
    document = Jsoup.parse("<div id=a class=b><p>text</p><iframe></iframe></div>");
    Timers timers = new Timers();
    WebDom dom = new WebDom(document, Guest.RUNNER, 1000);
    try (WasiPreview1 wasi = new WasiPreview1(new WasiPreview1.Config(List.of("p"), Map.of("n", "v"), null,
        OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), Map.of("/", folder)))) {
      List<HostModule> modules = List.of(new WebConsole((level, text) -> { }), dom,
          new WebTimers(timers, Guest.RUNNER), new WebPerformance(timers),
          new WebMessaging(new Windows(), Guest.RUNNER), new WebNavigation(new Places()),
          new WebStorage(new Places()), new WebCrypto(), new WebFetch(new Requests()), wasi);
      PointerEdgesTest.assertAllAreThere(modules);
      guest = Guest.of(modules.toArray(HostModule[]::new));
      List<String> names = new ArrayList<>();
      List<Binding> rows = new ArrayList<>();
      modules.forEach(module -> module.functions().forEach(row -> {
        names.add(module.name() + "." + row.name());
        rows.add(row);
      }));
      int answers = 0;
      for (int i = 0; i < CALLS; i++) {
        int which = random.nextInt(rows.size());
        fillSomeMemory();
        answers += call(seed, names.get(which), rows.get(which)) ? 1 : 0;
      }
      assertTrue(answers > CALLS / 5, "too few calls came through: " + answers);
      guest.close();
    }
    assertEquals("secret", Files.readString(secret));
    try (var left = Files.list(temporary)) {
      assertEquals(2, left.count(), "seed " + seed);
    }
  }

  private void fillSomeMemory() {
    byte[] word = WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
    guest.memory().write(NUMBERS[random.nextInt(19)], word, 0, word.length);
    guest.memory().putInt(random.nextInt(Guest.END / 4 - 1) * 4L, NUMBERS[random.nextInt(NUMBERS.length)]);
  }

  /** Says whether the call came back with an answer. */
  private boolean call(long seed, String name, Binding row) {
    Object[] arguments = row.parameters().stream().map(this::argument).toArray();
    if (row.name().equals("poll_oneoff")) {
      for (int i = 0; i < Guest.END / 48; i++) {
        guest.memory().putByte(i * 48L + 8, (byte) 2);
      }
      arguments[0] = 0;
    }
    String what = name + Arrays.toString(arguments) + ", seed " + seed;
    try {
      Object[] results = guest.results(name, arguments);
      if (row.type().results().contains(ValType.EXTERNREF) && results[0] != null) {
        handles.add(results[0]);
      }
      return true;
    } catch (GuestExit exit) {
      return true;
    } catch (Trap trap) {
      assertEquals(Trap.Kind.HOST, trap.kind(), () -> what + ": " + trap);
      assertTrue(trap.getMessage().contains(name + ": "), trap::getMessage);
      return false;
    } catch (RuntimeException other) {
      return fail(what, other);
    }
  }

  private Object argument(Binding.Parameter parameter) {
    return switch (parameter.type().toString()) {
      case "i64" -> random.nextInt(3) == 0 ? random.nextLong() : (long) NUMBERS[random.nextInt(NUMBERS.length)];
      case "funcref" -> random.nextInt(4) == 0 ? null : guest.func("test.callback");
      case "externref" -> handle();
      default -> NUMBERS[random.nextInt(random.nextInt(4) == 0 ? NUMBERS.length : 12)];
    };
  }

  private Object handle() {
    return switch (random.nextInt(8)) {
      case 0 -> null;
      case 1 -> document;
      case 2 -> Windows.FRAME;
      case 3 -> "neither node nor window";
      default -> handles.isEmpty() ? null : handles.get(random.nextInt(handles.size()));
    };
  }
}
