package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.SseIntegerRows;

/** Arithmetic of f32 and f64. NaNs that arithmetic yields are arithmetic ones, with any payload. */
final class FloatRules {

  /** Immediates of {@code roundss}: the mode, and no exception for inexact results (Intel SDM, volume 2, ROUNDPD). */
  static final int NEAREST = 8;
  static final int FLOOR = 9;
  static final int CEIL = 10;
  static final int TRUNC = 11;

  private static final long SIGN32 = 0x8000_0000_8000_0000L;
  private static final long SIGN64 = Long.MIN_VALUE;

  private FloatRules() {
  }

  static void rows(Rules.Table table) {
    table.row(Opcode.F32_ADD, new Arithmetic(SseFloatRows.ADDSS, true, Opcode.F32_LOAD));
    table.row(Opcode.F32_SUB, new Arithmetic(SseFloatRows.SUBSS, false, Opcode.F32_LOAD));
    table.row(Opcode.F32_MUL, new Arithmetic(SseFloatRows.MULSS, true, Opcode.F32_LOAD));
    table.row(Opcode.F32_DIV, new Arithmetic(SseFloatRows.DIVSS, false, Opcode.F32_LOAD));
    table.row(Opcode.F64_ADD, new Arithmetic(SseFloatRows.ADDSD, true, Opcode.F64_LOAD));
    table.row(Opcode.F64_SUB, new Arithmetic(SseFloatRows.SUBSD, false, Opcode.F64_LOAD));
    table.row(Opcode.F64_MUL, new Arithmetic(SseFloatRows.MULSD, true, Opcode.F64_LOAD));
    table.row(Opcode.F64_DIV, new Arithmetic(SseFloatRows.DIVSD, false, Opcode.F64_LOAD));
    table.row(Opcode.F32_SQRT, (s, i) -> scalar(s, i, SseFloatRows.SQRTSS));
    table.row(Opcode.F64_SQRT, (s, i) -> scalar(s, i, SseFloatRows.SQRTSD));
    table.row(Opcode.F64_PROMOTE_F32, (s, i) -> scalar(s, i, SseFloatRows.CVTSS2SD));
    table.row(Opcode.F32_DEMOTE_F64, (s, i) -> scalar(s, i, SseFloatRows.CVTSD2SS));
    rounding(table, Opcode.F32_NEAREST, Opcode.F64_NEAREST, NEAREST);
    rounding(table, Opcode.F32_FLOOR, Opcode.F64_FLOOR, FLOOR);
    rounding(table, Opcode.F32_CEIL, Opcode.F64_CEIL, CEIL);
    rounding(table, Opcode.F32_TRUNC, Opcode.F64_TRUNC, TRUNC);
    table.row(Opcode.F32_ABS, (s, i) -> withMask(s, i, SseFloatRows.ANDPS, ~SIGN32));
    table.row(Opcode.F64_ABS, (s, i) -> withMask(s, i, SseFloatRows.ANDPS, ~SIGN64));
    table.row(Opcode.F32_NEG, (s, i) -> withMask(s, i, SseFloatRows.XORPS, SIGN32));
    table.row(Opcode.F64_NEG, (s, i) -> withMask(s, i, SseFloatRows.XORPS, SIGN64));
    table.row(Opcode.F32_COPYSIGN, (s, i) -> copySign(s, i, SIGN32));
    table.row(Opcode.F64_COPYSIGN, (s, i) -> copySign(s, i, SIGN64));
    table.row(Opcode.F32_MIN, new Extreme(
        SseFloatRows.UCOMISS, SseFloatRows.MINSS, SseFloatRows.ORPS, SseFloatRows.ADDSS));
    table.row(Opcode.F64_MIN, new Extreme(
        SseFloatRows.UCOMISD, SseFloatRows.MINSD, SseFloatRows.ORPS, SseFloatRows.ADDSD));
    table.row(Opcode.F32_MAX, new Extreme(
        SseFloatRows.UCOMISS, SseFloatRows.MAXSS, SseFloatRows.ANDPS, SseFloatRows.ADDSS));
    table.row(Opcode.F64_MAX, new Extreme(
        SseFloatRows.UCOMISD, SseFloatRows.MAXSD, SseFloatRows.ANDPS, SseFloatRows.ADDSD));
    table.row(Opcode.I32_REINTERPRET_F32, new Reinterpretation(
        SseIntegerRows.MOVD_RM32_XMM, IntegerRows.MOV_R_RM.of(32), Opcode.F32_LOAD));
    table.row(Opcode.I64_REINTERPRET_F64, new Reinterpretation(
        SseIntegerRows.MOVQ_RM64_XMM, IntegerRows.MOV_R_RM.of(64), Opcode.F64_LOAD));
    table.row(Opcode.F32_REINTERPRET_I32, new Reinterpretation(
        SseIntegerRows.MOVD_XMM_RM32, SseIntegerRows.MOVD_XMM_RM32, Opcode.I32_LOAD));
    table.row(Opcode.F64_REINTERPRET_I64, new Reinterpretation(
        SseIntegerRows.MOVQ_XMM_RM64, SseIntegerRows.MOVQ_XMM_RM64, Opcode.I64_LOAD));
  }

