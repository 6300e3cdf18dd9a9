package dev.skerry.wasm.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.format.FuncType;
import dev.skerry.wasm.lower.CallingConvention;
import dev.skerry.wasm.x64.Decoder;
import dev.skerry.wasm.x64.Instruction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Machine code that no compiler makes is what people reviewed, byte for byte: stubs, in both variants, thunks of types
 * that take every place which a value can have, and detours. {@code -Dskerry.bless=true} writes what is made now, with
 * the comments that were there; then the differences are to be reviewed.
 */
class ReviewedCodeTest {

  private static final Path STUBS = Path.of("src/main/resources/dev/skerry/wasm/runtime");
  private static final Path THUNKS = Path.of("src/test/listings/thunks.txt");
  private static final boolean BLESS = Boolean.getBoolean("skerry.bless");

  /** Values in all registers, and on the stack, of each sort; and none. */
  private static final List<String> TYPES = List.of(
      "->",
      "i32 i64 f32 f64 v128 -> i32",
      "i64 i64 i64 i64 i64 i64 i64 i64 i64 i32 -> i64 i64 i64 i64 i64 i64 i64 i64 i64",
      "f64 f64 f64 f64 f64 f64 f64 f64 f64 f32 -> f64 f64 f64 f64 f64 f64 f64 f64 f32",
      "v128 v128 v128 v128 v128 v128 v128 v128 v128 i32 -> v128 v128 v128 v128 v128 v128 v128 v128 v128",
      "funcref externref -> externref funcref");

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void givenTheStubsOfBothVariantsThenTheyAreWhatWasReviewed(boolean wide) throws IOException {
    byte[] bytes = Stubs.bytes(wide);
    Path file = STUBS.resolve(Stubs.listing(wide));
    compare(file, listing(comments(file), bytes, Stubs.starts(wide)));
    if (!BLESS) {
      assertArrayEquals(bytes, ReviewedCode.read(Stubs.listing(wide)));
      ReviewedCode.require(Stubs.listing(wide), bytes);
    }
  }

  @Test
  void givenAStubOfWhichOneByteIsAnotherThenItIsNotPublished() {
    byte[] bytes = Stubs.bytes(true);
    for (int at = 0; at < bytes.length; at++) {
      bytes[at] ^= 1;
      String message = assertThrows(IllegalStateException.class, () ->
          ReviewedCode.require(Stubs.listing(true), bytes)).getMessage();
      assertTrue(message.endsWith("stubs-avx.txt at byte " + at), message);
      bytes[at] ^= 1;
    }
    assertThrows(IllegalStateException.class, () ->
        ReviewedCode.require(Stubs.listing(true), java.util.Arrays.copyOf(bytes, bytes.length - 1)));
  }

  @Test
  void givenEveryStubThenACommentSaysWhatItIsFor() throws IOException {
    for (boolean wide : new boolean[] {false, true}) {
      Map<String, String> comments = comments(STUBS.resolve(Stubs.listing(wide)));
      for (String name : Stubs.starts(wide).values()) {
        String comment = comments.get(name.startsWith("trap ") ? "trap UNREACHABLE" : name);
        assertNotNull(comment, name);
        assertTrue(comment.length() > 20, name);
      }
    }
  }

  @Test
  void givenThunksOfEverySortOfTypeAndADetourThenTheyAreWhatWasReviewed() throws IOException {
    Map<String, String> comments = comments(THUNKS);
    StringBuilder text = new StringBuilder(comments.getOrDefault("", ""));
    for (String type : TYPES) {
      for (Thunk.Kind kind : Thunk.Kind.values()) {
        byte[] bytes = ThunkWriter.bytes(kind, CallingConvention.of(FuncType.of(type)));
        String name = kind.name().toLowerCase(Locale.ROOT) + " of " + type;
        text.append(listing(Map.of(name, comments.getOrDefault(name, "")), bytes, Map.of(0, name)));
      }
    }
    text.append(listing(Map.of("detour", comments.getOrDefault("detour", "")), Detour.code(0x1234),
        Map.of(0, "detour")));
    compare(THUNKS, text.toString());
  }

  private static void compare(Path file, String made) throws IOException {
    if (BLESS) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, made);
    }
    assertEquals(Files.readString(file), made, () -> file + " (-Dskerry.bless=true takes what is made now)");
  }

  /** By name of what follows them, the comments of a listing; by nothing, those at its head. */
  private static Map<String, String> comments(Path file) throws IOException {
    Map<String, String> comments = new HashMap<>();
    StringBuilder block = new StringBuilder();
    for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
      if (line.startsWith("#")) {
        block.append(line).append('\n');
      } else if (line.isEmpty() && comments.isEmpty()) {
        comments.put("", block.append('\n').toString());
        block.setLength(0);
      } else if (line.endsWith(":") && !line.startsWith(" ")) {
        comments.put(line.substring(0, line.length() - 1), block.toString());
        block.setLength(0);
      }
    }
    return comments;
  }

  private static String listing(Map<String, String> comments, byte[] bytes, Map<Integer, String> starts) {
    StringBuilder text = new StringBuilder(comments.getOrDefault("", ""));
    Decoder decoder = new Decoder(bytes, bytes.length);
    for (int at = 0; at < bytes.length;) {
      String start = starts.get(at);
      if (start != null) {
        text.append(comments.getOrDefault(start, "")).append(start).append(":\n");
      }
      Instruction instruction = decoder.at(at);
      assertNotNull(instruction, "no instruction at " + at);
      StringBuilder hex = new StringBuilder();
      for (int i = 0; i < instruction.length(); i++) {
        hex.append(String.format("%02x ", bytes[at + i]));
      }
      text.append(String.format("  %04x: %-33s %s%n", at, hex, instruction));
      at += instruction.length();
    }
    return text.append(System.lineSeparator()).toString();
  }
}
