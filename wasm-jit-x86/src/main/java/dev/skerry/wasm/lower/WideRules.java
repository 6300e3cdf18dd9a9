package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.CompilationRefused;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.x64.AvxFloatRows;
import dev.skerry.wasm.x64.AvxIntegerRows;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.Widths;
import java.util.EnumMap;
import java.util.Map;

/**
 * Instructions that make vectors of 256 bits or take them, for processors with AVX2. Operators that a {@link Recipe}
 * says are that recipe's, with wide rows.
 */
final class WideRules {

  static final int BITS = 256;

  private static final int BYTES_OF_HALF = 16;
  /** The upper half of the first operand, then the lower half of the second. */
  private static final int BETWEEN = 0x21;
  private static final Map<Opcode, Rule> OWN = new EnumMap<>(Opcode.class);

  static {
    OWN.put(Opcode.V128_LOAD, access((s, i) ->
        s.lir.emit(AvxFloatRows.VMOVUPS_V_VM.of(BITS), s.define(i), s.accesses.operand(s, i))));
    OWN.put(Opcode.V128_STORE, access((s, i) ->
        s.lir.emit(AvxFloatRows.VMOVUPS_VM_V.of(BITS), s.accesses.operand(s, i), s.register(s.graph.b(i)))));
    shift(Opcode.I16X8_SHL, Short.SIZE, AvxIntegerRows.VPSLLW_V_V_UIMM8, AvxIntegerRows.VPSLLW_YMM_YMM_XM128);
    shift(Opcode.I16X8_SHR_S, Short.SIZE, AvxIntegerRows.VPSRAW_V_V_UIMM8, AvxIntegerRows.VPSRAW_YMM_YMM_XM128);
    shift(Opcode.I16X8_SHR_U, Short.SIZE, AvxIntegerRows.VPSRLW_V_V_UIMM8, AvxIntegerRows.VPSRLW_YMM_YMM_XM128);
    shift(Opcode.I32X4_SHL, Integer.SIZE, AvxIntegerRows.VPSLLD_V_V_UIMM8, AvxIntegerRows.VPSLLD_YMM_YMM_XM128);
    shift(Opcode.I32X4_SHR_S, Integer.SIZE, AvxIntegerRows.VPSRAD_V_V_UIMM8, AvxIntegerRows.VPSRAD_YMM_YMM_XM128);
    shift(Opcode.I32X4_SHR_U, Integer.SIZE, AvxIntegerRows.VPSRLD_V_V_UIMM8, AvxIntegerRows.VPSRLD_YMM_YMM_XM128);
    shift(Opcode.I64X2_SHL, Long.SIZE, AvxIntegerRows.VPSLLQ_V_V_UIMM8, AvxIntegerRows.VPSLLQ_YMM_YMM_XM128);
    shift(Opcode.I64X2_SHR_U, Long.SIZE, AvxIntegerRows.VPSRLQ_V_V_UIMM8, AvxIntegerRows.VPSRLQ_YMM_YMM_XM128);
    convert(Opcode.I16X8_EXTEND_LOW_I8X16_S, AvxIntegerRows.VPMOVSXBW_YMM_XM128);
    convert(Opcode.I16X8_EXTEND_LOW_I8X16_U, AvxIntegerRows.VPMOVZXBW_YMM_XM128);
    convert(Opcode.I32X4_EXTEND_LOW_I16X8_S, AvxIntegerRows.VPMOVSXWD_YMM_XM128);
    convert(Opcode.I32X4_EXTEND_LOW_I16X8_U, AvxIntegerRows.VPMOVZXWD_YMM_XM128);
    convert(Opcode.I64X2_EXTEND_LOW_I32X4_S, AvxIntegerRows.VPMOVSXDQ_YMM_XM128);
    convert(Opcode.I64X2_EXTEND_LOW_I32X4_U, AvxIntegerRows.VPMOVZXDQ_YMM_XM128);
    convert(Opcode.F64X2_CONVERT_LOW_I32X4_S, AvxFloatRows.VCVTDQ2PD_YMM_XM128);
    convert(Opcode.F64X2_PROMOTE_LOW_F32X4, AvxFloatRows.VCVTPS2PD_YMM_XM128);
    convert(Opcode.F32X4_DEMOTE_F64X2_ZERO, AvxFloatRows.VCVTPD2PS_XMM_YM256);
  }

