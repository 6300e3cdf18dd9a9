package dev.skerry.wasm.lower;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.SseFloatRows;
import java.util.function.IntConsumer;

/**
 * Conversions between integers and floats. The machine truncates to signed numbers, and gives the least one where the
 * result does not fit; what then has to be told apart is done at the end of the code.
 */
final class ConversionRules {

  private static final long LOW_HALF = 0xffff_ffffL;

  private ConversionRules() {
  }

  static void rows(Rules.Table table) {
    Format single = new Format(SseFloatRows.UCOMISS, SseFloatRows.SUBSS, SseFloatRows.CVTTSS2SI_R32_XM32,
        SseFloatRows.CVTTSS2SI_R64_XM32, Lir.F32);
    Format twice = new Format(SseFloatRows.UCOMISD, SseFloatRows.SUBSD, SseFloatRows.CVTTSD2SI_R32_XM64,
        SseFloatRows.CVTTSD2SI_R64_XM64, Lir.F64);
    table.row(Opcode.I32_TRUNC_F32_S, new Truncation(single, 32));
    table.row(Opcode.I32_TRUNC_F64_S, new Truncation(twice, 32));
    table.row(Opcode.I64_TRUNC_F32_S, new Truncation(single, 64));
    table.row(Opcode.I64_TRUNC_F64_S, new Truncation(twice, 64));
    table.row(Opcode.I32_TRUNC_F32_U, new TruncationToU32(single));
    table.row(Opcode.I32_TRUNC_F64_U, new TruncationToU32(twice));
    table.row(Opcode.I64_TRUNC_F32_U, new TruncationToU64(single));
    table.row(Opcode.I64_TRUNC_F64_U, new TruncationToU64(twice));
    table.row(Opcode.I32_TRUNC_SAT_F32_S, new Saturation(single, 32));
    table.row(Opcode.I32_TRUNC_SAT_F64_S, new Saturation(twice, 32));
    table.row(Opcode.I64_TRUNC_SAT_F32_S, new Saturation(single, 64));
    table.row(Opcode.I64_TRUNC_SAT_F64_S, new Saturation(twice, 64));
    table.row(Opcode.I32_TRUNC_SAT_F32_U, new SaturationToU32(single));
    table.row(Opcode.I32_TRUNC_SAT_F64_U, new SaturationToU32(twice));
    table.row(Opcode.I64_TRUNC_SAT_F32_U, new SaturationToU64(single));
    table.row(Opcode.I64_TRUNC_SAT_F64_U, new SaturationToU64(twice));
    table.row(Opcode.F32_CONVERT_I32_S, new Conversion(SseFloatRows.CVTSI2SS_XMM_RM32, Opcode.I32_LOAD));
    table.row(Opcode.F64_CONVERT_I32_S, new Conversion(SseFloatRows.CVTSI2SD_XMM_RM32, Opcode.I32_LOAD));
    table.row(Opcode.F32_CONVERT_I64_S, new Conversion(SseFloatRows.CVTSI2SS_XMM_RM64, Opcode.I64_LOAD));
    table.row(Opcode.F64_CONVERT_I64_S, new Conversion(SseFloatRows.CVTSI2SD_XMM_RM64, Opcode.I64_LOAD));
    table.row(Opcode.F32_CONVERT_I32_U, (s, i) ->
        convert(s, SseFloatRows.CVTSI2SS_XMM_RM64, s.define(i), s.register(s.graph.a(i))));
    table.row(Opcode.F64_CONVERT_I32_U, (s, i) ->
        convert(s, SseFloatRows.CVTSI2SD_XMM_RM64, s.define(i), s.register(s.graph.a(i))));
    table.row(Opcode.F32_CONVERT_I64_U, (s, i) ->
        convertU64(s, i, SseFloatRows.CVTSI2SS_XMM_RM64, SseFloatRows.ADDSS));
    table.row(Opcode.F64_CONVERT_I64_U, (s, i) ->
        convertU64(s, i, SseFloatRows.CVTSI2SD_XMM_RM64, SseFloatRows.ADDSD));
  }

  /** The rows of one float type. */
  private record Format(Row compare, Row subtract, Row truncate32, Row truncate64, int lirType) {

    boolean isSingle() {
      return lirType == Lir.F32;
    }

