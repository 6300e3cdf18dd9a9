package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.bindings.abi.Binding;
import dev.skerry.bindings.abi.BindingTable;
import dev.skerry.bindings.abi.Kind;
import dev.skerry.bindings.abi.Signature;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.ValType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every pointer argument of every function: at 0, at the end of the memory, just beyond it, where it would wrap. */
class PointerEdgesTest {

  /** The bytes at a pointer whose size is no argument. */
  private static final Map<String, Integer> FIXED = Map.ofEntries(
      Map.entry("nread", 4), Map.entry("nwritten", 4), Map.entry("opened", 4), Map.entry("bufused", 4),
      Map.entry("size", 4), Map.entry("nevents", 4), Map.entry("argc", 4), Map.entry("argv_buf_size", 4),
      Map.entry("count", 4), Map.entry("environ_buf_size", 4), Map.entry("resolution", 8), Map.entry("time", 8),
      Map.entry("newoffset", 8), Map.entry("fd_tell.offset", 8), Map.entry("prestat", 8), Map.entry("argv", 4),
      Map.entry("argv_buf", 8), Map.entry("environ", 4), Map.entry("environ_buf", 4),
      Map.entry("fd_fdstat_get.stat", 24), Map.entry("fd_filestat_get.stat", 64),
      Map.entry("path_filestat_get.stat", 64));

  /** Pointers of WASI whose size the next argument gives, in these units. */
  private static final Map<String, Integer> SIZED = Map.of("buf", 1, "path", 1, "old_path", 1, "new_path", 1,
      "iovs", 8);

  /** Words of a signature that are pointers with a size. */
  private static final Set<Kind> POINTERS = EnumSet.of(Kind.STRING, Kind.TEXT, Kind.BYTES, Kind.BUFFER, Kind.FILL);

  /** {@code poll_oneoff} takes two arrays whose common count comes third. */
  private static final Set<String> COUNTED = Set.of("poll_oneoff");

  /** These parameters are numbers, not pointers. */
  private static final Set<String> NUMBERS = Set.of("cap", "buf_len", "path_len",
      "old_path_len", "new_path_len", "iovs_len", "fd", "to", "old_fd", "new_fd", "flags", "old_flags", "dirflags",
      "oflags", "fdflags", "fst_flags", "whence", "advice", "id", "sig", "rval", "how", "index", "callback", "ms",
      "bubbles", "nsubscriptions", "data", "area", "steps", "mode",
      "credentials", "redirect", "cache");

  private static final String WASI = "wasi_snapshot_preview1.";

  /** Their pointers are not looked at, because nothing is a socket. */
  private static final Set<String> NEVER_READ = Set.of("sock_accept", "sock_recv", "sock_send", "sock_shutdown");

  /** A pointer in a slot, to as many units as another slot says (-1: to one). */
  private record Pointer(int slot, int countSlot, int unit) {
  }

  private static List<Pointer> pointers(Binding row) {
    List<Pointer> pointers = new ArrayList<>();
    List<Binding.Parameter> parameters = row.parameters();
    for (Signature.Argument argument : row.signature().arguments()) {
      if (POINTERS.contains(argument.kind())) {
        pointers.add(new Pointer(argument.slot(), argument.slot() + 1, 1));
      }
    }
    for (int slot = 0; slot < parameters.size(); slot++) {
      String name = parameters.get(slot).name();
      Integer fixed = FIXED.getOrDefault(row.name() + "." + name, FIXED.get(name));
      boolean followed = slot + 1 < parameters.size() && isCount(parameters.get(slot + 1).name());
      if (COUNTED.contains(row.name()) && slot < 2) {
        pointers.add(new Pointer(slot, 2, slot == 0 ? 48 : 32));
      } else if (followed && SIZED.containsKey(name)) {
        pointers.add(new Pointer(slot, slot + 1, SIZED.get(name)));
      } else if (fixed != null && parameters.get(slot).type().equals(ValType.I32)) {
        pointers.add(new Pointer(slot, -1, fixed));
      }
    }
    return pointers;
  }

