package dev.skerry.wasm.lower;

import dev.skerry.wasm.format.Immediate;
import dev.skerry.wasm.format.Opcode;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Segment;

/**
 * The one place where compiled code makes the address of a memory access: base of the memory, plus the address that
 * the guest computed, zero-extended, plus the static offset, in 64 bits. An addition of the guest's own becomes part of
 * it only if it is known not to wrap at 32 bits, and is left to the guard zone; of a shift it is known that no bit gets
 * lost.
 */
final class Accesses {

  /** The largest displacement of machine code that is not negative. */
  private static final long MAX_DISPLACEMENT = Integer.MAX_VALUE;
  /** The largest offset that the guard zone covers for any address. */
  private static final long MOST_OFFSET = Integer.MAX_VALUE - 16;
  private static final long U32 = 0xffff_ffffL;
  private static final int MAX_SCALE_SHIFT = 3;
  private static final int BOUND_DEPTH = 4;

  private final Target target;

  Accesses(Target target) {
    this.target = target;
  }

  /** Whether the instruction reads memory and does nothing else. */
  boolean isLoad(Graph graph, int instruction) {
    Opcode opcode = graph.opcode(instruction);
    return opcode != null && opcode.immediate == Immediate.MEMARG && !opcode.signature.endsWith(":");
  }

  /** Whether the instruction is an access that is left to the guard zone. */
  boolean mayFault(Graph graph, int instruction) {
    return graph.isGuarded(instruction);
  }

  /** Bytes that the memory has at least, always. */
  long leastLength(int memory) {
    return target.module().memories()[memory].limits().min() << 16;
  }

  /** Takes into a load or store what its address is made of, as far as machine code can say it. */
  void cover(Covering covering, int access) {
    Graph graph = covering.graph();
    int address = graph.a(access);
    if (graph.memory(access) == 0 && scaleShift(graph, address) > 0 && covering.take(access, address)) {
      return;
    }
    if (graph.isGuarded(access) && isOffset(graph, address, graph.imm(access)) && covering.take(access, address)) {
      int index = graph.a(address);
      if (scaleShift(graph, index) > 0) {
        covering.take(access, index);
      }
      return;
    }
    covering.take(access, address, Opcode.I64_EXTEND_I32_U);
  }

  /** Says whether an address is a sum with a constant that does not wrap, and that may be part of a static offset. */
  private static boolean isOffset(Graph graph, int address, long offset) {
    if (!graph.is(address, Opcode.I32_ADD) || !graph.is(graph.b(address), IrOp.CONST)) {
      return false;
    }
    long constant = graph.imm(graph.b(address)) & U32;
    return constant + offset <= MOST_OFFSET && constant + bound(graph, graph.a(address), BOUND_DEPTH) <= U32;
  }

  /** The shift of an address that is a shift to the left by 1 to 3 which loses no bit, else 0. */
  private static int scaleShift(Graph graph, int address) {
    if (!graph.is(address, Opcode.I32_SHL) || !graph.is(graph.b(address), IrOp.CONST)) {
      return 0;
    }
    int shift = (int) graph.imm(graph.b(address)) & 31;
    return shift <= MAX_SCALE_SHIFT && bound(graph, graph.a(address), BOUND_DEPTH) <= U32 >>> shift ? shift : 0;
  }

  /** An i32 that no value of the instruction exceeds, read as unsigned. */
  private static long bound(Graph graph, int value, int further) {
    Opcode opcode = graph.opcode(value);
    if (opcode == null) {
      return graph.is(value, IrOp.CONST) ? graph.imm(value) & U32 : U32;
    }
    if (opcode.signature != null && opcode.signature.endsWith(":i") && Rules.of(graph, value) instanceof ConditionRule
        && opcode != Opcode.I32_AND) {
      return 1;
    }
    if (further == 0) {
      return U32;
    }
    return switch (opcode) {
      case I32_LOAD8_U -> 0xff;
      case I32_LOAD16_U -> 0xffff;
      case I32_AND -> Math.min(bound(graph, graph.a(value), further - 1), bound(graph, graph.b(value), further - 1));
      case I32_SHR_U -> graph.is(graph.b(value), IrOp.CONST)
          ? bound(graph, graph.a(value), further - 1) >>> (graph.imm(graph.b(value)) & 31) : U32;
      case I32_OR, I32_XOR -> {
        long bits = bound(graph, graph.a(value), further - 1) | bound(graph, graph.b(value), further - 1);
        yield 2 * Long.highestOneBit(bits) - (bits == 0 ? 0 : 1);
      }
      case I32_SHL -> graph.is(graph.b(value), IrOp.CONST)
          ? Math.min(U32, bound(graph, graph.a(value), further - 1) << (graph.imm(graph.b(value)) & 31)) : U32;
      case I32_REM_U -> graph.is(graph.b(value), IrOp.CONST)
          ? graph.imm(graph.b(value)) & U32 : U32;
      default -> U32;
    };
  }

  /** The operand of machine code for what a load reads or a store writes. */
  int operand(Selection s, int access) {
    return operand(s, access, graphAddress(s, access));
  }

  private static int graphAddress(Selection s, int access) {
    int address = s.graph.a(access);
    return s.isTaken(address) && s.graph.is(address, Opcode.I64_EXTEND_I32_U) ? s.graph.a(address) : address;
  }

  private int operand(Selection s, int access, int sum) {
    int address = sum;
    long offset = s.graph.imm(access);
    int memory = s.graph.memory(access);
    boolean faults = mayFault(s.graph, access);
    if (faults) {
      // It may be computed within another instruction, but is the one that traps.
      s.lir.at(s.graph.position(access));
    }
    int base = base(s, memory);
    if (s.isConstant(address)) {
      long bits = s.graph.type(address) == IrType.I32 ? s.constant(address) & U32 : s.constant(address);
      if (bits >= 0 && offset >= 0 && bits + offset >= 0 && bits + offset <= MAX_DISPLACEMENT) {
        return s.lir.memory(Segment.NONE, base, Lir.NONE, 1, (int) (bits + offset), faults);
      }
    }
    if (offset < 0 || offset > MAX_DISPLACEMENT) {
      int far = s.load(Lir.I64, offset);
      s.lir.emit(IntegerRows.ADD_R_RM.of(64), far, s.register(address));
      return s.lir.memory(Segment.NONE, base, far, 1, 0, faults);
    }
    if (s.isTaken(address) && s.graph.is(address, Opcode.I32_ADD)) {
      offset += s.constant(s.graph.b(address)) & U32;
      address = s.graph.a(address);
    }
    if (s.isTaken(address)) {
      int index = s.register(s.graph.a(address));
      int scale = 1 << (int) (s.constant(s.graph.b(address)) & 31);
      return s.lir.memory(Segment.NONE, base, index, scale, (int) offset, faults);
    }
    return s.lir.memory(Segment.NONE, base, s.register(address), 1, (int) offset, faults);
  }

  private int base(Selection s, int memory) {
    if (memory == 0) {
      return Lir.of(Gpr.R14);
    }
    int base = s.temporary(Lir.I64);
    s.lir.emit(IntegerRows.MOV_R_RM.of(64), base, s.lir.memory(record(s, memory), Layout.RECORD_BASE));
    return base;
  }

  /** A register with the address of the memory's record. */
  int record(Selection s, int memory) {
    int place = memory == 0 ? Layout.INSTANCE_MEMORY : target.layout().memory(memory);
    return s.contextPointer(place);
  }
}
