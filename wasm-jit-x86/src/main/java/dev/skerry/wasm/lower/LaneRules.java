package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.SseIntegerRows;

/** Operators on vectors whose machine instructions depend on lane numbers, on counts or on whether flags will do. */
final class LaneRules {

  private static final int UPPER_HALF = 0xee;
  private static final int HIGH_LANE = 1;

  private LaneRules() {
  }

  static void rows(Rules.Table table) {
    table.row(Opcode.I16X8_EXTRACT_LANE_S, (s, i) -> {
      int lane = s.temporary(Lir.I32);
      s.unary(SseIntegerRows.PEXTRW_R32_XMM_UIMM8, lane, vector(s, i), lane(s, i));
      s.lir.emit(IntegerRows.MOVSX_R_RM16.of(32), s.define(i), lane);
    });
    table.row(Opcode.I32X4_EXTRACT_LANE, (s, i) ->
        extract(s, i, SseIntegerRows.MOVD_RM32_XMM, SseIntegerRows.PEXTRD));
    table.row(Opcode.I64X2_EXTRACT_LANE, (s, i) ->
        extract(s, i, SseIntegerRows.MOVQ_RM64_XMM, SseIntegerRows.PEXTRQ));
    table.row(Opcode.F32X4_EXTRACT_LANE, LaneRules::extractFloat);
    table.row(Opcode.F64X2_EXTRACT_LANE, LaneRules::extractFloat);
    table.row(Opcode.F32X4_REPLACE_LANE, (s, i) ->
        s.binary(SseFloatRows.INSERTPS, s.define(i), vector(s, i), s.register(s.graph.b(i)), lane(s, i) << 4));
    table.row(Opcode.F64X2_REPLACE_LANE, (s, i) ->
        s.binary(lane(s, i) == HIGH_LANE ? SseFloatRows.UNPCKLPD : SseFloatRows.MOVSD_XMM_XMM,
            s.define(i), vector(s, i), s.register(s.graph.b(i))));
    table.row(Opcode.I8X16_SHUFFLE, new ShuffleRule());
    table.row(Opcode.V128_ANY_TRUE, new AnyTrue());
    table.row(Opcode.I8X16_ALL_TRUE, new AllTrue(SseIntegerRows.PCMPEQB));
    table.row(Opcode.I16X8_ALL_TRUE, new AllTrue(SseIntegerRows.PCMPEQW));
    table.row(Opcode.I32X4_ALL_TRUE, new AllTrue(SseIntegerRows.PCMPEQD));
    table.row(Opcode.I64X2_ALL_TRUE, new AllTrue(SseIntegerRows.PCMPEQQ));
    table.row(Opcode.I16X8_SHL, new Shift(16, SseIntegerRows.PSLLW_XMM_UIMM8, SseIntegerRows.PSLLW_XMM_XM128));
    table.row(Opcode.I16X8_SHR_S, new Shift(16, SseIntegerRows.PSRAW_XMM_UIMM8, SseIntegerRows.PSRAW_XMM_XM128));
    table.row(Opcode.I16X8_SHR_U, new Shift(16, SseIntegerRows.PSRLW_XMM_UIMM8, SseIntegerRows.PSRLW_XMM_XM128));
    table.row(Opcode.I32X4_SHL, new Shift(32, SseIntegerRows.PSLLD_XMM_UIMM8, SseIntegerRows.PSLLD_XMM_XM128));
    table.row(Opcode.I32X4_SHR_S, new Shift(32, SseIntegerRows.PSRAD_XMM_UIMM8, SseIntegerRows.PSRAD_XMM_XM128));
    table.row(Opcode.I32X4_SHR_U, new Shift(32, SseIntegerRows.PSRLD_XMM_UIMM8, SseIntegerRows.PSRLD_XMM_XM128));
    table.row(Opcode.I64X2_SHL, new Shift(64, SseIntegerRows.PSLLQ_XMM_UIMM8, SseIntegerRows.PSLLQ_XMM_XM128));
    table.row(Opcode.I64X2_SHR_U, new Shift(64, SseIntegerRows.PSRLQ_XMM_UIMM8, SseIntegerRows.PSRLQ_XMM_XM128));
    table.row(Opcode.I64X2_SHR_S, LaneRules::shiftRight64);
    table.row(Opcode.I8X16_SHL, (s, i) -> shiftBytes(s, i, true));
    table.row(Opcode.I8X16_SHR_U, (s, i) -> shiftBytes(s, i, false));
    table.row(Opcode.I8X16_SHR_S, LaneRules::shiftRightBytes);
  }

