package dev.skerry.wasm.validate;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skerry.wasm.CompileError;
import dev.skerry.wasm.CompileError.Kind;
import dev.skerry.wasm.decode.ModuleReader;
import dev.skerry.wasm.format.Feature;
import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.format.ValType;
import dev.skerry.wasm.testing.Code;
import dev.skerry.wasm.testing.ModuleBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The rule of every instruction whose types are the same everywhere: operands, result, alignment and offset. */
class SignatureValidationTest {

  static Stream<Opcode> fixed() {
    return Arrays.stream(Opcode.values()).filter(opcode -> opcode.signature != null);
  }

  static Stream<Opcode> taking() {
    return fixed().filter(opcode -> !operands(opcode).isEmpty());
  }

  static Stream<Opcode> memory() {
    return fixed().filter(opcode -> opcode.accessBytes() > 0 && opcode.immediate != Immediate.ATOMIC);
  }

  private static List<ValType> operands(Opcode opcode) {
    return types(opcode.signature.substring(0, opcode.signature.indexOf(':')));
  }

  private static List<ValType> results(Opcode opcode) {
    return types(opcode.signature.substring(opcode.signature.indexOf(':') + 1));
  }

  private static List<ValType> types(String letters) {
    List<ValType> types = new ArrayList<>();
    for (char letter : letters.toCharArray()) {
      types.add(switch (letter) {
        case 'i' -> ValType.I32;
        case 'I' -> ValType.I64;
        case 'f' -> ValType.F32;
        case 'F' -> ValType.F64;
        case 'V' -> ValType.V128;
        default -> throw new IllegalArgumentException(letter + " in a signature");
      });
    }
    return types;
  }

  private static Code instruction(Code code, Opcode opcode) {
    return switch (opcode.immediate) {
      case NONE -> code.op(opcode);
      case MEMARG, MEMORY_MEMORY, DATA_MEMORY, ELEM_TABLE, TABLE_TABLE, V128, SHUFFLE -> code.op(opcode, 0, 0);
      case MEMARG_LANE -> code.op(opcode, 0, 0, 0);
      case ATOMIC -> code.op(opcode, Integer.numberOfTrailingZeros(opcode.accessBytes()), 0);
      default -> code.op(opcode, 0);
    };
  }

  private static void validate(Consumer<Code> code, List<ValType> results) throws CompileError {
    StringBuilder type = new StringBuilder("->");
    results.forEach(result -> type.append(' ').append(result));
    ModuleReader.read(new ModuleBuilder()
        .memory(1, -1)
        .table(ValType.FUNCREF, 1, -1)
        .passiveElements(0)
        .passiveData(new byte[1])
        .local(type.toString(), List.of(), code)
        .build(), EnumSet.allOf(Feature.class));
  }

  private static void assertMismatch(Consumer<Code> code, List<ValType> results) {
    CompileError error = assertThrows(CompileError.class, () -> validate(code, results));
    assertEquals(Kind.INVALID, error.kind());
    assertEquals("type mismatch", error.reason().substring(0, 13));
  }

  @ParameterizedTest
  @MethodSource("fixed")
  void givenItsOperandsThenItIsValidAndLeavesItsResult(Opcode opcode) {
    assertDoesNotThrow(() -> validate(code -> {
      operands(opcode).forEach(code::zero);
      instruction(code, opcode);
    }, results(opcode)));
  }

  @ParameterizedTest
  @MethodSource("fixed")
  void givenAnotherResultThenItIsAMismatch(Opcode opcode) {
    List<ValType> other = results(opcode).isEmpty() ? List.of(ValType.I32) : List.of(ValType.FUNCREF);
    assertMismatch(code -> {
      operands(opcode).forEach(code::zero);
      instruction(code, opcode);
    }, other);
  }

  @ParameterizedTest
  @MethodSource("taking")
  void givenOneOperandTooFewThenItIsAMismatch(Opcode opcode) {
    assertMismatch(code -> {
      operands(opcode).stream().skip(1).forEach(code::zero);
      instruction(code, opcode);
    }, results(opcode));
  }

  @ParameterizedTest
  @MethodSource("taking")
  void givenAnotherTypeInAnyPlaceThenItIsAMismatch(Opcode opcode) {
    List<ValType> right = operands(opcode);
    for (int i = 0; i < right.size(); i++) {
      List<ValType> wrong = new ArrayList<>(right);
      wrong.set(i, right.get(i).equals(ValType.I32) ? ValType.I64 : ValType.I32);
      assertMismatch(code -> {
        wrong.forEach(code::zero);
        instruction(code, opcode);
      }, results(opcode));
    }
  }

  @ParameterizedTest
  @MethodSource("fixed")
  void givenUnreachableCodeThenOperandsComeFromNowhere(Opcode opcode) {
    assertDoesNotThrow(() -> validate(
        code -> instruction(code.op(Opcode.UNREACHABLE), opcode), results(opcode)));
  }

  @ParameterizedTest
  @MethodSource("taking")
  void givenOperandsOutsideOfTheBlockThenItIsAMismatch(Opcode opcode) {
    assertMismatch(code -> {
      operands(opcode).forEach(code::zero);
      instruction(code.block(), opcode).end();
    }, List.of());
  }

  @ParameterizedTest
  @MethodSource("memory")
  void givenAlignmentsThenThoseAboveTheNaturalOneAreRefused(Opcode opcode) {
    int natural = Integer.numberOfTrailingZeros(opcode.accessBytes());
    assertDoesNotThrow(() -> access(opcode, natural, 0));
    for (int above : new int[] {natural + 1, 31, 32, 63}) {
      CompileError error = assertThrows(CompileError.class, () -> access(opcode, above, 0));
      assertEquals("alignment must not be larger than natural", error.reason());
    }
    CompileError malformed = assertThrows(CompileError.class, () -> access(opcode, 0x80, 0));
    assertEquals("malformed memop flags", malformed.reason());
  }

