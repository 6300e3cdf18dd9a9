package dev.skerry.wasm.lower;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.Widths;

/** Loads and stores of numbers, and the checks before them. */
final class MemoryRules {

  private static final int PAGE_SHIFT = 16;
  private static final long U32 = 0xffff_ffffL;

  private MemoryRules() {
  }

  static void rows(Rules.Table table) {
    load(table, IntegerRows.MOV_R_RM.of(32), Opcode.I32_LOAD, Opcode.I64_LOAD32_U);
    load(table, IntegerRows.MOV_R_RM.of(64), Opcode.I64_LOAD);
    load(table, IntegerRows.MOVZX_R_RM8.of(32), Opcode.I32_LOAD8_U, Opcode.I64_LOAD8_U);
    load(table, IntegerRows.MOVZX_R_RM16.of(32), Opcode.I32_LOAD16_U, Opcode.I64_LOAD16_U);
    load(table, IntegerRows.MOVSX_R_RM8.of(32), Opcode.I32_LOAD8_S);
    load(table, IntegerRows.MOVSX_R_RM16.of(32), Opcode.I32_LOAD16_S);
    load(table, IntegerRows.MOVSX_R_RM8.of(64), Opcode.I64_LOAD8_S);
    load(table, IntegerRows.MOVSX_R_RM16.of(64), Opcode.I64_LOAD16_S);
    load(table, IntegerRows.MOVSXD, Opcode.I64_LOAD32_S);
    load(table, SseFloatRows.MOVSS_XMM_M32, Opcode.F32_LOAD);
    load(table, SseFloatRows.MOVSD_XMM_M64, Opcode.F64_LOAD);
    store(table, 8, Opcode.I32_STORE8, Opcode.I64_STORE8);
    store(table, 16, Opcode.I32_STORE16, Opcode.I64_STORE16);
    store(table, 32, Opcode.I32_STORE, Opcode.I64_STORE32);
    store(table, 64, Opcode.I64_STORE);
    table.row(Opcode.F32_STORE, new FloatStore(32, SseFloatRows.MOVSS_M32_XMM));
    table.row(Opcode.F64_STORE, new FloatStore(64, SseFloatRows.MOVSD_M64_XMM));
    table.row(IrOp.MEMORY_LENGTH, (s, i) ->
        s.lir.emit(IntegerRows.MOV_R_RM.of(64), s.define(i), length(s, s.graph.aux(i))));
    table.row(Opcode.MEMORY_SIZE, (s, i) -> {
      s.lir.emit(IntegerRows.MOV_R_RM.of(64), s.define(i), length(s, s.graph.aux(i)));
      s.lir.emit(IntegerRows.SHR_RM_UIMM8.of(64), s.define(i), s.lir.immediate(PAGE_SHIFT));
    });
    table.row(IrOp.MEMORY_MASK, (s, i) ->
        s.lir.emit(IntegerRows.MOV_R_RM.of(64), s.define(i), mask(s, s.graph.aux(i))));
    table.row(IrOp.MASKED, new Masked());
    table.row(IrOp.BOUNDS, new Bounds());
    table.row(IrOp.ALIGNED, MemoryRules::aligned);
  }

  private static void load(Rules.Table table, Row row, Opcode... opcodes) {
    for (Opcode opcode : opcodes) {
      table.row(opcode, new Load(row));
    }
  }

  private static void store(Rules.Table table, int bits, Opcode... opcodes) {
    for (Opcode opcode : opcodes) {
      table.row(opcode, new Store(bits));
    }
  }

  private static int length(Selection s, int memory) {
    return s.lir.memory(s.accesses.record(s, memory), Layout.RECORD_LENGTH);
  }

  private static int mask(Selection s, int memory) {
    return s.lir.memory(s.accesses.record(s, memory), Layout.RECORD_MASK);
  }

