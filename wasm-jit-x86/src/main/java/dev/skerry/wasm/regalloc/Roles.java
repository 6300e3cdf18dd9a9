package dev.skerry.wasm.regalloc;

import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.OperandForm;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;
import dev.skerry.wasm.x64.Widths;
import java.util.List;

/** What instructions do with the registers among their explicit operands, by number, as the allocator asks for it. */
final class Roles {

  static final int READS = 1;
  static final int WRITES = 2;
  /** Memory of 8 bytes, of 16, or of 32 fits there too: the row reads as many, or fewer. */
  static final int MEMORY8 = 4;
  static final int MEMORY16 = 8;
  static final int MEMORY32 = 16;

  private static final int ANY_MEMORY = MEMORY8 | MEMORY16 | MEMORY32;
  private static final int OPERANDS = 4;
  private static final byte[] TABLE = table();
  private static final boolean[] COMMUTATIVE = commutative();

  private Roles() {
  }

  /** The role of the operand with that index; of a parallel move they alternate. */
  static int of(int op, int index) {
    return TABLE[op * OPERANDS + (index & OPERANDS - 1)];
  }

  /** Whether the operation reads and writes its first operand, reads the second, and gives the same if they change. */
  static boolean isCommutative(int op) {
    return COMMUTATIVE[op];
  }

  private static boolean[] commutative() {
    boolean[] commutative = new boolean[1 << Lir.OP_BITS];
    for (Widths rows : List.of(IntegerRows.ADD_R_RM, IntegerRows.AND_R_RM, IntegerRows.OR_R_RM, IntegerRows.XOR_R_RM,
        IntegerRows.IMUL_R_RM)) {
      commutative[rows.of(Integer.SIZE).id()] = true;
      commutative[rows.of(Long.SIZE).id()] = true;
    }
    return commutative;
  }

  private static byte[] table() {
    byte[] table = new byte[(1 << Lir.OP_BITS) * OPERANDS];
    for (Row row : Rows.all()) {
      for (int i = 0; i < row.operandCount(); i++) {
        OperandForm form = row.operand(i);
        int role = (form.role().reads() ? READS : 0) | (form.role().writes() ? WRITES : 0);
        if (form.kind().takesMemory() && form.memoryBits() > 0) {
          role |= MEMORY32 | (form.memoryBits() <= Long.SIZE ? MEMORY8 : 0)
              | (form.memoryBits() <= 2 * Long.SIZE ? MEMORY16 : 0);
        }
        table[row.id() * OPERANDS + i] = (byte) role;
      }
    }
    for (Pseudo pseudo : new Pseudo[] {Pseudo.MOVE, Pseudo.PARALLEL_MOVE}) {
      set(table, pseudo, WRITES | ANY_MEMORY, READS | ANY_MEMORY, WRITES | ANY_MEMORY, READS | ANY_MEMORY);
    }
    set(table, Pseudo.CONSTANT, WRITES, 0, 0, 0);
    set(table, Pseudo.LOAD_PARAMETER, WRITES, 0, 0, 0);
    set(table, Pseudo.STORE_ARGUMENT, 0, READS | ANY_MEMORY, 0, 0);
    set(table, Pseudo.POLL, READS, 0, 0, 0);
    set(table, Pseudo.SWITCH, WRITES, READS, 0, 0);
    return table;
  }

  private static void set(byte[] table, Pseudo pseudo, int... roles) {
    for (int i = 0; i < OPERANDS; i++) {
      table[pseudo.op * OPERANDS + i] = (byte) roles[i];
    }
  }
}
