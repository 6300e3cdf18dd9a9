package dev.skerry.wasm.validate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.decode.ArrivingModule;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Allowance;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.testing.ByteWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every reason for which the front end refuses a module is one that a test of ours expects, without the specification's
 * suite; with the cases that no other test has.
 */
class EveryRuleTest {

  private static final Set<Feature> FEATURES = EnumSet.allOf(Feature.class);
  private static final Path MAIN = Path.of("src/main/java/dev/skerry/wasm");
  private static final Path TESTS = Path.of("src/test/java/dev/skerry/wasm");
  private static final String PREAMBLE = "00 61 73 6d 01 00 00 00 ";
  /** Words around those of a rule: parts of sentences, not reasons of their own. */
  private static final Set<String> FRAMES = Set.of("type mismatch: ", ", found ", "runs of locals",
      ", the limit is ");

  /**
   * Sections behind the preamble. {@code T} is a type section with {@code -> }, {@code i32 -> i32} and
   * {@code externref -> }; {@code F} declares one function of type 0.
   */
  @ParameterizedTest(name = "{1}")
  @CsvSource(delimiter = '|', value = {
    "04 05 01 64 70 00 01 | type mismatch: a table of (ref func) needs an initialiser",
    "04 06 01 40 01 70 00 01 | malformed table",
    "T 0d 03 01 01 00 | malformed tag attribute",
    "T F 0a 06 01 04 00 02 01 0b | type mismatch: expected i32, found nothing",
    "T F 0a 06 01 04 00 41 00 0b | type mismatch: values remain on the stack at the end of a block",
    "T F 0a 08 01 06 00 41 01 04 7f 0b | type mismatch: expected i32, found nothing",
    "T F 0a 07 01 05 00 02 60 0b 0b | malformed value type",
    "T F 0a 08 01 06 00 02 df 7f 0b 0b | malformed block type",
    "T F 0a 06 01 04 00 41 00 d1 | type mismatch: expected a reference",
    "T F 04 04 01 6f 00 01 0a 09 01 07 00 41 00 11 00 00 0b | type mismatch: call_indirect needs a table of functions",
    "T F 0a 0d 01 0b 00 d0 70 d0 70 41 00 1b 1a 0b 0b"
        + " | type mismatch: select without a type needs two numbers or vectors of one type",
    "T F 0a 0d 01 0b 00 41 00 41 00 41 00 1c 02 7f 7f | invalid result arity",
    "T F 04 07 02 70 00 01 6f 00 01 0a 0e 01 0c 00 41 00 41 00 41 00 fc 0e 00 01 0b"
        + " | type mismatch: table.copy between tables of different types",
    "T F 04 04 01 6f 00 01 09 05 01 01 00 01 00 0a 0e 01 0c 00 41 00 41 00 41 00 fc 0c 00 00 0b"
        + " | type mismatch: table.init from a segment of another type",
    "T F 0a 08 01 06 00 d0 70 d6 00 0b | type mismatch: the label of br_on_non_null takes no reference",
    "T F 0a 0c 01 0a 00 02 7f 41 00 41 00 0e 01 01 | unexpected end of section or function",
    "T F 0a 11 01 0f 00 02 7f 41 00 41 00 0e 01 01 00 0b 1a 0b 0b"
        + " | type mismatch: the labels of br_table take different numbers of values",
    "T 03 02 01 00 03 02 01 00 | unexpected content after last section",
    "T F F | unexpected content after last section",
    "T 03 03 02 00 01 0a 0b 02 04 00 12 01 0b 04 00 41 00 0b"
        + " | type mismatch: a tail call must leave what the function leaves",
    "T F 0a 09 01 07 00 41 00 04 01 0b 0b | type mismatch: expected i32, found nothing",
    "01 06 01 60 01 7f 01 7e F 0a 0e 01 0c 00 20 00 41 00 04 00 1a 42 00 0b 0b"
        + " | type mismatch: an if without else must leave what it takes",
    "T F 0d 03 01 00 02 0a 0a 01 08 00 1f 40 01 00 00 00 0b 0b | type mismatch: a catch clause does not fit its label"
  })
  void givenSectionsThatBreakARuleThenTheReasonNamesIt(String sections, String reason) {
    String bytes = PREAMBLE + sections.replace("T", "01 0d 03 60 00 00 60 01 7f 01 7f 60 01 6f 00")
        .replace("F ", "03 02 01 00 ").replaceAll("F$", "03 02 01 00");
    byte[] module = HexFormat.ofDelimiter(" ").parseHex(bytes);
    assertEquals(reason, reasonOf(module));
  }

