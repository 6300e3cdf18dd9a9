package dev.skerry.wasm.x64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The scanner, which the verifier reads code with, takes random bytes for what the decoder takes them for. */
class InstructionScannerTest {

  private static final int BYTES = 1 << 20;
  private static final int[] FIRST =
      {0x66, 0xF2, 0xF3, 0xF0, 0x0F, 0xC4, 0xC5, 0x40, 0x41, 0x44, 0x48, 0x49, 0x4C, 0x4F};

  @Test
  void randomBytesAreTheSameInstructionToScannerAndDecoder() {
    long seed = Long.getLong("skerry.fuzz.seed", 20_261_121L);
    Random random = new Random(seed);
    byte[] code = new byte[BYTES];
    random.nextBytes(code);
    for (int at = 0; at + 16 < BYTES; at += 16) {
      for (int i = random.nextInt(3); i > 0; i--) {
        code[at + i - 1] = (byte) FIRST[random.nextInt(FIRST.length)];
      }
    }
    int[] tags = new int[Row.ID_LIMIT];
    Arrays.setAll(tags, row -> row * 77 & (1 << InstructionScanner.TAG_BITS) - 1);
    InstructionScanner scanner = new InstructionScanner(tags);
    scanner.open(code, BYTES);
    Decoder decoder = new Decoder(code, code.length);
    int instructions = 0;
    for (int offset = 0; offset < BYTES; offset++) {
      Instruction decoded = decoder.at(offset);
      Instruction expected = decoded == null || hasSegment(decoded) ? null : decoded;
      String where = "seed " + seed + ", offset " + offset + ": " + expected;
      assertEquals(expected == null ? 0 : expected.length(), scanner.read(offset), where);
      if (expected != null) {
        instructions++;
        assertEquals(expected.row().id(), InstructionScanner.row(scanner.word), where);
        assertEquals(tags[expected.row().id()], InstructionScanner.tag(scanner.word), where);
        requireOperands(expected.operands(), scanner, where);
      }
    }
    assertTrue(instructions > BYTES / 8, instructions + " instructions");
  }

  private static boolean hasSegment(Instruction instruction) {
    boolean has = false;
    for (Operand operand : instruction.operands()) {
      has |= operand instanceof Mem memory && memory.segment() != Segment.NONE;
    }
    return has;
  }

  private static void requireOperands(List<Operand> operands, InstructionScanner scanner, String where) {
    for (int i = 0; i < operands.size(); i++) {
      int operand = InstructionScanner.operand(scanner.word, i);
      if (operands.get(i) instanceof Gpr gpr) {
        assertEquals(gpr.ordinal(), operand, where);
      } else if (operands.get(i) instanceof Xmm xmm) {
        assertEquals(xmm.ordinal(), operand, where);
      } else if (operands.get(i) instanceof Imm immediate) {
        assertEquals(InstructionScanner.IMMEDIATE, operand, where);
        assertEquals(immediate.value(), InstructionScanner.immediate(scanner.word, scanner.behindAddress), where);
      } else if (operands.get(i) instanceof Rel distance) {
        assertEquals(InstructionScanner.IMMEDIATE, operand, where);
        assertEquals(distance.displacement(), InstructionScanner.immediate(scanner.word, scanner.behindAddress), where);
      } else if (operands.get(i) instanceof Rip place) {
        assertEquals(InstructionScanner.RIP, operand, where);
        assertEquals(place.displacement(), scanner.displacement, where);
      } else if (operands.get(i) instanceof Mem memory) {
        assertEquals(InstructionScanner.MEMORY, operand, where);
        assertEquals(number(memory.base()), InstructionScanner.base(scanner.word), where);
        assertEquals(number(memory.index()), InstructionScanner.index(scanner.word), where);
        assertEquals(memory.displacement(), scanner.displacement, where);
        if (memory.index() != null) {
          assertEquals(memory.scale(), InstructionScanner.scale(scanner.word), where);
        }
      }
    }
  }

  private static int number(Gpr register) {
    return register == null ? InstructionScanner.NONE : register.ordinal();
  }
}
