package dev.skerry.wasm.x64;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Rows, encoder and decoder against each other and against objdump. */
class RowsTest {

  /** Random inputs of one run; {@code -Dskerry.x64.inputs} sets another number. */
  private static final int INPUTS = Integer.getInteger("skerry.x64.inputs", 1_000_000);
  private static final int MAX_LENGTH = 15;
  private static final Map<Row, List<List<Operand>>> OPERANDS =
      Rows.all().stream().collect(Collectors.toMap(Function.identity(), SystematicOperands::of));

  @Test
  void givenEveryRowWithSystematicOperandsWhenEncodedThenDecoderAndObjdumpReadTheSame() throws Exception {
    Objdump.require();
    Assembler assembler = new Assembler();
    List<Instruction> instructions = new ArrayList<>();
    for (Row row : Rows.all()) {
      for (List<Operand> operands : OPERANDS.get(row)) {
        int start = assembler.position();
        assembler.emit(new Instruction(row, operands, 0));
        instructions.add(new Instruction(row, operands, assembler.position() - start));
      }
    }
    byte[] code = assembler.finish();
    Decoder decoder = new Decoder(code);
    int offset = 0;
    for (Instruction instruction : instructions) {
      assertEquals(instruction, decoder.at(offset));
      assertNull(new Decoder(code, offset + instruction.length() - 1).at(offset), "cut short: " + instruction);
      offset += instruction.length();
    }
    Objdump.assertReads(code, instructions);
  }

  @Test
  void givenRandomBytesWhenTheDecoderTakesThemThenObjdumpReadsTheSameAndTheEncoderMakesThem() throws Exception {
    Objdump.require();
    long seed = Long.getLong("skerry.fuzz.seed", 1);
    String origin = "-Dskerry.fuzz.seed=" + seed;
    System.out.println("random machine code: " + INPUTS + " inputs, " + origin);
    Random random = new Random(seed);
    Assembler all = new Assembler();
    List<Instruction> taken = new ArrayList<>();
    List<byte[]> written = new ArrayList<>();
    Set<Row> rows = new HashSet<>();
    byte[] bytes = new byte[MAX_LENGTH];
    Decoder decoder = new Decoder(bytes);
    for (int i = 0; i < INPUTS; i++) {
      random.nextBytes(bytes);
      if (i % 2 == 0) {
        mutate(bytes, random);
      }
      Instruction instruction = decoder.at(0);
      if (instruction != null) {
        int start = all.position();
        all.emit(instruction);
        assertEquals(instruction.length(), all.position() - start, () -> instruction + ", " + origin);
        taken.add(instruction);
        rows.add(instruction.row());
        written.add(Arrays.copyOf(bytes, instruction.length()));
      }
    }
    byte[] code = all.finish();
    int offset = 0;
    for (byte[] original : written) {
      assertArrayEquals(original, Arrays.copyOfRange(code, offset, offset + original.length), origin);
      offset += original.length;
    }
    assertTrue(taken.size() > INPUTS / 20, () -> taken.size() + " taken, " + origin);
    assertTrue(INPUTS < 1_000_000 || rows.size() > Rows.all().size() * 9 / 10, () -> rows.size() + " rows, " + origin);
    Objdump.assertReads(code, taken);
  }

  /** Puts an instruction of a random row in front, some of its bits flipped. */
  private static void mutate(byte[] bytes, Random random) {
    Row row = Rows.all().get(random.nextInt(Rows.all().size()));
    List<List<Operand>> lists = OPERANDS.get(row);
    Assembler assembler = new Assembler();
    assembler.emit(new Instruction(row, lists.get(random.nextInt(lists.size())), 0));
    byte[] encoded = assembler.finish();
    System.arraycopy(encoded, 0, bytes, 0, encoded.length);
    for (int flips = random.nextInt(3); flips > 0; flips--) {
      bytes[random.nextInt(encoded.length)] ^= (byte) (1 << random.nextInt(8));
    }
  }

  @Test
  void givenEveryRowWhenItsBytesAreSearchedThenNoOtherRowMatchesThem() {
    Set<Integer> ids = new HashSet<>();
    for (Row row : Rows.all()) {
      assertTrue(ids.add(row.id()) && row.id() < Row.ID_LIMIT, row::toString);
      assertTrue(row.operandCount() <= 4, row::toString);
      Assembler assembler = new Assembler();
      List<Operand> operands = OPERANDS.get(row).get(0);
      assembler.emit(new Instruction(row, operands, 0));
      Instruction decoded = new Decoder(assembler.finish()).at(0);
      assertNotNull(decoded, row::toString);
      assertEquals(row, decoded.row());
    }
  }
}