  @ParameterizedTest
  @MethodSource("memory")
  void givenOffsetsThenThoseBeyond32BitsAreRefused(Opcode opcode) {
    assertDoesNotThrow(() -> access(opcode, 0, 0xffff_ffffL));
    CompileError error = assertThrows(CompileError.class, () -> access(opcode, 0, 0x1_0000_0000L));
    assertEquals("offset out of range", error.reason());
  }

  private static void access(Opcode opcode, int align, long offset) throws CompileError {
    validate(code -> {
      operands(opcode).forEach(code::zero);
      code.op(opcode, opcode.immediate == Immediate.MEMARG_LANE
          ? new long[] {align, offset, 0} : new long[] {align, offset});
    }, results(opcode));
  }

  static Stream<Opcode> atomic() {
    return fixed().filter(opcode -> opcode.immediate == Immediate.ATOMIC);
  }

  @ParameterizedTest
  @MethodSource("atomic")
  void givenAnAtomicAccessThenItsAlignmentIsTheNaturalOne(Opcode opcode) {
    int natural = Integer.numberOfTrailingZeros(opcode.accessBytes());
    assertDoesNotThrow(() -> access(opcode, natural, 0xffff_ffffL));
    for (int other : new int[] {natural + 1, natural == 0 ? 63 : natural - 1}) {
      CompileError error = assertThrows(CompileError.class, () -> access(opcode, other, 0));
      assertEquals("atomic alignment must be natural", error.reason());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "i32.load, 4", "i64.load, 8", "i32.load8_u, 1", "i64.store32, 4", "v128.load, 16", "v128.load8x8_s, 8",
    "v128.load32x2_u, 8", "v128.load16_splat, 2", "v128.load64_zero, 8", "v128.store8_lane, 1",
    "memory.atomic.notify, 4", "memory.atomic.wait32, 4", "memory.atomic.wait64, 8", "i64.atomic.load, 8",
    "i32.atomic.store16, 2", "i64.atomic.rmw.add, 8", "i64.atomic.rmw32.cmpxchg_u, 4", "i32.atomic.rmw8.xchg_u, 1",
    "i32.add, 0", "i8x16.swizzle, 0", "atomic.fence, 0"
  })
  void givenAMnemonicThenTheBytesThatItAccessesAreKnown(String mnemonic, int bytes) {
    Opcode opcode = fixed().filter(row -> row.mnemonic.equals(mnemonic)).findFirst().orElseThrow();
    assertEquals(bytes, opcode.accessBytes());
  }

  static Stream<Opcode> lanes() {
    return fixed().filter(
        opcode -> opcode.immediate == Immediate.LANE || opcode.immediate == Immediate.MEMARG_LANE);
  }

  @ParameterizedTest
  @MethodSource("lanes")
  void givenLanesThenThoseBeyondTheShapeAreRefused(Opcode opcode) {
    assertDoesNotThrow(() -> lane(opcode, opcode.lanes() - 1));
    CompileError error = assertThrows(CompileError.class, () -> lane(opcode, opcode.lanes()));
    assertEquals("invalid lane index", error.reason());
  }

  private static void lane(Opcode opcode, int lane) throws CompileError {
    validate(code -> {
      operands(opcode).forEach(code::zero);
      code.op(opcode, opcode.immediate == Immediate.LANE ? new long[] {lane} : new long[] {0, 0, lane});
    }, results(opcode));
  }

  @Test
  void givenAShuffleThenItsLanesAreThoseOfTwoVectors() {
    assertDoesNotThrow(() -> shuffle(0x1f1f_1f1f_1f1f_1f1fL));
    CompileError error = assertThrows(CompileError.class, () -> shuffle(0x2000_0000_0000_0000L));
    assertEquals("invalid lane index", error.reason());
  }

  private static void shuffle(long high) throws CompileError {
    validate(code -> code.zero(ValType.V128).zero(ValType.V128).op(Opcode.I8X16_SHUFFLE, 0, high),
        List.of(ValType.V128));
  }

  static Stream<Opcode> featured() {
    return Arrays.stream(Opcode.values()).filter(opcode -> opcode.feature != null);
  }

  @ParameterizedTest
  @MethodSource("featured")
  void givenAFeatureThatIsSwitchedOffThenItsInstructionsAreRefusedByItsName(Opcode opcode) {
    EnumSet<Feature> others = EnumSet.complementOf(EnumSet.of(opcode.feature));
    byte[] module = new ModuleBuilder()
        .local("->", List.of(), code -> code.op(opcode, new long[3])).build();
    CompileError error = assertThrows(CompileError.class, () -> ModuleReader.read(module, others));
    assertEquals(Kind.UNSUPPORTED, error.kind());
    assertEquals(opcode.feature.title + " not supported", error.reason());
  }

  @ParameterizedTest
  @EnumSource(value = Opcode.class, names = {"MEMORY_SIZE", "MEMORY_GROW", "MEMORY_FILL", "MEMORY_COPY", "I32_LOAD",
      "I64_STORE32"})
  void givenNoMemoryThenItIsUnknown(Opcode opcode) {
    CompileError error = assertThrows(CompileError.class, () -> ModuleReader.read(new ModuleBuilder()
        .local("->", List.of(), code -> {
          operands(opcode).forEach(code::zero);
          instruction(code, opcode);
        }).build()));
    assertEquals("unknown memory 0", error.reason());
  }
}
