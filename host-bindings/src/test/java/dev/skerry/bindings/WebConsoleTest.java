package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.bindings.abi.GuestMemory;
import dev.skerry.wasm.Memory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The console, and how strings are read from guests. */
class WebConsoleTest {

  private final List<String> lines = new ArrayList<>();
  private final WebConsole console = new WebConsole((level, text) -> lines.add(level + " " + text));

  @Test
  void everyLevelLogsUnescapedText() throws Exception {
    try (Guest guest = Guest.of(console)) {
      int length = guest.put(5, "h\u00e9llo\u001b[31m\n\ud83d\ude00");
      for (String level : List.of("debug", "log", "info", "warn", "error")) {
        guest.results("web:console." + level, 5, length);
      }
      assertEquals(List.of("DEBUG", "LOG", "INFO", "WARN", "ERROR").stream()
          .map(level -> level + " h\u00e9llo\u001b[31m\n\ud83d\ude00").toList(), lines);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"41 ff 42, A.B", "c3 28, .(", "e2 82, .", "f0 9f 98, .", "f0 9f 98 41, .A", "c0 80, ..", "ed a0 80, ...",
      "f4 90 80 80, ....", "fe ff, ..", "ef bb bf 41, \ufeffA", "80, .", "e2 82 e2 82 ac, .\u20ac"})
  void malformedUtf8BecomesReplacementCharactersAsInTheEncodingStandard(String hex, String expected) throws Exception {
    try (Guest guest = Guest.of(console)) {
      String[] bytes = hex.split(" ");
      for (int i = 0; i < bytes.length; i++) {
        guest.memory().putByte(i, (byte) Integer.parseInt(bytes[i], 16));
      }
      guest.results("web:console.log", 0, bytes.length);
      assertEquals(List.of("LOG " + expected.replace('.', '\ufffd')), lines);
    }
  }

  @Test
  void aStringMayEndWithTheMemoryAlsoAfterItGrew() throws Exception {
    try (Guest guest = Guest.of(console)) {
      guest.memory().putByte(Guest.END - 1, (byte) 'z');
      guest.results("web:console.log", Guest.END - 1, 1);
      guest.traps("text (2 bytes at address 65535) lies outside the memory of 65536 bytes",
          "web:console.log", Guest.END - 1, 2);
      guest.memory().grow(1);
      guest.results("web:console.log", Guest.END - 1, 2);
      assertEquals(List.of("LOG z", "LOG z\0"), lines);
    }
  }

  @Test
  void withoutAMemoryThereAreNoStrings() throws Exception {
    try (Guest guest = Guest.bare(console)) {
      guest.traps("exports no memory named memory", "web:console.log", 0, 0);
    }
  }

  @Test
  void aStringOverTheLimitIsRefusedBeforeItIsCopied() throws Exception {
    try (Guest guest = Guest.of(console)) {
      guest.memory().grow(GuestMemory.MAX_BLOCK / Memory.PAGE);
      guest.results("web:console.log", 0, GuestMemory.MAX_BLOCK);
      guest.traps("text of 16777217 bytes is over the limit of 16777216 bytes", "web:console.log", 0,
          GuestMemory.MAX_BLOCK + 1);
      assertEquals(1, lines.size());
    }
  }
}
