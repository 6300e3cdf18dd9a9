package dev.skerry.wasm.x64;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The scanner, which the verifier reads code with, takes random bytes for what the decoder takes them for. */
class InstructionScannerTest {

  private static final long SEED = Long.getLong("skerry.fuzz.seed", 20_261_121L);
  private static final int BYTES = 1 << 20;
  private static final int INSTRUCTIONS = 400;
  private static final byte NOTHING = (byte) 0x90;
  private static final byte NO_INSTRUCTION = 0x06;
  private static final int[] FIRST =
      {0x66, 0xF2, 0xF3, 0xF0, 0x0F, 0xC4, 0xC5, 0x40, 0x41, 0x44, 0x48, 0x49, 0x4C, 0x4F};

  private final int[] tags = new int[Row.ID_LIMIT];
  private final InstructionScanner scanner;

  InstructionScannerTest() {
    Arrays.setAll(tags, row -> row * 77 & (1 << InstructionScanner.TAG_BITS) - 1);
    scanner = new InstructionScanner(tags);
  }

  @Test
  void randomBytesAreTheSameInstructionToScannerAndDecoder() {
    Random random = new Random(SEED);
    byte[] code = new byte[BYTES];
    random.nextBytes(code);
    for (int at = 0; at + 16 < BYTES; at += 16) {
      for (int i = random.nextInt(3); i > 0; i--) {
        code[at + i - 1] = (byte) FIRST[random.nextInt(FIRST.length)];
      }
    }
    scanner.open(code, BYTES);
    Decoder decoder = new Decoder(code, code.length);
    int instructions = 0;
    for (int offset = 0; offset < BYTES; offset++) {
      Instruction expected = expected(decoder, offset);
      instructions += expected == null ? 0 : 1;
      requireInstruction(expected, offset);
    }
    assertTrue(instructions > BYTES / 8, instructions + " instructions");
  }

  @Test
  void everyRowIsTheSameInstructionToScannerAndDecoderWhetherItsHeadIsKnownOrNot() {
    for (Row row : Rows.all()) {
      byte[] code = code(row);
      scanner.open(code, code.length);
      Decoder decoder = new Decoder(code, code.length);
      for (int round = 0; round < 2; round++) {
        for (int offset = 0; offset < code.length; offset += decoder.at(offset).length()) {
          requireInstruction(expected(decoder, offset), offset);
        }
      }
    }
  }

  private static byte[] code(Row row) {
    Assembler assembler = new Assembler();
    for (List<Operand> operands : SystematicOperands.of(row)) {
      assembler.emit(new Instruction(row, operands, 0));
    }
    return assembler.finish();
  }

  @Test
  void givenAnyPlaceToBeginAtInTheMiddleThenAllCodeIsReadAsIfThereWereNone() {
    byte[] code = manyInstructions();
    int[] starts = starts(code, code.length);
    assertEquals(code.length, starts[starts.length - 1]);
    requireAll(code, code.length, starts, 0);
    long[] parts = parts(starts.length - 1);
    for (int middle = -1; middle <= code.length + 1; middle++) {
      requireAll(code, code.length, starts, middle);
      assertArrayEquals(parts, parts(starts.length - 1), "middle " + middle);
    }
  }

  private long[] parts(int count) {
    long[] parts = new long[3 * count];
    for (int i = 0; i < count; i++) {
      parts[3 * i] = scanner.words[i];
      parts[3 * i + 1] = InstructionScanner.displacement(scanner.words[i], scanner.numbers[i]);
      parts[3 * i + 2] = InstructionScanner.immediate(scanner.words[i], scanner.numbers[i]);
    }
    return parts;
  }

  @Test
  void givenCodeThatEndsInAnInstructionThenThoseBeforeAreRead() {
    byte[] code = manyInstructions();
    Random random = new Random(SEED);
    for (int end = 1; end <= code.length; end++) {
      int[] starts = starts(code, end);
      requireAll(code, end, starts, 0);
      requireAll(code, end, starts, random.nextInt(end));
      requireAll(code, end, starts, starts[random.nextInt(starts.length)]);
    }
  }

  @Test
  void givenBytesThatAreNoInstructionThenThoseBeforeAreRead() {
    byte[] code = manyInstructions();
    Random random = new Random(SEED);
    for (int at = 0; at < code.length; at++) {
      byte[] changed = code.clone();
      changed[at] = NO_INSTRUCTION;
      int[] starts = starts(changed, code.length);
      requireAll(changed, code.length, starts, random.nextInt(code.length));
      int[] honest = starts(code, code.length);
      requireAll(changed, code.length, starts, honest[random.nextInt(honest.length)]);
    }
  }

  @Test
  void givenCodeOfTheShortestInstructionsThenAllIsRead() {
    byte[] code = new byte[BYTES];
    Arrays.fill(code, NOTHING);
    scanner.open(code, BYTES);
    assertEquals(BYTES, scanner.readAll(BYTES / 2));
    assertEquals(BYTES, scanner.offsets[BYTES]);
    assertEquals(BYTES - 1, scanner.offsets[BYTES - 1]);
  }