  private static boolean isCount(String name) {
    return name.equals("cap") || name.endsWith("len");
  }

  /** A guest with every module, an open folder at 3, an open file at 4, and a listener for events and messages. */
  private static final class Fixture implements AutoCloseable {
    private static final int TYPE = 32_768;
    private final Document document = Jsoup.parse("<p id=a href=b>text<iframe></iframe>");
    private final WebDom dom = new WebDom(document, Guest.RUNNER, 1000);
    private final Windows windows = new Windows();
    private final WebMessaging messaging = new WebMessaging(windows, Guest.RUNNER);
    private final Places places = new Places();
    private final Requests requests = new Requests();
    private final WasiPreview1 wasi;
    private final Guest guest;

    Fixture(Path folder) throws Exception {
      Timers timers = new Timers();
      wasi = new WasiPreview1(new WasiPreview1.Config(List.of("program"), Map.of("n", "v"), null,
          OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), Map.of("/", folder)));
      guest = Guest.of(new WebConsole((level, text) -> { }), dom, new WebTimers(timers, Guest.RUNNER),
          new WebPerformance(timers), messaging, new WebNavigation(places), new WebStorage(places), new WebCrypto(),
          new WebFetch(requests), wasi);
      guest.put(TYPE, "f");
      guest.call(WASI + "path_open", 3, 0, TYPE, 1, 1, -1L, -1L, 0, 0);
      guest.results("web:messaging.on_message", Guest.CALLBACK, 0);
      guest.call("web:dom.add_event_listener", document, TYPE, 1, Guest.CALLBACK, 0);
      guest.memory().write(0, new byte[TYPE + 1], 0, TYPE + 1);
    }

    List<HostModule> modules() {
      return List.of(new WebConsole(null), dom, new WebTimers(null, null), new WebPerformance(null), messaging,
          new WebNavigation(places), new WebStorage(places), new WebCrypto(), new WebFetch(requests), wasi);
    }

    /** Calls from where the function has something to tell: inside an event, inside a message, or neither. */
    void invoke(String function, Object[] arguments) {
      guest.onCallback = data -> guest.results(function, arguments);
      if (function.startsWith("web:dom.event_")) {
        dom.dispatch(document, "f", false);
      } else if (function.startsWith("web:messaging.message_")) {
        messaging.deliver(new Message(new byte[] {12, 2, 0, 0, 0, 1, 2}, "https://a.example", null, List.of()));
      } else {
        guest.results(function, arguments);
      }
    }

    Object[] arguments(Binding row, Pointer pointer, int address, int count) {
      boolean folder = row.name().startsWith("path_") || row.name().contains("dir") || row.name().contains("prestat");
      Map<String, Object> byName = Map.of("request", requests.unmade(), "response", requests.response(),
          "root", document, "callback", Guest.CALLBACK, "window", Windows.TOP,
          "port", Windows.PORT, "fd", folder ? 3 : 4, "old_fd", 3, "new_fd", 3);
      Object[] arguments = new Object[row.parameters().size()];
      for (int slot = 0; slot < arguments.length; slot++) {
        Binding.Parameter parameter = row.parameters().get(slot);
        arguments[slot] = switch (parameter.type().toString()) {
          case "externref" -> byName.getOrDefault(parameter.name(), document.selectFirst("p"));
          case "funcref" -> guest.func("test.callback");
          case "i64" -> 0L;
          default -> byName.getOrDefault(parameter.name(), 0);
        };
      }
      arguments[pointer.slot] = address;
      if (pointer.countSlot >= 0) {
        arguments[pointer.countSlot] = count;
      }
      return arguments;
    }

