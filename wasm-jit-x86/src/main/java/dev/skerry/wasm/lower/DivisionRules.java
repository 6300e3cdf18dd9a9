package dev.skerry.wasm.lower;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Widths;

/** Division, which traps, and the upper half of products, both in registers that the machine fixes. */
final class DivisionRules {

  private DivisionRules() {
  }

  static void rows(Rules.Table table) {
    table.row(Opcode.I32_DIV_S, new Division(32, true, true));
    table.row(Opcode.I32_DIV_U, new Division(32, false, true));
    table.row(Opcode.I32_REM_S, new Division(32, true, false));
    table.row(Opcode.I32_REM_U, new Division(32, false, false));
    table.row(Opcode.I64_DIV_S, new Division(64, true, true));
    table.row(Opcode.I64_DIV_U, new Division(64, false, true));
    table.row(Opcode.I64_REM_S, new Division(64, true, false));
    table.row(Opcode.I64_REM_U, new Division(64, false, false));
    table.row(IrOp.MUL_HIGH_S, (s, i) -> high(s, i, IntegerRows.IMUL_RM));
    table.row(IrOp.MUL_HIGH_U, (s, i) -> high(s, i, IntegerRows.MUL));
  }

  private static void high(Selection s, int instruction, Widths row) {
    int low = s.temporary(Lir.I64);
    s.lir.move(low, s.register(s.graph.a(instruction)));
    s.lir.emit(row.of(64), Lir.orStack(s.register(s.graph.b(instruction))));
    s.lir.fixedUse(low, Lir.of(Gpr.RAX));
    s.lir.clobber(Lir.of(Gpr.RAX));
    s.lir.fixedDef(s.define(instruction), Lir.of(Gpr.RDX));
  }

  private record Division(int bits, boolean signed, boolean quotient) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      IntegerRules.coverHalves(c, instruction, bits);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.low(s.graph.a(instruction));
      int b = s.graph.b(instruction);
      // Made here, so that the proof sees that it is not zero.
      int divisor = s.isConstant(b) ? s.load(IntegerRules.lirType(bits), s.constant(b)) : s.low(b);
      long constant = s.isConstant(b) ? bits == 32 ? (int) s.constant(b) : s.constant(b) : 0;
      if (constant == 0) {
        s.lir.emit(IntegerRows.TEST_RM_R.of(bits), divisor, divisor);
        s.lir.trapIf(Condition.E, Trap.Kind.INTEGER_DIVIDE_BY_ZERO);
      }
      if (signed && (constant == 0 || constant == -1)) {
        if (quotient) {
          checkOverflow(s, a, divisor);
        } else {
          divisor = oneForMinusOne(s, divisor);
        }
      }
      divide(s, instruction, a, divisor);
    }

    /** The least number by -1: the sum of both with what makes each of them zero has no bit. */
    private void checkOverflow(Selection s, int a, int divisor) {
      int type = IntegerRules.lirType(bits);
      int dividend = s.temporary(type);
      int plusOne = s.temporary(type);
      if (bits == 32) {
        s.lir.emit(IntegerRows.LEA.of(32), dividend, s.lir.memory(a, Integer.MIN_VALUE));
      } else {
        s.lir.move(dividend, s.load(Lir.I64, Long.MIN_VALUE));
        s.lir.emit(IntegerRows.XOR_R_RM.of(64), dividend, a);
      }
      s.lir.emit(IntegerRows.LEA.of(bits), plusOne, s.lir.memory(divisor, 1));
      s.lir.emit(IntegerRows.OR_R_RM.of(bits), dividend, plusOne);
      s.lir.trapIf(Condition.E, Trap.Kind.INTEGER_OVERFLOW);
    }

    /** The remainder by -1 is that by 1, which the machine computes for all numbers. */
    private int oneForMinusOne(Selection s, int divisor) {
      int type = IntegerRules.lirType(bits);
      int one = s.load(type, 1);
      int safe = s.temporary(type);
      s.lir.move(safe, divisor);
      s.lir.emit(IntegerRows.CMP_RM_IMM8.of(bits), safe, s.lir.immediate(-1));
      s.lir.emit(IntegerRules.conditionalMove(Condition.E, bits), safe, one);
      return safe;
    }

    private void divide(Selection s, int instruction, int a, int divisor) {
      int type = IntegerRules.lirType(bits);
      int low = s.temporary(type);
      int high = s.temporary(type);
      s.lir.move(low, a);
      if (signed) {
        s.lir.emit(bits == 32 ? IntegerRows.CDQ : IntegerRows.CQO);
        s.lir.fixedUse(low, Lir.of(Gpr.RAX));
        s.lir.fixedDef(high, Lir.of(Gpr.RDX));
      } else {
        s.lir.load(high, s.lir.immediate(0));
      }
      s.lir.emit((signed ? IntegerRows.IDIV : IntegerRows.DIV).of(bits), Lir.orStack(divisor));
      s.lir.fixedUse(low, Lir.of(Gpr.RAX));
      s.lir.fixedUse(high, Lir.of(Gpr.RDX));
      s.lir.fixedDef(s.define(instruction), Lir.of(quotient ? Gpr.RAX : Gpr.RDX));
      s.lir.clobber(Lir.of(quotient ? Gpr.RDX : Gpr.RAX));
    }
  }
}
