package dev.skerry.wasm.lower;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.SseFloatRows;

/** What instance contexts hold: globals, tables, functions, lengths of memories; and frames of tier 0. */
final class ContextRules {

  private static final int REFERENCE_BYTES = 4;

  private ContextRules() {
  }

  static void rows(Rules.Table table) {
    table.row(Opcode.GLOBAL_GET, (s, i) -> load(s, i, global(s, i)));
    table.row(Opcode.GLOBAL_SET, (s, i) -> store(s, s.graph.a(i), global(s, i)));
    table.row(Opcode.TABLE_GET, (s, i) ->
        s.lir.emit(IntegerRows.MOV_R_RM.of(32), s.define(i), element(s, i)));
    table.row(Opcode.TABLE_SET, (s, i) ->
        s.lir.emit(IntegerRows.MOV_RM_R.of(32), element(s, i), s.register(s.graph.b(i))));
    table.row(Opcode.TABLE_SIZE, (s, i) -> {
      int record = s.contextPointer(s.target.layout().table(s.graph.aux(i)));
      s.lir.emit(IntegerRows.MOV_R_RM.of(64), s.define(i), s.lir.memory(record, Layout.RECORD_LENGTH));
    });
    table.row(Opcode.REF_FUNC, (s, i) -> {
      int descriptor = s.contextPointer(s.target.layout().function((int) s.graph.imm(i)));
      s.lir.emit(IntegerRows.MOV_R_RM.of(32), s.define(i), s.lir.memory(descriptor, Layout.FUNCTION_REF));
    });
    table.row(Opcode.REF_AS_NON_NULL, (s, i) -> {
      int reference = s.register(s.graph.a(i));
      s.lir.emit(IntegerRows.TEST_RM_R.of(32), reference, reference);
      s.lir.trapIf(Condition.E, Trap.Kind.NULL_REFERENCE);
    });
    table.row(IrOp.FRAME_LOAD, (s, i) ->
        load(s, i, s.lir.memory(s.register(s.graph.a(i)), (int) s.graph.imm(i))));
  }

  /** Sets a register to what a slot holds. */
  static void load(Selection s, int value, int memory) {
    int d = s.define(value);
    switch (s.graph.type(value)) {
      case IrType.I32 -> s.lir.emit(IntegerRows.MOV_R_RM.of(32), d, memory);
      case IrType.I64 -> s.lir.emit(IntegerRows.MOV_R_RM.of(64), d, memory);
      case IrType.F32 -> s.lir.emit(s.form(SseFloatRows.MOVSS_XMM_M32), d, memory);
      case IrType.F64 -> s.lir.emit(s.form(SseFloatRows.MOVSD_XMM_M64), d, memory);
      default -> s.lir.emit(s.form(SseFloatRows.MOVUPS_XMM_XM128), d, memory);
    }
  }

  /** Sets a slot whose upper half is zero if the value has 32 bits. */
  private static void store(Selection s, int value, int memory) {
    boolean wide = s.graph.type(value) == IrType.I64 || s.graph.type(value) == IrType.F64;
    if (s.isConstant(value) && (!wide || s.graph.imm(value) == (int) s.graph.imm(value))) {
      s.lir.emit(IntegerRows.MOV_RM_IMM.of(wide ? 64 : 32), memory, s.lir.immediate((int) s.graph.imm(value)));
      return;
    }
    int register = s.register(value);
    switch (s.graph.type(value)) {
      case IrType.I32 -> s.lir.emit(IntegerRows.MOV_RM_R.of(32), memory, register);
      case IrType.I64 -> s.lir.emit(IntegerRows.MOV_RM_R.of(64), memory, register);
      case IrType.F32 -> s.lir.emit(s.form(SseFloatRows.MOVSS_M32_XMM), memory, register);
      case IrType.F64 -> s.lir.emit(s.form(SseFloatRows.MOVSD_M64_XMM), memory, register);
      default -> s.lir.emit(s.form(SseFloatRows.MOVUPS_XM128_XMM), memory, register);
    }
  }

  private static int global(Selection s, int instruction) {
    int index = (int) s.graph.imm(instruction);
    ModuleLayout layout = s.target.layout();
    return layout.globalIsImported(index)
        ? s.lir.memory(s.contextPointer(layout.global(index)), 0)
        : s.lir.memory(Lir.of(Gpr.R15), layout.global(index));
  }

  /** The element of a table that the first operand names, which must be within bounds. */
  private static int element(Selection s, int instruction) {
    int record = s.contextPointer(s.target.layout().table(s.graph.aux(instruction)));
    int zero = s.load(Lir.I64, 0);
    int index = s.temporary(Lir.I64);
    s.lir.move(index, s.register(s.graph.a(instruction)));
    s.lir.emit(IntegerRows.CMP_R_RM.of(64), index, s.lir.memory(record, Layout.RECORD_LENGTH));
    s.lir.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.AE), index, zero);
    boolean isCalled = s.graph.is(instruction, Opcode.TABLE_GET) && s.graph.imm(instruction) == Graph.CALLED_ELEMENT;
    s.lir.trapIf(Condition.AE, isCalled ? Trap.Kind.UNDEFINED_ELEMENT : Trap.Kind.TABLE_OUT_OF_BOUNDS);
    int elements = s.temporary(Lir.I64);
    s.lir.emit(IntegerRows.MOV_R_RM.of(64), elements, s.lir.memory(record, Layout.RECORD_BASE));
    return s.lir.memory(elements, index, REFERENCE_BYTES, 0);
  }
}
