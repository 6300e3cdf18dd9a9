package dev.skerry.wasm.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.decode.ModuleInfo.SegmentMode;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.Limits;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.ByteWriter;
import dev.skerry.wasm.testing.ModuleBuilder;
import dev.skerry.wasm.testing.SampleModules;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the decoder reads, and what it refuses, by which words. */
class ModuleReaderTest {

  private static final int ZEROS = 100 << 20;

  @Test
  void givenEverySectionThenEachIsRead() throws CompileError {
    ModuleInfo module = ModuleReader.read(SampleModules.everySection());

    assertEquals(1, module.importedFunctions());
    assertEquals(3, module.functions().length);
    assertEquals(new Limits(4, 9), module.tables()[0].limits());
    assertEquals(new Limits(1, 2), module.memories()[0].limits());
    assertEquals(3, module.globals().length);
    assertEquals(2, module.start());
    assertEquals("add", module.exports().get(0).name());
    assertEquals(SegmentMode.ACTIVE, module.elements()[0].mode());
    assertEquals(2, module.elements()[0].inits().length());
    assertEquals(SegmentMode.PASSIVE, module.elements()[1].mode());
    assertEquals(ValType.EXTERNREF, module.elements()[1].element());
    assertEquals(SegmentMode.DECLARATIVE, module.elements()[2].mode());
    assertEquals(3, module.data()[0].length());
    assertEquals(SegmentMode.PASSIVE, module.data()[1].mode());
    assertEquals("house", module.names().module());
    assertEquals("add", module.names().function(1));
    assertEquals("extra", module.customSection("extra").name());
    assertEquals(List.of(ValType.F64, ValType.F64, ValType.EXTERNREF), List.of(module.bodies().get(1).localTypes()));
  }

  @Test
  void givenAModuleCutAtAnyPlaceThenItIsRefusedOrAWholeModule() {
    byte[] module = SampleModules.everySection();
    int accepted = 0;
    for (int length = 0; length < module.length; length++) {
      try {
        ModuleReader.read(Arrays.copyOf(module, length));
        accepted++;
      } catch (CompileError e) {
        assertTrue(e.offset() <= length, e.getMessage());
      }
    }
    assertEquals(5, accepted, "whole are the preamble; types; imports; all to data; all but the name section");
  }

  @Test
  void givenAHundredMegabytesOfZerosThenTheyAreRefusedAtOnce() {
    byte[] zeros = new byte[ZEROS];
    CompileError error = assertTimeoutPreemptively(Duration.ofSeconds(60),
        () -> assertThrows(CompileError.class, () -> ModuleReader.read(zeros)));
    assertEquals("magic header not detected (at byte 0 of the module)", error.getMessage());
  }

  @Test
  void givenAPreambleAndAHundredMegabytesOfZerosThenTheyAreRefusedAtOnce() {
    byte[] zeros = Arrays.copyOf(new ModuleBuilder().build(), ZEROS);
    CompileError error = assertTimeoutPreemptively(Duration.ofSeconds(60),
        () -> assertThrows(CompileError.class, () -> ModuleReader.read(zeros)));
    assertEquals(Kind.MALFORMED, error.kind());
  }