  private static String reasonOf(byte[] module) {
    return assertThrows(CompileError.class, () -> ModuleReader.read(module, FEATURES)).reason();
  }

  private static byte[] module(Object... parts) {
    ByteWriter writer = new ByteWriter().bytes(HexFormat.ofDelimiter(" ").parseHex(PREAMBLE.trim()));
    for (Object part : parts) {
      writer.bytes((byte[]) part);
    }
    return writer.toByteArray();
  }

  private static byte[] section(int id, ByteWriter contents) {
    byte[] bytes = contents.toByteArray();
    return new ByteWriter().bytes(id).unsigned(bytes.length).bytes(bytes).toByteArray();
  }

  @Test
  void givenMoreThanALimitThenTheReasonNamesWhat() {
    byte[] type = section(1, new ByteWriter().bytes(1, 0x60, 0, 0));
    byte[] function = section(3, new ByteWriter().bytes(1, 0));
    assertEquals("too many function bodies: 2000000, the limit is 1000000",
        reasonOf(module(section(10, new ByteWriter().unsigned(2_000_000)))));
    assertEquals("too many elements of a segment: 20000000, the limit is 10000000",
        reasonOf(module(section(9, new ByteWriter().bytes(1, 1, 0).unsigned(20_000_000)))));
    byte[] catches = new ByteWriter().bytes(0, 0x1f, 0x40).unsigned(70_000).toByteArray();
    assertEquals("too many catch clauses: 70000, the limit is 65520", reasonOf(module(type, function,
        section(10, new ByteWriter().bytes(1).unsigned(catches.length).bytes(catches)))));
    byte[] select = new ByteWriter().bytes(0, 0x1c).unsigned(2_000).toByteArray();
    assertEquals("too many types of select: 2000, the limit is 1000", reasonOf(module(type, function,
        section(10, new ByteWriter().bytes(1).unsigned(select.length).bytes(select)))));
    ByteWriter customs = new ByteWriter();
    for (int i = 0; i <= 100_000; i++) {
      customs.bytes(0, 1, 0);
    }
    assertEquals("too many custom sections: 100001, the limit is 100000", reasonOf(module(customs.toByteArray())));
    assertEquals("a module of more than 1073741824 bytes", assertThrows(CompileError.class,
        () -> new ArrivingModule(Allowance.of(FEATURES)).expect(1 + (1 << 30))).reason());
  }

  @Test
  void everyReasonInTheSourceIsExpectedByATest() throws IOException {
    String tests = text(TESTS);
    Set<String> missing = new TreeSet<>();
    int found = 0;
    for (String folder : List.of("decode", "validate", "format")) {
      String source = text(MAIN.resolve(folder)).replaceAll("\\s*\\n\\s*", " ");
      Matcher throwing = Pattern.compile("(?:Kind\\.(?:MALFORMED|INVALID|LIMIT),|malformed\\(|mismatch\\(|"
          + "(?:checkLimit|in\\.count|need)\\([^;]*?,)([^;]*?);").matcher(source);
      while (throwing.find()) {
        Matcher literal = Pattern.compile("\"([^\" +][^\"]{5,})\"").matcher(throwing.group(1));
        while (literal.find()) {
          found++;
          if (!tests.contains(literal.group(1)) && !FRAMES.contains(literal.group(1))) {
            missing.add(literal.group(1));
          }
        }
      }
    }
    assertEquals(Set.of(), missing);
    assertTrue(found > 80, "the sources have only " + found + " reasons");
  }

  private static String text(Path folder) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java") && !path.endsWith("LineProgram.java"))
          .sorted().toList()) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }
}