  private static void rounding(Rules.Table table, Opcode single, Opcode twice, int mode) {
    table.row(single, (s, i) -> round(s, i, SseFloatRows.ROUNDSS, mode));
    table.row(twice, (s, i) -> round(s, i, SseFloatRows.ROUNDSD, mode));
  }

  /** An operator with two operands, the second of which may be in memory. */
  private record Arithmetic(Row row, boolean commutes, Opcode load) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      Graph graph = c.graph();
      if (!c.takeLoad(instruction, graph.b(instruction), load) && commutes
          && !graph.is(graph.b(instruction), IrOp.CONST)) {
        c.takeLoad(instruction, graph.a(instruction), load);
      }
    }

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.graph.a(instruction);
      int b = s.graph.b(instruction);
      boolean swap = commutes && (s.isTaken(a) || s.isConstant(a) && !s.isTaken(b) && !s.isConstant(b)
          || !s.isTaken(b) && !s.isConstant(b) && !s.features.avx()
          && !s.covering.diesAt(a, instruction) && s.covering.diesAt(b, instruction));
      int second = s.readable(swap ? a : b);
      s.binary(row, s.define(instruction), s.register(swap ? b : a), second);
    }
  }

  /** {@code d = row(a)} for an SSE row that keeps the upper lanes of its destination, which are a's then. */
  static void scalar(Selection s, int instruction, Row row) {
    int d = s.define(instruction);
    int a = s.register(s.graph.a(instruction));
    if (s.features.avx()) {
      s.binary(row, d, a, a);
    } else {
      s.lir.emit(SseFloatRows.MOVAPS_XMM_XM128, d, a);
      s.lir.emit(row, d, d);
    }
  }

  private static void round(Selection s, int instruction, Row row, int mode) {
    int d = s.define(instruction);
    int a = s.register(s.graph.a(instruction));
    if (s.features.avx()) {
      s.binary(row, d, a, a, mode);
    } else {
      s.lir.move(d, a);
      s.lir.emit(row, d, d, s.lir.immediate(mode));
    }
  }

  private static void withMask(Selection s, int instruction, Row row, long mask) {
    s.binary(row, s.define(instruction), s.register(s.graph.a(instruction)), s.lir.constant(mask, mask));
  }

  private static void copySign(Selection s, int instruction, long sign) {
    int magnitude = s.temporary(s.lirType(instruction));
    int signs = s.temporary(s.lirType(instruction));
    s.binary(SseFloatRows.ANDPS, magnitude, s.register(s.graph.a(instruction)), s.lir.constant(~sign, ~sign));
    s.binary(SseFloatRows.ANDPS, signs, s.register(s.graph.b(instruction)), s.lir.constant(sign, sign));
    s.binary(SseFloatRows.ORPS, s.define(instruction), magnitude, signs);
  }

  /**
   * Minimum and maximum. The machine's gives its second operand where both are zero, or one is NaN: equal operands are
   * joined bit by bit, so that one sign decides, and NaNs added.
   */
  private record Extreme(Row compare, Row row, Row join, Row add) implements Rule {

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.register(s.graph.a(instruction));
      int b = s.register(s.graph.b(instruction));
      int d = s.define(instruction);
      int different = s.lir.block();
      int same = s.lir.block();
      int done = s.lir.block();
      s.lir.emit(s.form(compare), a, Lir.orStack(b));
      s.lir.branch(Condition.NE, different, same);
      s.begin(different);
      s.binary(row, d, a, Lir.orStack(b));
      s.lir.jump(done);
      s.begin(done);
      s.seldom(instruction, () -> {
        int number = s.lir.block();
        int nan = s.lir.block();
        s.begin(same);
        s.lir.branch(Condition.P, nan, number);
        s.begin(number);
        s.binary(join, d, a, b);
        s.lir.jump(done);
        s.begin(nan);
        s.binary(add, d, a, Lir.orStack(b));
        s.lir.jump(done);
      });
    }
  }

  /** Bits of one kind of register, or of memory, in the other kind. */
  private record Reinterpretation(Row move, Row load, Opcode source) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      c.takeLoad(instruction, c.graph().a(instruction), source);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.graph.a(instruction);
      Row row = s.isTaken(a) ? load : move;
      Row form = s.features.avx() && VexForms.of(row) != null ? VexForms.of(row) : row;
      s.lir.emit(form, s.define(instruction), s.isTaken(a) ? s.readable(a) : s.register(a));
    }
  }
}