    @Override
    public void close() throws IOException {
      guest.close();
      wasi.close();
    }
  }

  @TempDir
  private static Path folder;

  /** Whoever adds a module must add it to the tests that try all of them. */
  static void assertAllAreThere(List<HostModule> modules) {
    Set<String> expected = WebModules.tables().stream().map(BindingTable::module)
        .collect(Collectors.toCollection(TreeSet::new));
    expected.add("wasi_snapshot_preview1");
    assertEquals(expected, modules.stream().map(HostModule::name).collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void everyParameterIsKnownToBePointerOrNumber() throws Exception {
    try (Fixture fixture = new Fixture(folder)) {
      assertAllAreThere(fixture.modules());
      for (HostModule module : fixture.modules()) {
        for (Binding row : module.functions()) {
          Set<Integer> slots = pointers(row).stream().map(Pointer::slot).collect(Collectors.toSet());
          for (int slot = 0; slot < row.parameters().size(); slot++) {
            Binding.Parameter parameter = row.parameters().get(slot);
            assertTrue(slots.contains(slot) || slots.contains(slot - 1) && isCount(parameter.name())
                || !parameter.type().equals(ValType.I32) || NUMBERS.contains(parameter.name())
                || NEVER_READ.contains(row.name()),
                () -> module.name() + "." + row.name() + ": " + parameter);
          }
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> everyPointerIsCheckedAtTheEdges() throws Exception {
    try (Fixture fixture = new Fixture(folder)) {
      return fixture.modules().stream().flatMap(module -> module.functions().stream()
          .filter(row -> !NEVER_READ.contains(row.name()))
          .flatMap(row -> pointers(row).stream().map(pointer -> DynamicTest.dynamicTest(
              module.name() + "." + row.name() + " " + row.parameters().get(pointer.slot).name(),
              () -> tryEdges(module.name() + "." + row.name(), row, pointer)))));
    }
  }

  private static void tryEdges(String function, Binding row, Pointer pointer) throws Exception {
    try (Fixture fixture = new Fixture(folder)) {
      int count = pointer.countSlot < 0 ? 1 : 3;
      long size = (long) count * pointer.unit;
      for (long address : new long[] {Guest.END - size + 1, Guest.END, Guest.END + 1, 0x7fff_ffffL, 0x8000_0000L,
          0xffff_ffffL, 0x1_0000_0000L - size}) {
        String message = outOfBounds(fixture, function, fixture.arguments(row, pointer, (int) address, count));
        assertTrue(message.contains("(" + size + " bytes at address " + address + ")"), message);
      }
      inBounds(fixture, function, fixture.arguments(row, pointer, (int) (Guest.END - size), count));
      inBounds(fixture, function, fixture.arguments(row, pointer, 0, count));
      if (pointer.countSlot >= 0) {
        inBounds(fixture, function, fixture.arguments(row, pointer, Guest.END, 0));
        outOfBounds(fixture, function, fixture.arguments(row, pointer, Guest.END + 1, 0));
        outOfBounds(fixture, function, fixture.arguments(row, pointer, 1, -1));
        outOfBounds(fixture, function, fixture.arguments(row, pointer, -1, -1));
        outOfBounds(fixture, function, fixture.arguments(row, pointer, Guest.END - 1, 0x8000_0000));
      }
    }
  }

  private static String outOfBounds(Fixture fixture, String function, Object[] arguments) {
    byte[] before = fixture.guest.memory().read(0, Guest.END);
    Trap trap = assertThrows(Trap.class, () -> fixture.invoke(function, arguments));
    assertEquals(Trap.Kind.HOST, trap.kind());
    assertTrue(trap.getMessage().contains(function + ": "), trap::getMessage);
    assertTrue(trap.getMessage().contains("lies outside the memory of 65536 bytes"), trap::getMessage);
    assertArrayEquals(before, fixture.guest.memory().read(0, Guest.END), "nothing was written");
    return trap.getMessage();
  }

  /** Whatever comes of it, it is no complaint about the pointer. */
  private static void inBounds(Fixture fixture, String function, Object[] arguments) {
    try {
      fixture.invoke(function, arguments);
    } catch (Trap trap) {
      assertFalse(trap.getMessage().contains("outside the memory"), trap::getMessage);
    }
  }
}