  private static int vector(Selection s, int instruction) {
    return s.register(s.graph.a(instruction));
  }

  private static int lane(Selection s, int instruction) {
    return (int) s.graph.imm(instruction);
  }

  private static void extract(Selection s, int instruction, Row first, Row other) {
    if (lane(s, instruction) == 0) {
      s.unary(first, s.define(instruction), vector(s, instruction));
    } else {
      s.unary(other, s.define(instruction), vector(s, instruction), lane(s, instruction));
    }
  }

  /** The lowest lane is the float; another one is copied there. */
  private static void extractFloat(Selection s, int instruction) {
    int lane = lane(s, instruction);
    if (lane == 0) {
      s.lir.move(s.define(instruction), vector(s, instruction));
    } else {
      int selector = s.graph.is(instruction, Opcode.F64X2_EXTRACT_LANE) ? UPPER_HALF : lane;
      s.unary(SseIntegerRows.PSHUFD, s.define(instruction), vector(s, instruction), selector);
    }
  }

  private record AnyTrue() implements ConditionRule {

    @Override
    public Test test(Selection s, int instruction) {
      int a = vector(s, instruction);
      s.lir.emit(s.form(SseIntegerRows.PTEST), a, a);
      return Test.of(Condition.NE);
    }
  }

  /** All lanes differ from zero if no lane compares equal to it. */
  private record AllTrue(Row equal) implements ConditionRule {

    @Override
    public Test test(Selection s, int instruction) {
      int zero = s.temporary(Lir.V128);
      int equals = s.temporary(Lir.V128);
      s.zero(zero);
      s.binary(equal, equals, zero, vector(s, instruction));
      s.lir.emit(s.form(SseIntegerRows.PTEST), equals, equals);
      return Test.of(Condition.E);
    }
  }

  /** The count, which wraps at the width, in a vector register. */
  static int count(Selection s, int instruction, int width, int more) {
    int masked = s.temporary(Lir.I32);
    s.lir.move(masked, s.register(s.graph.b(instruction)));
    s.lir.emit(IntegerRows.AND_RM_IMM8.of(32), masked, s.lir.immediate(width - 1));
    if (more != 0) {
      s.lir.emit(IntegerRows.ADD_RM_IMM8.of(32), masked, s.lir.immediate(more));
    }
    int count = s.temporary(Lir.V128);
    s.lir.emit(s.form(SseIntegerRows.MOVD_XMM_RM32), count, masked);
    return count;
  }

  static boolean isConstantShift(Selection s, int instruction) {
    return s.graph.is(s.graph.b(instruction), IrOp.CONST);
  }

  static int constantCount(Selection s, int instruction, int width) {
    return (int) s.constant(s.graph.b(instruction)) & width - 1;
  }

  /** A shift that the machine has for the width. */
  private record Shift(int width, Row byConstant, Row byVector) implements Rule {

    @Override
    public void lower(Selection s, int instruction) {
      int d = s.define(instruction);
      if (isConstantShift(s, instruction)) {
        s.shift(byConstant, d, vector(s, instruction), constantCount(s, instruction, width));
      } else {
        s.binary(byVector, d, vector(s, instruction), count(s, instruction, width, 0));
      }
    }
  }