  /** Each section's contents after the preamble; {@code 61} is the letter a. */
  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(delimiter = '|', textBlock = """
      MALFORMED   | 0e 00                                     | malformed section id
      MALFORMED   | 03 01 00 01 01 00                         | unexpected content after last section
      MALFORMED   | 01 01 00 01 01 00                         | unexpected content after last section
      MALFORMED   | 01 7f                                     | length out of bounds
      MALFORMED   | 01 02 00 00                               | section size mismatch
      MALFORMED   | 01 80 80 80 80 80 00                      | integer representation too long
      MALFORMED   | 01 ff ff ff ff 7f                         | integer too large
      MALFORMED   | 01 01 05                                  | length out of bounds
      MALFORMED   | 01 04 01 60 01 7f                         | unexpected end of section or function
      MALFORMED   | 01 04 01 61 00 00                         | malformed definition type
      MALFORMED   | 01 04 01 e0 00 00                         | integer representation too long
      MALFORMED   | 01 05 01 60 01 40 00                      | malformed value type
      UNSUPPORTED | 01 04 01 5f 00 00                         | garbage-collected types not supported
      UNSUPPORTED | 01 06 01 60 01 64 70 00                   | typed function references not supported
      UNSUPPORTED | 01 05 01 60 01 6e 00                      | garbage-collected types not supported
      UNSUPPORTED | 01 05 01 60 01 69 00                      | exception handling not supported
      UNSUPPORTED | 01 05 01 60 01 7b 00                      | SIMD not supported
      UNSUPPORTED | 0d 01 00                                  | exception handling not supported
      MALFORMED   | 02 07 01 01 61 01 61 05 00                | malformed import kind
      UNSUPPORTED | 02 08 01 01 61 01 61 04 00 00             | exception handling not supported
      INVALID     | 02 07 01 01 61 01 61 00 00                | unknown type 0
      MALFORMED   | 02 08 01 01 61 01 61 03 7f 02             | malformed mutability
      MALFORMED   | 02 05 01 01 ff 00 03                      | malformed UTF-8 encoding
      MALFORMED   | 02 07 01 03 ed a0 80 00 03                | malformed UTF-8 encoding
      MALFORMED   | 02 06 01 02 c0 80 00 03                   | malformed UTF-8 encoding
      INVALID     | 03 02 01 00                               | unknown type 0
      MALFORMED   | 01 04 01 60 00 00 03 02 01 00             | function and code section have inconsistent lengths
      MALFORMED   | 01 04 01 60 00 00 0a 04 01 02 00 0b       | function and code section have inconsistent lengths
      MALFORMED   | 04 04 01 7f 00 00                         | malformed reference type
      MALFORMED   | 04 04 01 70 08 00                         | malformed limits flags
      MALFORMED   | 04 04 01 70 02 00                         | malformed limits flags
      UNSUPPORTED | 04 04 01 70 04 00                         | 64-bit memories and tables not supported
      INVALID     | 04 05 01 70 01 02 01                      | size minimum must not be greater than maximum
      INVALID     | 04 08 01 70 00 80 80 80 80 10             | table size must be at most 2^32-1 elements
      INVALID     | 05 05 01 00 81 80 04                      | memory size must be at most 65536 pages (4GiB)
      INVALID     | 05 06 01 01 00 81 80 04                   | memory size must be at most 65536 pages (4GiB)
      INVALID     | 05 0c 01 00 ff ff ff ff ff ff ff ff ff 01 | memory size must be at most 65536 pages (4GiB)
      UNSUPPORTED | 05 04 01 03 00 01                         | threads not supported
      MALFORMED   | 05 03 01 02 00                            | malformed limits flags
      UNSUPPORTED | 05 03 01 04 00                            | 64-bit memories and tables not supported
      UNSUPPORTED | 05 05 02 00 00 00 00                      | multiple memories not supported
      INVALID     | 06 05 01 7f 00 0b 0b                      | type mismatch in a constant expression
      INVALID     | 06 06 01 7f 00 42 00 0b                   | type mismatch in a constant expression
      INVALID     | 06 08 01 7f 00 41 00 41 00 0b             | type mismatch in a constant expression
      INVALID     | 06 05 01 7f 00 01 0b                      | constant expression required
      INVALID     | 06 06 01 7f 00 23 00 0b                   | unknown global 0
      INVALID     | 06 06 01 70 00 d2 00 0b                   | unknown function 0
      MALFORMED   | 06 06 01 7f 00 41 00 ff                   | illegal opcode ff
      MALFORMED   | 06 05 01 7f 00 41 00                      | unexpected end of section or function
      MALFORMED   | 07 05 01 01 61 05 00                      | malformed export kind
      UNSUPPORTED | 07 05 01 01 61 04 00                      | exception handling not supported
      INVALID     | 07 05 01 01 61 00 00                      | unknown function 0
      INVALID     | 07 05 01 01 61 01 00                      | unknown table 0
      INVALID     | 07 05 01 01 61 02 00                      | unknown memory 0
      INVALID     | 07 05 01 01 61 03 00                      | unknown global 0
      INVALID     | 05 03 01 00 00 07 09 02 01 61 02 00 01 61 02 00 | duplicate export name
      INVALID     | 08 01 00                                  | unknown function 0
      MALFORMED   | 09 02 01 08                               | malformed elements segment kind
      MALFORMED   | 09 04 01 01 01 00                         | malformed element kind
      INVALID     | 09 06 01 00 41 00 0b 00                   | unknown table 0
      INVALID     | 09 05 01 01 00 01 00                      | unknown function 0
      INVALID     | 04 04 01 6f 00 01 09 06 01 00 41 00 0b 00 | type mismatch between an element segment and its table
      MALFORMED   | 0c 01 01                                  | data count and data section have inconsistent lengths
      MALFORMED   | 0c 01 00 0b 03 01 01 00                   | data count and data section have inconsistent lengths
      MALFORMED   | 0b 02 01 03                               | malformed data segment kind
      INVALID     | 0b 06 01 00 41 00 0b 00                   | unknown memory 0
      MALFORMED   | 0b 03 01 01 05                            | unexpected end
      MALFORMED   | 00 00                                     | unexpected end of section or function
      MALFORMED   | 00 01 01                                  | unexpected end
      MALFORMED   | 00 02 01 ff                               | malformed UTF-8 encoding
      """)
  void givenABrokenSectionThenTheReasonIsNamed(Kind kind, String contents, String reason) {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(contents);
    byte[] module = new ByteWriter().bytes(new ModuleBuilder().build()).bytes(bytes).toByteArray();

    CompileError error = assertThrows(CompileError.class, () -> ModuleReader.read(module));

    assertEquals(reason, error.reason());
    assertEquals(kind, error.kind());
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "'', unexpected end", "00 61 73, unexpected end", "00 61 73 6e 01 00 00 00, magic header not detected",
    "00 61 73 6d, unexpected end", "00 61 73 6d 02 00 00 00, unknown binary version",
    "00 61 73 6d 0d 00 01 00, unknown binary version"
  })
  void givenABrokenPreambleThenTheReasonIsNamed(String bytes, String reason) {
    byte[] module = bytes.isEmpty() ? new byte[0] : HexFormat.ofDelimiter(" ").parseHex(bytes);
    CompileError error = assertThrows(CompileError.class, () -> ModuleReader.read(module));
    assertEquals(reason, error.reason());
    assertEquals(Kind.MALFORMED, error.kind());
  }

  /** Counts that are far above what the bytes could hold must be refused before anything is allocated. */
  @ParameterizedTest(name = "section {0}")
  @CsvSource({"1", "2", "3", "4", "5", "6", "7", "9", "10", "11", "12"})
  void givenACountOverTheLimitThenItIsRefusedByThatLimit(int section) {
    byte[] count = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
    byte[] module = new ByteWriter().bytes(new ModuleBuilder().build())
        .bytes(section, count.length).bytes(count).toByteArray();
    CompileError error = assertThrows(CompileError.class, () -> ModuleReader.read(module));
    assertEquals(Kind.LIMIT, error.kind());
    assertTrue(error.reason().contains("4294967295, the limit is "), error.reason());
  }

  @Test
  void givenTooManyLocalsThenTheyAreRefusedBeforeTheyTakeMemory() {
    CompileError over = refused(new ModuleBuilder()
        .rawFunction("->", 1, 0xd1, 0x86, 0x03, 0x7f, 0x0b).build());
    assertEquals("too many locals: 50001, the limit is 50000", over.reason());
    CompileError beyond = refused(new ModuleBuilder()
        .rawFunction("->", 2, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x01, 0x7e, 0x0b).build());
    assertEquals("too many locals", beyond.reason());
    assertEquals(Kind.MALFORMED, beyond.kind());
  }

  @Test
  void givenAFunctionOverTheSizeLimitThenItIsRefused() {
    CompileError error = refused(new ModuleBuilder()
        .local("->", List.of(), code -> {
          for (int i = 0; i < 7_654_321; i++) {
            code.raw(0x01);
          }
        }).build());
    assertEquals("too many bytes in function 0: 7654323, the limit is 7654321", error.reason());
  }

  @Test
  void givenDeepNestingThenItIsRefusedByItsLimit() {
    CompileError error = refused(new ModuleBuilder()
        .local("->", List.of(), code -> {
          for (int i = 0; i < 100_000; i++) {
            code.block();
          }
        }).build());
    assertEquals("too many nested blocks: 100001, the limit is 100000", error.reason());
  }

  @Test
  void givenAnOverflowingOperandStackThenItIsRefusedByItsLimit() {
    CompileError error = refused(new ModuleBuilder()
        .local("->", List.of(), code -> {
          for (int i = 0; i <= 1_000_000; i++) {
            code.i32(0);
          }
        }).build());
    assertEquals("too many operands: 1000001, the limit is 1000000", error.reason());
  }

  @Test
  void givenManyElementsInSeveralSegmentsThenTheyAreRefusedByTheirSum() {
    int[] most = new int[9_999_999];
    CompileError error = refused(new ModuleBuilder()
        .importFunction("env", "f", "->").passiveElements(most).passiveElements(0, 0).build());
    assertEquals("too many elements of all segments: 10000001, the limit is 10000000", error.reason());
  }

  private static CompileError refused(byte[] module) {
    return assertThrows(CompileError.class, () -> ModuleReader.read(module));
  }

  @Test
  void givenABrokenNameSectionThenTheModuleIsReadWithoutIt() throws CompileError {
    ModuleInfo module = ModuleReader.read(new ModuleBuilder().custom("name", new byte[] {0, 5, 9, 9}).build());
    assertEquals("", module.names().module());
  }

  @Test
  void givenNamesOfFunctionsThatAreNotThereThenTheyAreDropped() throws CompileError {
    ModuleInfo module = ModuleReader.read(new ModuleBuilder()
        .local("->", List.of(), code -> { }).names("m", "one", "two").build());
    assertEquals("one", module.names().function(0));
    assertEquals("", module.names().function(1));
  }

  @Test
  void givenRunsOfNoLocalsThenTheyAreDropped() throws CompileError {
    ModuleInfo module = ModuleReader.read(new ModuleBuilder()
        .rawFunction("->", 3, 0, 0x7f, 2, 0x7e, 0, 0x7d, 0x0b).build());
    assertEquals(1, module.bodies().get(0).localCounts().length);
    assertEquals(2, module.bodies().get(0).localCounts()[0]);
  }

  @Test
  void givenTheLongFormOfAReferenceTypeThenItIsTheSameType() throws CompileError {
    byte[] table = {4, 5, 1, 0x63, 0x70, 0, 1};
    ModuleInfo module =
        ModuleReader.read(new ByteWriter().bytes(new ModuleBuilder().build()).bytes(table).toByteArray());
    assertEquals(ValType.FUNCREF, module.tables()[0].element());
  }

  @Test
  void givenVectorsSwitchedOnThenTheirTypeAndConstantsAreAccepted() throws CompileError {
    byte[] module = new ModuleBuilder().global(ValType.V128, false, code -> code.zero(ValType.V128)).build();
    assertEquals(ValType.V128, ModuleReader.read(module, Set.of(Feature.SIMD)).globals()[0].value());
    assertEquals("SIMD not supported", refused(module).reason());
  }

  @Test
  void givenThreadsSwitchedOnThenAMemoryMayBeSharedIfItIsBounded() throws CompileError {
    byte[] shared = {5, 4, 1, 3, 1, 2};
    byte[] unbounded = {5, 3, 1, 2, 1};
    Set<Feature> threads = Set.of(Feature.THREADS);
    assertTrue(ModuleReader.read(afterPreamble(shared), threads).memories()[0].shared());
    CompileError error =
        assertThrows(CompileError.class, () -> ModuleReader.read(afterPreamble(unbounded), threads));
    assertEquals("shared memory must have maximum", error.reason());
  }

  @Test
  void givenAFenceWithAnotherByteThanZeroThenItIsRefused() {
    byte[] module = new ModuleBuilder().local("->", List.of(), code -> code.raw(0xfe, 3, 1)).build();
    CompileError error =
        assertThrows(CompileError.class, () -> ModuleReader.read(module, Set.of(Feature.THREADS)));
    assertEquals("zero byte expected", error.reason());
  }

  private static byte[] afterPreamble(byte[] sections) {
    return new ByteWriter().bytes(new ModuleBuilder().build()).bytes(sections).toByteArray();
  }

  @Test
  void givenMultipleMemoriesSwitchedOnThenEachInstructionNamesItsOwn() throws CompileError {
    byte[] module = new ModuleBuilder().memory(1, -1).memory(2, 3)
        .local("-> i32", List.of(), code -> code.i32(0).raw(0x28, 0x42, 1, 0)).build();
    assertEquals(2, ModuleReader.read(module, Set.of(Feature.MULTI_MEMORY)).memories().length);
    assertEquals("multiple memories not supported", refused(module).reason());
  }

  @Test
  void givenATableWithAnInitialiserThenItIsKept() throws CompileError {
    ModuleInfo module = ModuleReader.read(new ModuleBuilder()
        .table(ValType.FUNCREF, 3, code -> code.op(Opcode.REF_FUNC, 0))
        .local("->", List.of(), code -> { }).build());
    assertEquals(3, module.tableInits()[0].length());
  }
}
