package dev.skerry.wasm.x64;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Labels, constants, alignment, and what is refused. */
class AssemblerTest {

  private final Assembler assembler = new Assembler();

  private static Instruction at(byte[] code, int offset) {
    return new Decoder(code).at(offset);
  }

  @Test
  void givenALabelBehindInReachWhenJumpedToThenTheShortFormAndBeyondReachTheLongForm() {
    Label start = assembler.here();
    for (int i = 0; i < 126; i++) {
      assembler.emit(ControlRows.NOPS.get(0));
    }
    assembler.jump(Condition.NE, start);
    assembler.jump(start);
    byte[] code = assembler.finish();
    assertEquals("jne 0x0", at(code, 126).toString(126));
    assertEquals(2, at(code, 126).length());
    assertEquals("jmp 0x0", at(code, 128).toString(128));
    assertEquals(5, at(code, 128).length());
  }

  @Test
  void givenLabelsAheadWhenBoundThenBranchesCallsAndMemoryOperandsReachThem() {
    Label end = assembler.label();
    assembler.jump(end);
    assembler.jump(Condition.A, end);
    assembler.emit(ControlRows.CALL_REL32, end);
    assembler.emit(ControlRows.JMP_REL8, end);
    assembler.emit(IntegerRows.CMP_RM_IMM.of(32), end, new Imm(7));
    assembler.bind(end);
    byte[] code = assembler.finish();
    int offset = 0;
    for (String text : List.of("jmp 0x1c", "ja 0x1c", "call 0x1c", "jmp 0x1c", "cmp DWORD PTR [rip+0x0],0x7")) {
      assertEquals(text, at(code, offset).toString(offset));
      offset += at(code, offset).length();
    }
    assertEquals(0x1C, offset);
  }

  @Test
  void givenConstantsWhenEqualThenTheyShareAPlaceThatIsAlignedBehindTheCode() {
    Label narrow = assembler.constant(42);
    Label wide = assembler.constant(1, 2);
    assertSame(narrow, assembler.constant(42));
    assertSame(wide, assembler.constant(1, 2));
    assertNotSame(narrow, assembler.constant(43));
    assembler.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R9, narrow);
    assembler.emit(IntegerRows.LEA.of(64), Gpr.RAX, wide);
    byte[] code = assembler.finish();
    assertEquals(14, assembler.codeLength());
    assertEquals("lea rax,[rip+0x2]", at(code, 7).toString());
    assertEquals("mov r9,QWORD PTR [rip+0x19]", at(code, 0).toString());
    ByteBuffer bytes = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(List.of(1L, 2L, 42L, 43L),
        List.of(bytes.getLong(16), bytes.getLong(24), bytes.getLong(32), bytes.getLong(40)));
    assertEquals(48, code.length);
  }

  @Test
  void givenAJumpTableWhenFinishedThenItHoldsDistances() {
    Label table = assembler.here();
    Label target = assembler.label();
    assembler.distance(table, target);
    assembler.distance(table, table);
    assembler.bind(target);
    assertArrayEquals(new byte[] {8, 0, 0, 0, 0, 0, 0, 0}, assembler.finish());
  }

  @Test
  void givenAnyPositionWhenAlignedThenTheGapIsAsFewNopsAsCanBe() {
    for (int before = 1; before <= 64; before++) {
      Assembler fresh = new Assembler();
      for (int i = 0; i < before; i++) {
        fresh.emit(ControlRows.INT3);
      }
      fresh.align(64);
      byte[] code = fresh.finish();
      assertEquals(64, code.length);
      int count = 0;
      for (int offset = before; offset < 64; offset += at(code, offset).length()) {
        assertEquals("nop", at(code, offset).toString());
        count++;
      }
      assertEquals((64 - before + 8) / 9, count);
    }
    assertThrows(IllegalArgumentException.class, () -> assembler.align(48));
  }

  @Test
  void givenOperandsThatDoNotFitWhenEmittedThenTheErrorNamesRowAndOperandAndNothingIsWritten() {
    Row row = IntegerRows.ADD_RM_IMM8.of(64);
    IllegalArgumentException wide =
        assertThrows(IllegalArgumentException.class, () -> assembler.emit(row, Gpr.RAX, new Imm(128)));
    assertEquals("add +rm64, imm8: operand 2 cannot be Imm[value=128]", wide.getMessage());
    assertThrows(IllegalArgumentException.class, () -> assembler.emit(row, Xmm.XMM0, new Imm(1)));
    assertThrows(IllegalArgumentException.class, () -> assembler.emit(row, Gpr.RAX));
    assertThrows(IllegalArgumentException.class, () -> assembler.emit(row, new Assembler().here(), new Imm(1)));
    assertThrows(IllegalArgumentException.class,
        () -> assembler.emit(IntegerRows.LEA.of(64), Gpr.RAX, Mem.at(Gpr.RAX, 0).in(Segment.GS)));
    assertThrows(IllegalArgumentException.class, () -> Mem.at(Gpr.RAX, Gpr.RSP, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> Mem.at(Gpr.RAX, Gpr.RCX, 3, 0));
    assertThrows(IllegalArgumentException.class, () -> IntegerRows.BSWAP.of(16));
    assertEquals(0, assembler.position());
  }

  @Test
  void givenLabelsThatCannotBeFilledInWhenFinishedThenRefused() {
    Label ahead = assembler.label();
    assembler.jump(ahead);
    assertThrows(IllegalStateException.class, assembler::finish);
    Assembler far = new Assembler();
    Label target = far.label();
    far.emit(ControlRows.JMP_REL8, target);
    for (int i = 0; i < 128; i++) {
      far.emit(ControlRows.INT3);
    }
    far.bind(target);
    assertThrows(IllegalStateException.class, () -> far.bind(target));
    assertThrows(IllegalStateException.class, far::finish);
  }

  @Test
  void givenACallWhenPatchedThenItHasTheNewDistance() {
    assembler.emit(ControlRows.CALL_REL32, new Rel(0));
    assembler.patch(1, -5);
    assertThrows(IllegalArgumentException.class, () -> assembler.patch(2, 0));
    assertEquals("call 0x0", at(assembler.finish(), 0).toString());
    assertThrows(IllegalStateException.class, () -> assembler.emit(ControlRows.RET));
  }

  @Test
  void givenEncodingsThatAreNotCanonicalWhenDecodedThenRefused() {
    for (String hex : List.of("40 89 C8", "66 66 89 C8", "89 40 00", "89 80 01 00 00 00", "89 04 20", "8A E0",
        "48 0F 1F 00", "65 89 C8", "48 66 89 C8", "3E 89 08", "67 89 08", "42 89 C8", "8D 65", "F0 01 C8",
        "C4 E1 78 58 C1", "65 48 8D 00", "F2 C3", "2E 90", "0F", "66", "C5", "F0", "65")) {
      String[] parts = hex.split(" ");
      byte[] bytes = new byte[parts.length];
      for (int i = 0; i < parts.length; i++) {
        bytes[i] = (byte) Integer.parseInt(parts[i], 16);
      }
      assertNull(at(bytes, 0), hex);
    }
    assertNull(at(new byte[0], 0));
    assertNull(at(new byte[] {(byte) 0xC3}, -1));
    assertTrue(at(new byte[] {(byte) 0xC3}, 0).operands().isEmpty());
  }
}
