package dev.skerry.wasm.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.testing.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reader gives back what was written, for each opcode and each shape of immediates. */
class InstructionReaderTest {

  private static final long BIG = 0xffff_fffeL;

  @ParameterizedTest
  @EnumSource(Opcode.class)
  void givenAnyInstructionThenItsImmediatesAreRead(Opcode opcode) {
    Code code = new Code().op(Opcode.NOP);
    switch (opcode.immediate) {
      case NONE -> code.op(opcode);
      case BLOCK -> code.op(opcode, 300);
      case TRY_TABLE -> code.op(opcode, 300, 1, 301, 302, 2, 0, 303);
      case LABELS -> code.op(opcode, 5, 300, 0);
      case SELECT -> code.op(opcode, 0x7e);
      case MEMARG, ATOMIC -> code.op(opcode, 2, BIG);
      case I32 -> code.op(opcode, -5);
      case I64 -> code.op(opcode, Long.MIN_VALUE);
      case F32 -> code.op(opcode, 0xffc0_0001);
      case F64 -> code.op(opcode, 0xfff8_0000_0000_0001L);
      case V128, SHUFFLE -> code.op(opcode, 0x0102_0304_0506_0708L, 0x090a_0b0c_0d0e_0f10L);
      case LANE, FENCE -> code.op(opcode, 3);
      case MEMARG_LANE -> code.op(opcode, 0, BIG, 1);
      case REF_TYPE -> code.op(opcode, 0x6f);
      case CALL_INDIRECT, DATA_MEMORY, MEMORY_MEMORY, ELEM_TABLE, TABLE_TABLE -> code.op(opcode, 300, 7);
      default -> code.op(opcode, BIG);
    }
    byte[] bytes = code.end().bytes();
    InstructionReader reader = new InstructionReader(bytes, 0);

    assertSame(Opcode.NOP, reader.next());
    assertSame(opcode, reader.next());
    assertEquals(1, reader.offset);
    switch (opcode.immediate) {
      case NONE -> { }
      case BLOCK -> assertEquals(300, reader.index);
      case TRY_TABLE -> {
        assertEquals(300, reader.index);
        assertArrayEquals(new int[] {1, 301, 302, 2, -1, 303}, reader.clauses);
      }
      case LABELS -> assertArrayEquals(new int[] {5, 300, 0}, reader.labels);
      case SELECT -> assertArrayEquals(new int[] {0x7e}, reader.types);
      case MEMARG, ATOMIC -> {
        assertEquals(0, reader.index);
        assertEquals(BIG, reader.value);
      }
      case I32 -> assertEquals(0xffff_fffbL, reader.value);
      case I64 -> assertEquals(Long.MIN_VALUE, reader.value);
      case F32 -> assertEquals(0xffc0_0001L, reader.value);
      case F64 -> assertEquals(0xfff8_0000_0000_0001L, reader.value);
      case V128, SHUFFLE -> {
        assertEquals(0x0102_0304_0506_0708L, reader.value);
        assertEquals(0x090a_0b0c_0d0e_0f10L, reader.value2);
      }
      case LANE, FENCE -> assertEquals(3, reader.index);
      case MEMARG_LANE -> {
        assertEquals(BIG, reader.value);
        assertEquals(1, reader.index2);
      }
      case REF_TYPE -> assertEquals(-0x11, reader.index);
      case CALL_INDIRECT, DATA_MEMORY, MEMORY_MEMORY, ELEM_TABLE, TABLE_TABLE -> {
        assertEquals(300, reader.index);
        assertEquals(7, reader.index2);
      }
      default -> assertEquals((int) BIG, reader.index);
    }
    assertEquals(bytes.length - 1, reader.position());
    assertSame(Opcode.END, reader.next());
  }

  @Test
  void givenBlocksOfOneTypeOrNoneThenTheIndexIsTheSignedCode() {
    InstructionReader reader =
        new InstructionReader(new Code().block().op(Opcode.LOOP, -1).op(Opcode.IF, -0x11).bytes(), 0);
    reader.next();
    assertEquals(-64, reader.index);
    reader.next();
    assertEquals(-1, reader.index);
    reader.next();
    assertEquals(-0x11, reader.index);
  }

  @Test
  void givenLongFormsOfTypesThenTheyAreReadToTheirEnd() {
    InstructionReader reader = new InstructionReader(
        new Code().raw(0x02, 0x63, 0x80, 0x01).raw(0x1c, 1, 0x64, 0x70).op(Opcode.NOP).bytes(), 0);
    reader.next();
    assertSame(Opcode.SELECT_T, reader.next());
    assertArrayEquals(new int[] {0x64}, reader.types);
    assertSame(Opcode.NOP, reader.next());
  }

  @Test
  void givenAMemoryIndexThenItIsReadBehindTheFlags() {
    InstructionReader reader = new InstructionReader(new byte[] {0x28, 0x42, 3, 9}, 0);
    reader.next();
    assertEquals(3, reader.index);
    assertEquals(9, reader.value);
  }
}
