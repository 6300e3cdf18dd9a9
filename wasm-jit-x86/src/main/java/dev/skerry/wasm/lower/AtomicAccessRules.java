package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.x64.AtomicRows;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Widths;

/**
 * Atomic loads, stores and read-modify-writes, sequentially consistent: on this machine plain loads, and locked
 * instructions for all that writes. Addresses were checked before.
 */
final class AtomicAccessRules {

  /** Opcodes of one kind in their order: width in memory, and whether the operator is one on i64. */
  private static final int[] BITS = {32, 64, 8, 16, 8, 16, 32};
  private static final Row[] EXTENSIONS = {
    null, null, IntegerRows.MOVZX_R_RM8.of(32), IntegerRows.MOVZX_R_RM16.of(32),
    IntegerRows.MOVZX_R_RM8.of(32), IntegerRows.MOVZX_R_RM16.of(32), IntegerRows.MOV_R_RM.of(32)
  };
  private static final Row[] LOADS = {
    IntegerRows.MOV_R_RM.of(32), IntegerRows.MOV_R_RM.of(64), IntegerRows.MOVZX_R_RM8.of(32),
    IntegerRows.MOVZX_R_RM16.of(32), IntegerRows.MOVZX_R_RM8.of(32), IntegerRows.MOVZX_R_RM16.of(32),
    IntegerRows.MOV_R_RM.of(32)
  };

  private AtomicAccessRules() {
  }

  static void rows(Rules.Table table) {
    for (int k = 0; k < BITS.length; k++) {
      int bits = BITS[k];
      Row load = LOADS[k];
      Row extension = EXTENSIONS[k];
      table.row(at(Opcode.I32_ATOMIC_LOAD, k), (s, i) ->
          s.lir.emit(load, s.define(i), s.accesses.operand(s, i)));
      table.row(at(Opcode.I32_ATOMIC_STORE, k), (s, i) -> {
        int value = copy(s, s.graph.b(i));
        s.lir.emit(IntegerRows.XCHG.of(bits), s.accesses.operand(s, i), value);
      });
      table.row(at(Opcode.I32_ATOMIC_RMW_ADD, k), new Exchange(bits, extension, AtomicRows.LOCK_XADD, false));
      table.row(at(Opcode.I32_ATOMIC_RMW_SUB, k), new Exchange(bits, extension, AtomicRows.LOCK_XADD, true));
      table.row(at(Opcode.I32_ATOMIC_RMW_XCHG, k), new Exchange(bits, extension, IntegerRows.XCHG, false));
      table.row(at(Opcode.I32_ATOMIC_RMW_AND, k),
          new Update(bits, extension, load, AtomicRows.LOCK_AND_M_R, IntegerRows.AND_R_RM));
      table.row(at(Opcode.I32_ATOMIC_RMW_OR, k),
          new Update(bits, extension, load, AtomicRows.LOCK_OR_M_R, IntegerRows.OR_R_RM));
      table.row(at(Opcode.I32_ATOMIC_RMW_XOR, k),
          new Update(bits, extension, load, AtomicRows.LOCK_XOR_M_R, IntegerRows.XOR_R_RM));
      table.row(at(Opcode.I32_ATOMIC_RMW_CMPXCHG, k), (s, i) -> compareAndExchange(s, i, bits, extension));
    }
    table.row(Opcode.ATOMIC_FENCE, (s, i) -> s.lir.emit(AtomicRows.MFENCE));
  }

  private static Opcode at(Opcode first, int further) {
    return Opcode.ofPrefixFe((first.code & 0xff) + further);
  }

  /** A register of its own with the value. */
  private static int copy(Selection s, int value) {
    int register = s.temporary(s.lirType(value));
    s.lir.move(register, s.register(value));
    return register;
  }

  /** Gives the lowest bits of a register as the result, zero-extended. */
  private static void result(Selection s, int instruction, int register, Row extension) {
    if (extension == null) {
      s.lir.move(s.define(instruction), register);
    } else {
      s.lir.emit(extension, s.define(instruction), register);
    }
  }

  /** What one instruction does that gives back what was there. */
  private record Exchange(int bits, Row extension, Widths row, boolean negate) implements Rule {

    @Override
    public void lower(Selection s, int instruction) {
      int value = copy(s, s.graph.b(instruction));
      if (negate) {
        s.lir.emit(IntegerRows.NEG.of(Math.max(bits, 32)), value);
      }
      s.lir.emit(row.of(bits), s.accesses.operand(s, instruction), value);
      result(s, instruction, value, extension);
    }
  }

  /** Bitwise operators: one instruction if what was there does not matter, else tries until nobody came between. */
  private record Update(int bits, Row extension, Row load, Widths locked, Widths operator) implements Rule {

    @Override
    public void lower(Selection s, int instruction) {
      int value = s.register(s.graph.b(instruction));
      int memory = s.accesses.operand(s, instruction);
      if (s.covering.uses(instruction) == 0) {
        s.lir.emit(locked.of(bits), memory, value);
        return;
      }
      int type = s.graph.type(instruction) == IrType.I64 ? Lir.I64 : Lir.I32;
      int before = s.temporary(type);
      int after = s.temporary(type);
      s.lir.emit(load, before, memory);
      int loop = s.lir.block();
      int again = s.lir.block();
      int done = s.lir.block();
      s.lir.jump(loop);
      s.beginLoop(loop);
      s.lir.move(after, before);
      s.lir.emit(operator.of(Math.max(bits, 32)), after, value);
      s.lir.emit(AtomicRows.LOCK_CMPXCHG.of(bits), memory, after);
      s.lir.fixedUse(before, Lir.of(Gpr.RAX));
      s.lir.fixedDef(before, Lir.of(Gpr.RAX));
      s.lir.branch(Condition.NE, again, done);
      s.begin(again);
      s.lir.jump(loop);
      s.begin(done);
      result(s, instruction, before, extension);
    }
  }

  private static void compareAndExchange(Selection s, int instruction, int bits, Row extension) {
    int found = copy(s, s.graph.b(instruction));
    int replacement = s.register(s.graph.c(instruction));
    s.lir.emit(AtomicRows.LOCK_CMPXCHG.of(bits), s.accesses.operand(s, instruction), replacement);
    s.lir.fixedUse(found, Lir.of(Gpr.RAX));
    s.lir.fixedDef(found, Lir.of(Gpr.RAX));
    result(s, instruction, found, extension);
  }
}
