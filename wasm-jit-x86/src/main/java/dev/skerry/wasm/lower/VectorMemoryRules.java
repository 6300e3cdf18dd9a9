package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.x64.AvxFloatRows;
import dev.skerry.wasm.x64.AvxIntegerRows;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.SseIntegerRows;

/** Loads and stores of vectors and of their lanes; none needs an aligned address. */
final class VectorMemoryRules {

  private VectorMemoryRules() {
  }

  static void rows(Rules.Table table) {
    load(table, Opcode.V128_LOAD, SseFloatRows.MOVUPS_XMM_XM128);
    load(table, Opcode.V128_LOAD8X8_S, SseIntegerRows.PMOVSXBW);
    load(table, Opcode.V128_LOAD8X8_U, SseIntegerRows.PMOVZXBW);
    load(table, Opcode.V128_LOAD16X4_S, SseIntegerRows.PMOVSXWD);
    load(table, Opcode.V128_LOAD16X4_U, SseIntegerRows.PMOVZXWD);
    load(table, Opcode.V128_LOAD32X2_S, SseIntegerRows.PMOVSXDQ);
    load(table, Opcode.V128_LOAD32X2_U, SseIntegerRows.PMOVZXDQ);
    load(table, Opcode.V128_LOAD32_ZERO, SseFloatRows.MOVSS_XMM_M32);
    load(table, Opcode.V128_LOAD64_ZERO, SseFloatRows.MOVSD_XMM_M64);
    load(table, Opcode.V128_LOAD64_SPLAT, SseFloatRows.MOVDDUP);
    table.row(Opcode.V128_LOAD8_SPLAT, new Access((s, i, memory) ->
        splat(s, i, memory, AvxIntegerRows.VPBROADCASTB_XMM_XM8, IntegerRows.MOVZX_R_RM8.of(32), true)));
    table.row(Opcode.V128_LOAD16_SPLAT, new Access((s, i, memory) ->
        splat(s, i, memory, AvxIntegerRows.VPBROADCASTW_XMM_XM16, IntegerRows.MOVZX_R_RM16.of(32), false)));
    table.row(Opcode.V128_LOAD32_SPLAT, new Access(VectorMemoryRules::splat32));
    loadLane(table, Opcode.V128_LOAD8_LANE, SseIntegerRows.PINSRB);
    loadLane(table, Opcode.V128_LOAD16_LANE, SseIntegerRows.PINSRW);
    loadLane(table, Opcode.V128_LOAD32_LANE, SseIntegerRows.PINSRD);
    table.row(Opcode.V128_LOAD64_LANE, new Access((s, i, memory) -> {
      int vector = s.register(s.graph.b(i));
      if (s.graph.lane(i) == 1) {
        s.binary(SseFloatRows.MOVHPS_XMM_M64, s.define(i), vector, memory);
      } else {
        s.binary(SseIntegerRows.PINSRQ, s.define(i), vector, memory, 0);
      }
    }));
    storeLane(table, Opcode.V128_STORE8_LANE, SseIntegerRows.PEXTRB);
    storeLane(table, Opcode.V128_STORE16_LANE, SseIntegerRows.PEXTRW_M16_XMM_UIMM8);
    storeLane(table, Opcode.V128_STORE32_LANE, SseIntegerRows.PEXTRD);
    storeLane(table, Opcode.V128_STORE64_LANE, SseIntegerRows.PEXTRQ);
    table.row(Opcode.V128_STORE, new Access((s, i, memory) ->
        s.lir.emit(s.form(SseFloatRows.MOVUPS_XM128_XMM), memory, s.register(s.graph.b(i)))));
  }

  /** What to do with the operand for an access. */
  private interface Emission {
    void emit(Selection s, int instruction, int memory);
  }

  private record Access(Emission emission) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      c.accesses().cover(c, instruction);
    }

    @Override
    public void lower(Selection s, int instruction) {
      emission.emit(s, instruction, s.accesses.operand(s, instruction));
    }
  }

  private static void load(Rules.Table table, Opcode opcode, Row row) {
    table.row(opcode, new Access((s, i, memory) -> s.unary(row, s.define(i), memory)));
  }

  private static void loadLane(Rules.Table table, Opcode opcode, Row row) {
    table.row(opcode, new Access((s, i, memory) ->
        s.binary(row, s.define(i), s.register(s.graph.b(i)), memory, s.graph.lane(i))));
  }

  private static void storeLane(Rules.Table table, Opcode opcode, Row row) {
    table.row(opcode, new Access((s, i, memory) ->
        s.unary(row, memory, s.register(s.graph.b(i)), s.graph.lane(i))));
  }

  private static void splat(Selection s, int instruction, int memory, Row broadcast, Row load, boolean bytes) {
    int d = s.define(instruction);
    if (s.features.allow(broadcast)) {
      s.lir.emit(broadcast, d, memory);
      return;
    }
    int value = s.temporary(Lir.I32);
    int low = s.temporary(Lir.V128);
    s.lir.emit(load, value, memory);
    s.unary(SseIntegerRows.MOVD_XMM_RM32, low, value);
    if (bytes) {
      int zero = s.temporary(Lir.V128);
      s.zero(zero);
      s.binary(SseIntegerRows.PSHUFB, d, low, zero);
    } else {
      int pair = s.temporary(Lir.V128);
      s.unary(SseIntegerRows.PSHUFLW, pair, low, 0);
      s.unary(SseIntegerRows.PSHUFD, d, pair, 0);
    }
  }

  private static void splat32(Selection s, int instruction, int memory) {
    if (s.features.avx()) {
      s.lir.emit(AvxFloatRows.VBROADCASTSS_XMM_M32, s.define(instruction), memory);
    } else {
      int low = s.temporary(Lir.V128);
      s.unary(SseFloatRows.MOVSS_XMM_M32, low, memory);
      s.unary(SseIntegerRows.PSHUFD, s.define(instruction), low, 0);
    }
  }
}
