package dev.skerry.wasm.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Rel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Code is read from its first byte to its last, whatever the tables say of where instructions start. */
class ListingTest {

  private static final int INSTRUCTIONS = 200;
  private static final int LENGTH = 10;
  private static final int CALL_BYTES = 5;
  private static final byte NO_INSTRUCTION = 0x06;
  private static final byte NOP = (byte) 0x90;
  private static final byte BREAKPOINT = (byte) 0xCC;

  private final Listing listing = new Listing();
  private final boolean[] allowed = AllowedRows.here();

  private static byte[] moves() {
    Assembler assembler = new Assembler();
    for (int i = 0; i < INSTRUCTIONS; i++) {
      assembler.emit(IntegerRows.MOV_R64_IMM64, Gpr.RAX, new Imm(0x0102_0304_0506_0708L + i));
    }
    assembler.emit(ControlRows.RET);
    return assembler.finish();
  }

  private void read(byte[] code, int... faults) throws VerificationError {
    listing.read(new CompiledFunction(code, code.length, 0, 0, 0, new int[0], new int[0], new int[0], new int[0],
        faults, new int[0][], new int[0], 0, 0), 0, allowed);
  }

  private void requireMoves() throws VerificationError {
    assertEquals(INSTRUCTIONS + 1, listing.count());
    for (int i = 0; i < INSTRUCTIONS; i++) {
      assertEquals(i * LENGTH, listing.offset(i));
      assertEquals(i, listing.index(i * LENGTH));
      assertEquals(0x0102_0304_0506_0708L + i, listing.immediate(i));
    }
    assertEquals(1, listing.controlCount());
    assertEquals(INSTRUCTIONS, listing.control(0));
  }

  @Test
  void givenAPlaceInATableWhenItIsNoStartThenCodeIsReadTheSame() throws VerificationError {
    byte[] code = moves();
    read(code);
    requireMoves();
    for (int place = -2; place < code.length + 2; place++) {
      read(code, place, 0, 0);
      requireMoves();
      boolean starts = place >= 0 && place < code.length && place % LENGTH == 0;
      assertEquals(starts ? 0 : Listing.NONE, starts ? listing.faultRow(place / LENGTH) : Listing.NONE);
      if (place >= 0 && place < code.length && !starts) {
        int inside = place;
        assertThrows(VerificationError.class, () -> listing.index(inside));
      }
    }
    read(code, Integer.MIN_VALUE, 0, 0, Integer.MAX_VALUE, 0, 0);
    requireMoves();
  }

  @Test
  void givenBytesThatAreNoInstructionWhenTheTablesPointAnywhereThenTheFirstOfThemIsRefused() {
    for (int bad = 0; bad < INSTRUCTIONS; bad += 7) {
      byte[] code = moves();
      code[bad * LENGTH] = NO_INSTRUCTION;
      code[(bad + INSTRUCTIONS) / 2 * LENGTH] = NO_INSTRUCTION;
      for (int place : new int[] {INSTRUCTIONS / 2 * LENGTH, INSTRUCTIONS / 2 * LENGTH + 1, (bad + 1) * LENGTH}) {
        VerificationError error = assertThrows(VerificationError.class, () -> read(code, place, 0, 0));
        assertEquals(Rule.INSTRUCTIONS, error.rule());
        assertEquals(bad * LENGTH, error.offset());
      }
    }
  }

  @Test
  void givenAnInstructionThatIsNotAllowedThenItIsNamedThoughBytesBehindAreNone() {
    byte[] code = moves();
    code[5 * LENGTH] = BREAKPOINT;
    Arrays.fill(code, 5 * LENGTH + 1, 6 * LENGTH, (byte) 0x90);
    code[INSTRUCTIONS / 2 * LENGTH] = NO_INSTRUCTION;
    VerificationError error = assertThrows(VerificationError.class, () -> read(code, INSTRUCTIONS / 2 * LENGTH, 0, 0));
    assertEquals(Rule.INSTRUCTIONS, error.rule());
    assertEquals(5 * LENGTH, error.offset());
  }

  @Test
  void givenMoreInstructionsThanThereAreNumbersForThenTheFunctionIsRefused() {
    byte[] code = new byte[Value.SYMBOL_LIMIT];
    Arrays.fill(code, NOP);
    VerificationError error = assertThrows(VerificationError.class, () -> read(code));
    assertTrue(error.getMessage().contains("too large to be proved"), error.getMessage());
  }

  @Test
  void givenATableThatIsOutOfOrderOrHasHalfARowThenTheFunctionIsRefused() throws VerificationError {
    int[] fields = {CompiledFunction.RELOCATION_FIELDS, CompiledFunction.CALL_SITE_FIELDS,
        CompiledFunction.TRAP_SITE_FIELDS, CompiledFunction.FAULT_SITE_FIELDS};
    for (int table = 0; table < fields.length; table++) {
      int[] rows = new int[3 * fields[table]];
      for (int row = 0; row < 3; row++) {
        rows[row * fields[table]] = row * CALL_BYTES + 1;
      }
      readTable(table, rows);
      int[] twice = rows.clone();
      twice[2 * fields[table]] = twice[fields[table]];
      requireOutOfOrder(table, twice);
      int[] backwards = rows.clone();
      backwards[0] = rows[fields[table]];
      backwards[fields[table]] = rows[0];
      requireOutOfOrder(table, backwards);
      requireOutOfOrder(table, Arrays.copyOf(rows, rows.length - 1));
    }
  }

  private void requireOutOfOrder(int table, int[] rows) {
    VerificationError error = assertThrows(VerificationError.class, () -> readTable(table, rows));
    assertTrue(error.getMessage().contains("is not in order"), error.getMessage());
  }

  /** Reads calls with one of the tables of relocations, calls, traps and faults. */
  private void readTable(int table, int[] rows) throws VerificationError {
    Assembler assembler = new Assembler();
    for (int i = 0; i < 4; i++) {
      assembler.emit(ControlRows.CALL_REL32, new Rel(0));
    }
    byte[] code = assembler.finish();
    int[] none = {};
    listing.read(new CompiledFunction(code, code.length, 0, 0, 0, table == 0 ? rows : none, none,
        table == 1 ? rows : none, table == 2 ? rows : none, table == 3 ? rows : none, new int[0][], none, 0, 0), 0,
        allowed);
  }
}