  /** Arithmetic, of 64 bits: a logical shift, whose result gets the sign back by an exclusive or and a subtraction. */
  private static void shiftRight64(Selection s, int instruction) {
    int a = vector(s, instruction);
    int shifted = s.temporary(Lir.V128);
    int turned = s.temporary(Lir.V128);
    int sign;
    if (isConstantShift(s, instruction)) {
      int count = constantCount(s, instruction, 64);
      s.shift(SseIntegerRows.PSRLQ_XMM_UIMM8, shifted, a, count);
      sign = loaded(s, Long.MIN_VALUE >>> count);
    } else {
      int count = count(s, instruction, 64, 0);
      sign = s.temporary(Lir.V128);
      s.binary(SseIntegerRows.PSRLQ_XMM_XM128, sign, loaded(s, Long.MIN_VALUE), count);
      s.binary(SseIntegerRows.PSRLQ_XMM_XM128, shifted, a, count);
    }
    s.binary(SseIntegerRows.PXOR, turned, shifted, sign);
    s.binary(SseIntegerRows.PSUBQ, s.define(instruction), turned, sign);
  }

  private static int loaded(Selection s, long half) {
    int register = s.temporary(Lir.V128);
    s.lir.load(register, s.lir.constant(half, half));
    return register;
  }

  /** Of bytes, logical: by lanes of 16 bits, without the bits that came from the neighbour. */
  private static void shiftBytes(Selection s, int instruction, boolean left) {
    int a = vector(s, instruction);
    int shifted = s.temporary(Lir.V128);
    int d = s.define(instruction);
    if (isConstantShift(s, instruction)) {
      int count = constantCount(s, instruction, Byte.SIZE);
      s.shift(left ? SseIntegerRows.PSLLW_XMM_UIMM8 : SseIntegerRows.PSRLW_XMM_UIMM8, shifted, a, count);
      long mask = (left ? 0xff << count & 0xff : 0xff >>> count) * 0x0101_0101_0101_0101L;
      s.binary(SseIntegerRows.PAND, d, shifted, s.lir.constant(mask, mask));
      return;
    }
    Row row = left ? SseIntegerRows.PSLLW_XMM_XM128 : SseIntegerRows.PSRLW_XMM_XM128;
    int count = count(s, instruction, Byte.SIZE, 0);
    int words = s.temporary(Lir.V128);
    int low = s.temporary(Lir.V128);
    int mask = s.temporary(Lir.V128);
    long bytes = 0x00ff_00ff_00ff_00ffL;
    s.binary(row, words, loaded(s, bytes), count);
    s.binary(SseIntegerRows.PAND, low, words, s.lir.constant(bytes, bytes));
    s.binary(SseIntegerRows.PACKUSWB, mask, low, low);
    s.binary(row, shifted, a, count);
    s.binary(SseIntegerRows.PAND, d, shifted, mask);
  }

  /** Of bytes, arithmetic: each as the upper half of a lane of 16 bits, shifted by 8 more. */
  private static void shiftRightBytes(Selection s, int instruction) {
    int a = vector(s, instruction);
    int[] halves = {s.temporary(Lir.V128), s.temporary(Lir.V128)};
    int[] shifted = {s.temporary(Lir.V128), s.temporary(Lir.V128)};
    s.binary(SseIntegerRows.PUNPCKLBW, halves[0], a, a);
    s.binary(SseIntegerRows.PUNPCKHBW, halves[1], a, a);
    if (isConstantShift(s, instruction)) {
      int count = constantCount(s, instruction, Byte.SIZE) + Byte.SIZE;
      for (int k = 0; k < 2; k++) {
        s.shift(SseIntegerRows.PSRAW_XMM_UIMM8, shifted[k], halves[k], count);
      }
    } else {
      int count = count(s, instruction, Byte.SIZE, Byte.SIZE);
      for (int k = 0; k < 2; k++) {
        s.binary(SseIntegerRows.PSRAW_XMM_XM128, shifted[k], halves[k], count);
      }
    }
    s.binary(SseIntegerRows.PACKSSWB, s.define(instruction), shifted[0], shifted[1]);
  }
}