    /** Memory that holds the number. */
    int constant(Selection s, double number) {
      return s.lir.constant(isSingle() ? Float.floatToRawIntBits((float) number) & LOW_HALF
          : Double.doubleToRawLongBits(number));
    }

    void compare(Selection s, int a, double number) {
      s.lir.emit(s.form(compare), a, constant(s, number));
    }

    void compareWithItself(Selection s, int a) {
      s.lir.emit(s.form(compare), a, a);
    }

    void truncate(Selection s, int d, int a, int bits) {
      s.lir.emit(s.form(bits == 32 ? truncate32 : truncate64), d, a);
    }

    /** {@code a - 2^63}. */
    int lessTwo63(Selection s, int a) {
      int less = s.temporary(lirType);
      s.binary(subtract, less, a, constant(s, 0x1p63));
      return less;
    }
  }

  /** A signed integer to a float. */
  private record Conversion(Row row, Opcode load) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      c.takeLoad(instruction, c.graph().a(instruction), load);
      if (load == Opcode.I32_LOAD) {
        c.take(instruction, c.graph().a(instruction), Opcode.I32_WRAP_I64);
      }
    }

    @Override
    public void lower(Selection s, int instruction) {
      convert(s, row, s.define(instruction), s.readable(s.graph.a(instruction)));
    }
  }

  /** The upper lanes come from a register that was just cleared, so that nothing is waited for. */
  private static void convert(Selection s, Row row, int d, int a) {
    s.zero(d);
    if (s.features.avx()) {
      s.lir.emit(s.form(row), d, d, a);
    } else {
      s.lir.emit(row, d, a);
    }
  }

  /** Numbers from 2^63 on are halved, the lowest bit kept so that rounding sees it, and doubled again. */
  private static void convertU64(Selection s, int instruction, Row row, Row add) {
    int a = s.register(s.graph.a(instruction));
    int d = s.define(instruction);
    int small = s.lir.block();
    int large = s.lir.block();
    int done = s.lir.block();
    s.lir.emit(IntegerRows.TEST_RM_R.of(64), a, a);
    s.lir.branch(Condition.NS, small, large);
    s.begin(small);
    convert(s, row, d, a);
    s.lir.jump(done);
    s.begin(done);
    s.seldom(instruction, () -> {
      s.begin(large);
      int half = s.temporary(Lir.I64);
      int lowest = s.temporary(Lir.I64);
      s.lir.move(half, a);
      s.lir.emit(IntegerRows.SHR_RM_UIMM8.of(64), half, s.lir.immediate(1));
      s.lir.move(lowest, a);
      s.lir.emit(IntegerRows.AND_RM_IMM8.of(32), lowest, s.lir.immediate(1));
      s.lir.emit(IntegerRows.OR_R_RM.of(64), half, lowest);
      int converted = s.temporary(s.lirType(instruction));
      convert(s, row, converted, half);
      s.binary(add, d, converted, converted);
      s.lir.jump(done);
    });
  }

  /** To signed numbers: the least one as result is looked at again. */
  private record Truncation(Format from, int bits) implements Rule {

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.register(s.graph.a(instruction));
      int d = s.define(instruction);
      suspect(s, instruction, a, d, from, bits, done -> {
        from.compareWithItself(s, a);
        s.lir.trapIf(Condition.P, Trap.Kind.INVALID_CONVERSION);
        if (bits == 32 && !from.isSingle()) {
          from.compare(s, a, -0x1p31 - 1);
          s.lir.trapIf(Condition.BE, Trap.Kind.INTEGER_OVERFLOW);
        } else {
          from.compare(s, a, bits == 32 ? -0x1p31 : -0x1p63);
          s.lir.trapIf(Condition.B, Trap.Kind.INTEGER_OVERFLOW);
        }
        from.compare(s, a, 0);
        s.lir.trapIf(Condition.A, Trap.Kind.INTEGER_OVERFLOW);
        s.lir.jump(done);
      });
    }
  }

  /** Truncates to signed numbers, and looks again if the result is the least one. */
  private static void suspect(
      Selection s, int instruction, int a, int d, Format from, int bits, IntConsumer second) {
    from.truncate(s, d, a, bits);
    s.lir.emit(IntegerRows.CMP_RM_IMM8.of(bits), d, s.lir.immediate(1));
    s.unless(instruction, Condition.NO, second);
  }

  /** To signed numbers, the nearest one: 0 for NaN. */
  private record Saturation(Format from, int bits) implements Rule {

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.register(s.graph.a(instruction));
      int d = s.define(instruction);
      suspect(s, instruction, a, d, from, bits, done -> {
        int type = IntegerRules.lirType(bits);
        int most = s.load(type, bits == 32 ? Integer.MAX_VALUE : Long.MAX_VALUE);
        int zero = s.load(type, 0);
        from.compare(s, a, 0);
        s.lir.emit(IntegerRules.conditionalMove(Condition.A, bits), d, most);
        s.lir.emit(IntegerRules.conditionalMove(Condition.P, bits), d, zero);
        s.lir.jump(done);
      });
    }
  }

  /** Truncates by way of 64 bits; where the upper half is not zero the number does not fit. */
  private static void suspectU32(
      Selection s, int instruction, int a, int d, Format from, IntConsumer second) {
    int wide = s.temporary(Lir.I64);
    from.truncate(s, wide, a, 64);
    s.lir.emit(IntegerRows.MOV_R_RM.of(32), d, wide);
    s.lir.emit(IntegerRows.CMP_R_RM.of(64), wide, d);
    s.unless(instruction, Condition.E, second);
  }

  private record TruncationToU32(Format from) implements Rule {

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.register(s.graph.a(instruction));
      suspectU32(s, instruction, a, s.define(instruction), from, done -> {
        from.compareWithItself(s, a);
        s.lir.trapIf(Condition.P, Trap.Kind.INVALID_CONVERSION);
        s.lir.trap(Trap.Kind.INTEGER_OVERFLOW);
      });
    }
  }

  private record SaturationToU32(Format from) implements Rule {

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.register(s.graph.a(instruction));
      int d = s.define(instruction);
      suspectU32(s, instruction, a, d, from, done -> {
        int most = s.load(Lir.I32, LOW_HALF);
        int zero = s.load(Lir.I32, 0);
        from.compare(s, a, 0);
        s.lir.move(d, most);
        s.lir.emit(IntegerRules.conditionalMove(Condition.BE, 32), d, zero);
        s.lir.jump(done);
      });
    }
  }

  /** Truncates to signed numbers, and looks again if the result is negative. */
  private static void suspectU64(
      Selection s, int instruction, int a, int d, Format from, IntConsumer second) {
    from.truncate(s, d, a, 64);
    s.lir.emit(IntegerRows.TEST_RM_R.of(64), d, d);
    s.unless(instruction, Condition.NS, second);
  }

  private record TruncationToU64(Format from) implements Rule {

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.register(s.graph.a(instruction));
      int d = s.define(instruction);
      suspectU64(s, instruction, a, d, from, done -> {
        from.compareWithItself(s, a);
        s.lir.trapIf(Condition.P, Trap.Kind.INVALID_CONVERSION);
        from.truncate(s, d, from.lessTwo63(s, a), 64);
        s.lir.emit(IntegerRows.TEST_RM_R.of(64), d, d);
        s.lir.trapIf(Condition.S, Trap.Kind.INTEGER_OVERFLOW);
        s.lir.emit(IntegerRows.XOR_R_RM.of(64), d, s.load(Lir.I64, Long.MIN_VALUE));
        s.lir.jump(done);
      });
    }
  }

  private record SaturationToU64(Format from) implements Rule {

    @Override
    public void lower(Selection s, int instruction) {
      int a = s.register(s.graph.a(instruction));
      int d = s.define(instruction);
      suspectU64(s, instruction, a, d, from, done -> {
        int rest = s.temporary(Lir.I64);
        int most = s.load(Lir.I64, -1);
        int zero = s.load(Lir.I64, 0);
        from.truncate(s, rest, from.lessTwo63(s, a), 64);
        s.lir.move(d, rest);
        s.lir.emit(IntegerRows.XOR_R_RM.of(64), d, s.load(Lir.I64, Long.MIN_VALUE));
        s.lir.emit(IntegerRows.TEST_RM_R.of(64), rest, rest);
        s.lir.emit(IntegerRules.conditionalMove(Condition.S, 64), d, most);
        from.compare(s, a, 0);
        s.lir.emit(IntegerRules.conditionalMove(Condition.BE, 64), d, zero);
        s.lir.jump(done);
      });
    }
  }
}