  private WideRules() {
  }

  static void rows(Rules.Table table) {
    table.row(IrOp.JOIN, (s, i) -> s.lir.emit(AvxFloatRows.VINSERTF128, s.define(i), s.register(s.graph.a(i)),
        s.register(s.graph.b(i)), s.lir.immediate(1)));
    table.row(IrOp.HALF, (s, i) -> {
      if (s.graph.imm(i) == 0) {
        s.unary(SseFloatRows.MOVAPS_XMM_XM128, s.define(i), s.register(s.graph.a(i)));
      } else {
        s.lir.emit(AvxFloatRows.VEXTRACTF128, s.define(i), s.register(s.graph.a(i)), s.lir.immediate(1));
      }
    });
    table.row(IrOp.SPLICE, (s, i) -> {
      int now = s.register(s.graph.b(i));
      int between = s.temporary(Lir.V256);
      s.lir.emit(AvxFloatRows.VPERM2F128, between, s.register(s.graph.a(i)), now, s.lir.immediate(BETWEEN));
      s.lir.emit(AvxIntegerRows.VPALIGNR.of(BITS), s.define(i), now, between,
          s.lir.immediate(BYTES_OF_HALF - s.graph.imm(i)));
    });
    table.row(IrOp.END_WIDE, (s, i) -> s.lir.emit(AvxFloatRows.VZEROUPPER));
  }

  /** Says whether an instruction makes a vector of 256 bits or takes one. */
  static boolean takes(Graph graph, int instruction) {
    return graph.vectorBits == BITS && (graph.type(instruction) == IrType.V256
        || isWide(graph, graph.a(instruction)) || isWide(graph, graph.b(instruction)));
  }

  private static boolean isWide(Graph graph, int value) {
    return value != Graph.NONE && graph.type(value) == IrType.V256;
  }

  /** The rule for an operator on such vectors. */
  static Rule of(Opcode opcode) {
    Rule own = OWN.get(opcode);
    return own == null ? Rules.of(opcode) : own;
  }

  /** The row that does with 256 bits what one of SSE does with 128. */
  static Row form(Row sse) {
    Row wide = VexForms.wide(sse);
    if (wide == null) {
      throw new CompilationRefused(CompilationRefused.Reason.INTERNAL, "no form of 256 bits of " + sse);
    }
    return wide;
  }

  /** Sets both halves to a constant. */
  static void load(Selection s, int d, long low, long high) {
    s.lir.emit(AvxFloatRows.VBROADCASTF128, d, s.lir.constant(low, high));
  }

  private static Rule access(Rule rule) {
    return new Rule() {
      @Override
      public void cover(Covering c, int instruction) {
        c.accesses().cover(c, instruction);
      }

      @Override
      public void lower(Selection s, int instruction) {
        rule.lower(s, instruction);
      }
    };
  }

  private static void shift(Opcode opcode, int width, Widths byConstant, Row byVector) {
    OWN.put(opcode, (s, i) -> {
      int a = s.register(s.graph.a(i));
      if (LaneRules.isConstantShift(s, i)) {
        s.lir.emit(byConstant.of(BITS), s.define(i), a, s.lir.immediate(LaneRules.constantCount(s, i, width)));
      } else {
        s.lir.emit(byVector, s.define(i), a, LaneRules.count(s, i, width, 0));
      }
    });
  }

  private static void convert(Opcode opcode, Row row) {
    OWN.put(opcode, (s, i) -> s.lir.emit(row, s.define(i), s.register(s.graph.a(i))));
  }
}
