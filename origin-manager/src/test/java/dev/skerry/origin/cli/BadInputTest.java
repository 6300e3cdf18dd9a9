package dev.skerry.origin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are no programs: each is one clear sentence and the exit code 1 or 2, never a stack trace. */
class BadInputTest {

  private static final int HUNDRED_MEGABYTES = 100 << 20;

  @TempDir
  Path folder;

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "missing        | 2 | there is no file",
    "a folder       | 2 | is a folder",
    "empty          | 1 | is empty",
    "text           | 1 | not a WebAssembly module: it begins with 68 65 6c 6c",
    "two letters    | 1 | begins with 68 69 and ends there",
    "text format    | 1 | wat2wasm",
    "zeros          | 1 | begins with 00 00 00 00",
    "magic, zeros   | 1 | unknown binary version",
    "header, zeros  | 1 | is damaged",
    "component      | 1 | unknown binary version",
    "invalid        | 1 | is not a valid module: type mismatch",
    "unknown import | 1 | imports env.launch, which is not offered: skerry run offers wasi_snapshot_preview1",
    "odd function   | 1 | wasi_snapshot_preview1",
    "page           | 1 | skerry open",
    "escapes        | 1 | env.\\u{9b}31m\\e[0m\\n\\u{202e}",
  })
  void isOneSentence(String kind, int exitCode, String words) throws Exception {
    Cli.Answer answer = Cli.run("run", file(kind));
    answer.assertSentence(exitCode, words);
  }

  private String file(String kind) throws Exception {
    Path file = folder.resolve("bad.wasm");
    byte[] header = {0, 'a', 's', 'm', 1, 0, 0, 0};
    switch (kind) {
      case "missing" -> { }
      case "a folder" -> Files.createDirectory(file);
      case "empty" -> Files.createFile(file);
      case "text" -> Files.writeString(file, "hello, this is no program\n");
      case "two letters" -> Files.writeString(file, "hi");
      case "text format" -> Files.writeString(file, "(module)");
      case "zeros" -> zeros(file, new byte[0]);
      case "magic, zeros" -> zeros(file, Arrays.copyOf(header, 4));
      case "header, zeros" -> zeros(file, header);
      case "component" -> Files.write(file, new byte[] {0, 'a', 's', 'm', 0x0d, 0, 1, 0});
      case "invalid" -> Files.write(file, hex("0061736d01000000 010401600000 03020100 0a0601040041000b"));
      case "unknown import" -> {
        return Cli.guest("imports.wasm");
      }
      case "odd function" -> Files.write(file, importing("wasi_snapshot_preview1", "fd_launch"));
      case "page" -> {
        return Cli.guest("page.wasm");
      }
      case "escapes" -> Files.write(file, importing("env", "\u009b31m\u001b[0m\n\u202e"));
      default -> throw new AssertionError(kind);
    }
    return file.toString();
  }

  private static void zeros(Path file, byte[] start) throws Exception {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(start);
      sparse.setLength(HUNDRED_MEGABYTES);
    }
  }

  private static byte[] hex(String digits) {
    return java.util.HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  /** A module of one type () -> (), one import of it, and nothing else. */
  private static byte[] importing(String module, String name) {
    byte[] from = module.getBytes(StandardCharsets.UTF_8);
    byte[] what = name.getBytes(StandardCharsets.UTF_8);
    byte[] head = hex("0061736d01000000 010401600000 02");
    int size = 1 + 1 + from.length + 1 + what.length + 2;
    byte[] bytes = Arrays.copyOf(head, head.length + 1 + size);
    int at = head.length;
    bytes[at++] = (byte) size;
    bytes[at++] = 1;
    bytes[at++] = (byte) from.length;
    System.arraycopy(from, 0, bytes, at, from.length);
    at += from.length;
    bytes[at++] = (byte) what.length;
    System.arraycopy(what, 0, bytes, at, what.length);
    return bytes;
  }

  @Test
  void aProgramThatIsCutOffAnywhereIsOneSentence() throws Exception {
    byte[] whole = Files.readAllBytes(Path.of(Cli.guest("hello.wasm")));
    Set<Integer> boundaries = sectionEnds(whole);
    Path file = folder.resolve("cut.wasm");
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      Cli.Answer answer = Cli.run("run", file.toString());
      if (boundaries.contains(length)) {
        // Still a module, perhaps one without what it needs.
        assertTrue(answer.exitCode() <= 1, () -> answer.err());
        assertFalse(answer.err().contains("internal error") || answer.err().contains("\tat "), answer.err());
      } else {
        answer.assertSentence(1, file.toString());
      }
    }
    assertEquals(whole.length, (int) ((TreeSet<Integer>) boundaries).last(), "the sections were not found");
  }

  private static Set<Integer> sectionEnds(byte[] module) {
    Set<Integer> ends = new TreeSet<>(Set.of(8));
    for (int at = 8; at < module.length;) {
      int size = 0;
      int shift = 0;
      do {
        at++;
        size |= (module[at] & 0x7f) << shift;
        shift += 7;
      } while (module[at] < 0);
      at += 1 + size;
      ends.add(at);
    }
    return ends;
  }
}
