package dev.skerry.wasm.x64;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The quick writer writes what the assembler writes. */
class InstructionWriterTest {

  private final InstructionWriter writer = new InstructionWriter();

  private static int number(Gpr gpr) {
    return gpr == null ? InstructionWriter.NONE : gpr.ordinal();
  }

  private byte[] write(Row row, List<Operand> operands) {
    writer.clear();
    writer.begin(row.id());
    int displacement = 0;
    for (Operand operand : operands) {
      if (operand instanceof Gpr gpr) {
        writer.register(gpr.ordinal());
      } else if (operand instanceof Xmm xmm) {
        writer.register(InstructionWriter.FIRST_VECTOR + xmm.ordinal());
      } else if (operand instanceof Mem mem) {
        writer.memory(number(mem.base()), number(mem.index()), Integer.numberOfTrailingZeros(mem.scale()),
            mem.segment().ordinal(), mem.displacement());
      } else if (operand instanceof Rip rip) {
        writer.relativeMemory();
        displacement = rip.displacement();
      } else if (operand instanceof Imm imm) {
        writer.immediate(imm.value());
      } else if (operand instanceof Rel rel) {
        writer.immediate(rel.displacement());
      }
    }
    int relative = writer.end();
    byte[] bytes = Arrays.copyOf(writer.bytes(), writer.size());
    for (int i = 0; relative >= 0 && i < Integer.BYTES; i++) {
      bytes[relative + i] = (byte) (displacement >> i * Byte.SIZE);
    }
    return bytes;
  }

  @Test
  void givenEveryRowWithSystematicOperandsWhenWrittenThenTheBytesAreTheAssemblers() {
    for (Row row : Rows.all()) {
      for (List<Operand> operands : SystematicOperands.of(row)) {
        Assembler assembler = new Assembler();
        assembler.emit(new Instruction(row, operands, 0));
        assertArrayEquals(assembler.finish(), write(row, operands), () -> row + " " + operands);
      }
    }
  }

  @Test
  void givenOperandsThatDoNotFitWhenWrittenThenRefused() {
    Row row = IntegerRows.ADD_RM_IMM8.of(64);
    assertThrows(IllegalArgumentException.class, () -> write(row, List.of(Xmm.XMM0, new Imm(1))));
    assertThrows(IllegalArgumentException.class, () -> write(row, List.of(Gpr.RAX, new Imm(128))));
    assertThrows(IllegalArgumentException.class, () -> write(row, List.of(Gpr.RAX)));
    assertThrows(IllegalArgumentException.class, () -> write(IntegerRows.ADD_R_RM.of(64), List.of(new Imm(1))));
  }
}