  /** Where instructions start, as far as there are some, and where the first byte is that starts none, or the end. */
  private static int[] starts(byte[] code, int end) {
    Decoder decoder = new Decoder(code, end);
    int[] starts = new int[end + 1];
    int count = 0;
    int offset = 0;
    while (offset < end && expected(decoder, offset) != null) {
      starts[count++] = offset;
      offset += decoder.at(offset).length();
    }
    starts[count++] = offset;
    return Arrays.copyOf(starts, count);
  }

  private void requireAll(byte[] code, int end, int[] starts, int middle) {
    scanner.open(code, end);
    String where = "seed " + SEED + ", end " + end + ", middle " + middle;
    assertEquals(starts.length - 1, scanner.readAll(middle), where);
    assertArrayEquals(starts, Arrays.copyOf(scanner.offsets, starts.length), where);
  }

  private static byte[] manyInstructions() {
    Random random = new Random(SEED);
    List<Row> rows = new ArrayList<>(Rows.all());
    Assembler assembler = new Assembler();
    for (int i = 0; i < INSTRUCTIONS; i++) {
      Row row = rows.get(random.nextInt(rows.size()));
      List<List<Operand>> lists = SystematicOperands.of(row);
      List<Operand> operands = lists.get(random.nextInt(lists.size()));
      if (!hasSegment(operands)) {
        assembler.emit(new Instruction(row, operands, 0));
      }
    }
    return assembler.finish();
  }

  private static Instruction expected(Decoder decoder, int offset) {
    Instruction decoded = decoder.at(offset);
    return decoded == null || hasSegment(decoded.operands()) ? null : decoded;
  }

  private void requireInstruction(Instruction expected, int offset) {
    String where = "seed " + SEED + ", offset " + offset + ": " + expected;
    assertEquals(expected == null ? 0 : expected.length(), scanner.read(offset), where);
    if (expected != null) {
      assertEquals(expected.row().id(), InstructionScanner.row(scanner.words[0]), where);
      int tag = tags[expected.row().id()];
      assertEquals(tag, InstructionScanner.tag(scanner.words[0]), where);
      assertEquals(tag << InstructionScanner.ADDRESS_KIND_BITS | addressKind(expected.operands()),
          InstructionScanner.kindAndTag(scanner.words[0]), where);
      requireOperands(expected.operands(), scanner, where);
    }
  }

  private static boolean hasSegment(List<Operand> operands) {
    boolean has = false;
    for (Operand operand : operands) {
      has |= operand instanceof Mem memory && memory.segment() != Segment.NONE;
    }
    return has;
  }

  private static int addressKind(List<Operand> operands) {
    for (Operand operand : operands) {
      if (operand instanceof Mem memory && (memory.base() != null || memory.index() != null)) {
        if (memory.base() == null || memory.index() != null && memory.scale() != 1) {
          return InstructionScanner.ELSEWHERE;
        }
        return memory.index() != null ? InstructionScanner.INDEXED
            : memory.base() == Gpr.RSP ? InstructionScanner.STACK : InstructionScanner.BASE;
      }
    }
    return InstructionScanner.NO_REGISTERS;
  }

  private static void requireOperands(List<Operand> operands, InstructionScanner scanner, String where) {
    for (int i = 0; i < operands.size(); i++) {
      int operand = InstructionScanner.operand(scanner.words[0], i);
      if (operands.get(i) instanceof Gpr gpr) {
        assertEquals(gpr.ordinal(), operand, where);
      } else if (operands.get(i) instanceof Xmm xmm) {
        assertEquals(xmm.ordinal(), operand, where);
      } else if (operands.get(i) instanceof Imm immediate) {
        assertEquals(InstructionScanner.IMMEDIATE, operand, where);
        assertEquals(immediate.value(), immediate(scanner), where);
      } else if (operands.get(i) instanceof Rel distance) {
        assertEquals(InstructionScanner.IMMEDIATE, operand, where);
        assertEquals(distance.displacement(), immediate(scanner), where);
      } else if (operands.get(i) instanceof Rip place) {
        assertEquals(InstructionScanner.RIP, operand, where);
        assertEquals(place.displacement(), displacement(scanner), where);
      } else if (operands.get(i) instanceof Mem memory) {
        assertEquals(InstructionScanner.MEMORY, operand, where);
        assertEquals(number(memory.base()), InstructionScanner.base(scanner.words[0]), where);
        assertEquals(number(memory.index()), InstructionScanner.index(scanner.words[0]), where);
        assertEquals(memory.displacement(), displacement(scanner), where);
        if (memory.index() != null) {
          assertEquals(memory.scale(), InstructionScanner.scale(scanner.words[0]), where);
        }
      }
    }
  }

  private static int number(Gpr register) {
    return register == null ? InstructionScanner.NONE : register.ordinal();
  }

  private static int displacement(InstructionScanner scanner) {
    return InstructionScanner.displacement(scanner.words[0], scanner.numbers[0]);
  }

  private static long immediate(InstructionScanner scanner) {
    return InstructionScanner.immediate(scanner.words[0], scanner.numbers[0]);
  }
}