  /** A load by one row. */
  private record Load(Row row) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      c.accesses().cover(c, instruction);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int memory = s.accesses.operand(s, instruction);
      Row form = s.features.avx() && VexForms.of(row) != null ? VexForms.of(row) : row;
      s.lir.emit(form, s.define(instruction), memory);
    }
  }

  /** A store of the lowest bits of an integer; where it only changes what is there, in one instruction. */
  private record Store(int bits) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      Graph graph = c.graph();
      int value = graph.b(instruction);
      if (bits >= 32 && update(graph, value) != null && reads(graph, graph.a(value), instruction)
          && c.uses(graph.a(value)) == 1 && c.isUndisturbed(graph.a(value), instruction)
          && c.take(instruction, value)) {
        c.takeLoad(instruction, graph.a(value), IntegerRules.load(bits));
        return;
      }
      c.accesses().cover(c, instruction);
      c.take(instruction, value, Opcode.I32_WRAP_I64);
      if (bits == 32 && graph.is(instruction, Opcode.I64_STORE32) || bits < 32) {
        c.take(instruction, value, Opcode.I64_EXTEND_I32_U);
        c.take(instruction, value, Opcode.I64_EXTEND_I32_S);
      }
    }

    /** The operator of a value that changes its first operand, or null. */
    private Widths update(Graph graph, int value) {
      Opcode opcode = graph.opcode(value);
      if (opcode == null) {
        return null;
      }
      return switch (opcode) {
        case I32_ADD -> bits == 32 ? IntegerRows.ADD_RM_R : null;
        case I32_SUB -> bits == 32 ? IntegerRows.SUB_RM_R : null;
        case I32_AND -> bits == 32 ? IntegerRows.AND_RM_R : null;
        case I32_OR -> bits == 32 ? IntegerRows.OR_RM_R : null;
        case I32_XOR -> bits == 32 ? IntegerRows.XOR_RM_R : null;
        case I64_ADD -> bits == 64 ? IntegerRows.ADD_RM_R : null;
        case I64_SUB -> bits == 64 ? IntegerRows.SUB_RM_R : null;
        case I64_AND -> bits == 64 ? IntegerRows.AND_RM_R : null;
        case I64_OR -> bits == 64 ? IntegerRows.OR_RM_R : null;
        case I64_XOR -> bits == 64 ? IntegerRows.XOR_RM_R : null;
        default -> null;
      };
    }

    private static final Widths[][] IMMEDIATES = {
      {IntegerRows.ADD_RM_R, IntegerRows.ADD_RM_IMM, IntegerRows.ADD_RM_IMM8},
      {IntegerRows.SUB_RM_R, IntegerRows.SUB_RM_IMM, IntegerRows.SUB_RM_IMM8},
      {IntegerRows.AND_RM_R, IntegerRows.AND_RM_IMM, IntegerRows.AND_RM_IMM8},
      {IntegerRows.OR_RM_R, IntegerRows.OR_RM_IMM, IntegerRows.OR_RM_IMM8},
      {IntegerRows.XOR_RM_R, IntegerRows.XOR_RM_IMM, IntegerRows.XOR_RM_IMM8}
    };

    /** Whether a value is what the store is about to overwrite. */
    private boolean reads(Graph graph, int value, int store) {
      return graph.is(value, IntegerRules.load(bits)) && graph.a(value) == graph.a(store)
          && graph.imm(value) == graph.imm(store) && graph.memory(value) == graph.memory(store);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int value = s.graph.b(instruction);
      Widths update = s.isTaken(value) ? update(s.graph, value) : null;
      if (update != null) {
        update(s, instruction, value, update);
        return;
      }
      int memory = s.accesses.operand(s, instruction);
      if (s.isConstant(value) && (bits < 64 || s.isImmediate(value))) {
        long constant = s.constant(value);
        int immediate = bits == 8 ? (byte) constant : bits == 16 ? (short) constant : (int) constant;
        s.lir.emit(IntegerRows.MOV_RM_IMM.of(bits), memory, s.lir.immediate(immediate));
      } else {
        boolean extended = s.isTaken(value) && !s.graph.is(value, Opcode.I32_WRAP_I64);
        int register = extended ? s.register(s.graph.a(value)) : s.low(value);
        s.lir.emit(IntegerRows.MOV_RM_R.of(bits), memory, register);
      }
    }

    private void update(Selection s, int instruction, int value, Widths row) {
      int operand = s.graph.b(value);
      int memory = s.accesses.operand(s, instruction);
      // What faults is the load, which comes first.
      s.lir.at(s.graph.position(s.graph.a(value)));
      if (!s.isImmediate(operand)) {
        s.lir.emit(row.of(bits), memory, s.register(operand));
        return;
      }
      int immediate = s.immediate(operand);
      for (Widths[] rows : IMMEDIATES) {
        if (rows[0] == row) {
          s.lir.emit(rows[immediate == (byte) immediate ? 2 : 1].of(bits), memory, s.lir.immediate(immediate));
        }
      }
    }
  }

  /** A store of a float; constants as integers. */
  private record FloatStore(int bits, Row row) implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      c.accesses().cover(c, instruction);
    }

    @Override
    public void lower(Selection s, int instruction) {
      int value = s.graph.b(instruction);
      int memory = s.accesses.operand(s, instruction);
      if (s.isConstant(value) && (bits == 32 || s.constant(value) == (int) s.constant(value))) {
        s.lir.emit(IntegerRows.MOV_RM_IMM.of(bits), memory, s.lir.immediate((int) s.constant(value)));
      } else {
        s.lir.emit(s.form(row), memory, s.register(value));
      }
    }
  }

  /** The bits of a 32-bit sum that the mask has, zero-extended. */
  private record Masked() implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      c.takeLength(instruction, c.graph().b(instruction));
    }

    @Override
    public void lower(Selection s, int instruction) {
      Graph graph = s.graph;
      int value = graph.b(instruction);
      int masked = s.define(instruction);
      int index = s.register(graph.a(instruction));
      int mask = s.isTaken(value) ? mask(s, graph.aux(instruction)) : Lir.orStack(s.register(value));
      if (graph.imm(instruction) == 0) {
        s.lir.move(masked, index);
      } else {
        s.lir.emit(IntegerRows.LEA.of(32), masked, s.lir.memory(index, (int) graph.imm(instruction)));
      }
      s.lir.emit(IntegerRows.AND_R_RM.of(32), masked, mask);
    }
  }

  /**
   * Traps unless address and bytes are within the length; sums of 32-bit addresses have 33 bits, others may wrap. Its
   * value is the address, made 0 by the flags that the trap depends on, before it.
   */
  private record Bounds() implements Rule {

    @Override
    public void cover(Covering c, int instruction) {
      c.takeLength(instruction, c.graph().b(instruction));
      c.take(instruction, c.graph().a(instruction), Opcode.I64_EXTEND_I32_U);
    }

    @Override
    public void lower(Selection s, int instruction) {
      Graph graph = s.graph;
      int address = graph.a(instruction);
      int memory = graph.aux(instruction);
      long bytes = graph.imm(instruction);
      boolean narrow = graph.type(address) == IrType.I32 || s.isTaken(address);
      boolean clamps = graph.type(instruction) != IrType.VOID;
      if (s.isConstant(address) && clamps && isWithin(s, address, bytes, memory)) {
        s.lir.move(s.define(instruction), s.register(address));
        return;
      }
      if (s.isConstant(address) && !clamps
          && constant(s, narrow ? graph.imm(address) & U32 : graph.imm(address), bytes, instruction)) {
        return;
      }
      int limit = limit(s, instruction);
      int index = s.isConstant(address) ? s.onceMade(address)
          : s.register(s.isTaken(address) ? graph.a(address) : address);
      boolean mayWrap = !narrow || bytes != (int) bytes || bytes < 0;
      int clamped = clamps ? s.define(instruction) : 0;
      if (clamps && (bytes == 1 || !mayWrap)) {
        s.lir.load(clamped, s.lir.immediate(0));
      }
      if (bytes == 1) {
        s.lir.emit(IntegerRows.CMP_R_RM.of(64), index, limit);
        trapUnless(s, Condition.B, Condition.AE, clamped, index);
        return;
      }
      if (!mayWrap) {
        int end = s.temporary(Lir.I64);
        s.lir.emit(IntegerRows.LEA.of(64), end, s.lir.memory(index, (int) bytes));
        s.lir.emit(IntegerRows.CMP_R_RM.of(64), end, limit);
        trapUnless(s, Condition.BE, Condition.A, clamped, index);
      } else {
        wrapping(s, index, bytes, limit, clamped);
      }
    }

    /** Traps unless the condition holds; else the clamped address, 0 before, becomes the index. */
    private static void trapUnless(Selection s, Condition within, Condition outside, int clamped, int index) {
      if (clamped != 0) {
        s.lir.emit(IntegerRows.CMOVCC_R64_RM64.of(within), clamped, Lir.orStack(index));
      }
      s.lir.trapIf(outside, Trap.Kind.MEMORY_OUT_OF_BOUNDS);
    }

    /** The check for a sum that may have more than 64 bits: the address becomes 0 if it has, or is too large. */
    private static void wrapping(Selection s, int index, long bytes, int limit, int clamped) {
      int zero = clamped == 0 ? 0 : s.load(Lir.I64, 0);
      if (clamped != 0) {
        s.lir.move(clamped, index);
      }
      int end = s.temporary(Lir.I64);
      s.lir.move(end, index);
      if (bytes == (int) bytes && bytes >= 0) {
        s.lir.emit(IntegerRows.ADD_RM_IMM.of(64), end, s.lir.immediate(bytes));
      } else {
        s.lir.emit(IntegerRows.ADD_R_RM.of(64), end, s.load(Lir.I64, bytes));
      }
      trapIf(s, Condition.B, clamped, zero);
      s.lir.emit(IntegerRows.CMP_R_RM.of(64), end, limit);
      trapIf(s, Condition.A, clamped, zero);
    }

    private static void trapIf(Selection s, Condition condition, int clamped, int zero) {
      if (clamped != 0) {
        s.lir.emit(IntegerRows.CMOVCC_R64_RM64.of(condition), clamped, zero);
      }
      s.lir.trapIf(condition, Trap.Kind.MEMORY_OUT_OF_BOUNDS);
    }

    private static int limit(Selection s, int instruction) {
      int length = s.graph.b(instruction);
      return s.isTaken(length) ? length(s, s.graph.aux(instruction)) : Lir.orStack(s.register(length));
    }

    /** Whether a constant address is one that any memory has. */
    private static boolean isWithin(Selection s, int address, long bytes, int memory) {
      long end = s.graph.imm(address) + bytes;
      return Long.compareUnsigned(end, bytes) >= 0
          && Long.compareUnsigned(end, s.accesses.leastLength(memory)) <= 0;
    }

    /** The check of a constant address, if all that there is to add up is small. */
    private static boolean constant(Selection s, long address, long bytes, int instruction) {
      long end = address + bytes;
      if (address < 0 || bytes < 0 || end < 0 || end != (int) end) {
        return false;
      }
      if (end > s.accesses.leastLength(s.graph.aux(instruction))) {
        s.lir.emit(IntegerRows.CMP_RM_IMM.of(64), limit(s, instruction), s.lir.immediate(end));
        s.lir.trapIf(Condition.B, Trap.Kind.MEMORY_OUT_OF_BOUNDS);
      }
      return true;
    }
  }

  /** Traps unless address and offset together are a multiple of a power of two. */
  private static void aligned(Selection s, int instruction) {
    int mask = s.graph.aux(instruction) - 1;
    if (mask == 0) {
      return;
    }
    int sum = s.register(s.graph.a(instruction));
    int offset = (int) s.graph.imm(instruction) & mask;
    if (offset != 0) {
      int moved = s.temporary(Lir.I32);
      s.lir.emit(IntegerRows.LEA.of(32), moved, s.lir.memory(sum, offset));
      sum = moved;
    }
    s.lir.emit(IntegerRows.TEST_RM_IMM.of(8), sum, s.lir.immediate(mask));
    s.lir.trapIf(Condition.NE, Trap.Kind.UNALIGNED_ATOMIC);
  }
}
