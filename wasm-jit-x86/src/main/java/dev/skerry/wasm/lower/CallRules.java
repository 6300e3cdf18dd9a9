package dev.skerry.wasm.lower;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.ir.Graph;
import dev.skerry.wasm.ir.IrOp;
import dev.skerry.wasm.ir.IrType;
import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Operand;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.SseIntegerRows;
import dev.skerry.wasm.x64.Xmm;

/** Calls, tail calls, returns, and what is left to the runtime. */
final class CallRules {

  private static final int SLOT = 8;
  private static final int REFERENCE_BYTES = 4;
  private static final Gpr[] BULK_OPERANDS = {Gpr.RDI, Gpr.RSI, Gpr.RDX};

  private CallRules() {
  }

  static void rows(Rules.Table table) {
    table.row(IrOp.CALL, CallRules::call);
    table.row(IrOp.CALL_INDIRECT, (s, i) -> through(s, i, element(s, i), false));
    table.row(IrOp.CALL_REF, (s, i) -> through(s, i, referred(s, i, s.graph.aux(i) == Graph.CALLED_ELEMENT
        ? Trap.Kind.UNINITIALIZED_ELEMENT : Trap.Kind.NULL_FUNCTION_REFERENCE), false));
    table.row(IrOp.TAIL_CALL, CallRules::tailCall);
    table.row(IrOp.TAIL_CALL_INDIRECT, (s, i) -> through(s, i, element(s, i), true));
    table.row(IrOp.TAIL_CALL_REF, (s, i) -> through(s, i, referred(s, i, Trap.Kind.NULL_FUNCTION_REFERENCE), true));
    table.row(IrOp.RETURN, CallRules::returns);
    table.row(IrOp.RUNTIME, CallRules::runtime);
    table.row(IrOp.RESULT, CallRules::buffered);
    table.row(IrOp.THROW, CallRules::raise);
    table.row(IrOp.LANDING, CallRules::land);
    table.row(IrOp.CAUGHT, (s, i) -> loadSlot(s, i, callBuffer(s), (int) s.graph.imm(i)));
    table.row(IrOp.PARAMETER, (s, i) -> { });
  }

  /** Emits the start of the function: its parameters where the convention has them. */
  static void entry(Selection s, CallingConvention convention) {
    s.lir.parameterBytes(convention.stackParameterBytes());
    s.lir.entry();
    int parameter = s.graph.first(0);
    for (int k = 0; k < convention.parameterCount(); k++) {
      Operand register = convention.parameterRegister(k);
      if (register != null && s.covering.uses(parameter) > 0) {
        s.lir.fixedDef(s.define(parameter), machine(register));
      }
      parameter = s.graph.next(parameter);
    }
    parameter = s.graph.first(0);
    for (int k = 0; k < convention.parameterCount(); k++) {
      if (convention.parameterRegister(k) == null && s.covering.uses(parameter) > 0) {
        s.lir.loadParameter(s.define(parameter), convention.parameterStackOffset(k));
      }
      parameter = s.graph.next(parameter);
    }
  }

  private static int machine(Operand register) {
    return register instanceof Gpr gpr ? Lir.of(gpr) : Lir.of((Xmm) register);
  }

  private static int flags(Selection s) {
    return s.target.module().memories().length > 0 ? Lir.USES_MEMORY : 0;
  }

  private static void call(Selection s, int instruction) {
    int function = (int) s.graph.imm(instruction);
    CallingConvention convention = s.signatures.ofFunction(function);
    if (!s.target.direct().test(function)) {
      through(s, instruction, s.contextPointer(s.target.layout().function(function)), convention, false);
      return;
    }
    int[] arguments = arguments(s, instruction, convention);
    s.lir.call(function, convention.stackParameterBytes(), flags(s));
    pass(s, arguments, convention);
    results(s, instruction, convention);
  }

  private static void tailCall(Selection s, int instruction) {
    int function = (int) s.graph.imm(instruction);
    CallingConvention convention = s.signatures.ofFunction(function);
    if (!s.target.direct().test(function)) {
      through(s, instruction, s.contextPointer(s.target.layout().function(function)), convention, true);
      return;
    }
    int[] arguments = arguments(s, instruction, convention);
    s.lir.tailCall(function, convention.stackParameterBytes());
    pass(s, arguments, convention);
  }

  private static void through(Selection s, int instruction, int descriptor, boolean tail) {
    through(s, instruction, descriptor, s.signatures.ofType((int) s.graph.imm(instruction)), tail);
  }

  private static void through(
      Selection s, int instruction, int descriptor, CallingConvention convention, boolean tail) {
    int[] arguments = arguments(s, instruction, convention);
    if (tail) {
      s.lir.tailCallDescriptor(convention.stackParameterBytes());
    } else {
      s.lir.callDescriptor(convention.stackParameterBytes(), flags(s));
    }
    s.lir.fixedUse(descriptor, Lir.of(Gpr.R10));
    pass(s, arguments, convention);
    if (!tail) {
      results(s, instruction, convention);
    }
  }

  /** Puts arguments on the stack, and gives the registers of the others. */
  private static int[] arguments(Selection s, int instruction, CallingConvention convention) {
    int count = convention.parameterCount();
    if (s.graph.listSize(instruction) != count) {
      throw s.refused(instruction, "has " + s.graph.listSize(instruction) + " arguments instead of " + count);
    }
    int[] registers = new int[count];
    for (int k = 0; k < count; k++) {
      int value = s.graph.listValue(instruction, k);
      if (convention.parameterRegister(k) != null) {
        registers[k] = s.register(value);
      } else if (s.isConstant(value) && s.graph.imm(value) == (int) s.graph.imm(value)) {
        s.lir.storeArgument(convention.parameterStackOffset(k), s.lir.immediate(s.graph.imm(value)));
      } else {
        s.lir.storeArgument(convention.parameterStackOffset(k), s.register(value));
      }
    }
    return registers;
  }

  /** Says where the call emitted last has its arguments in registers. */
  private static void pass(Selection s, int[] registers, CallingConvention convention) {
    for (int k = 0; k < registers.length; k++) {
      if (convention.parameterRegister(k) != null) {
        s.lir.fixedUse(registers[k], machine(convention.parameterRegister(k)));
      }
    }
  }

  /** Takes the results of the call emitted last from their registers, then those in the call buffer. */
  private static void results(Selection s, int instruction, CallingConvention convention) {
    boolean buffered = false;
    int landing = landing(s, instruction);
    int first = landing == Graph.NONE ? s.graph.next(instruction) : s.graph.first(normal(s, instruction));
    for (int r = first; isResult(s.graph, r, instruction); r = s.graph.next(r)) {
      Operand register = convention.resultRegister((int) s.graph.imm(r));
      if (s.covering.uses(r) > 0) {
        if (register == null) {
          buffered = true;
        } else {
          s.lir.fixedDef(s.define(r), machine(register));
        }
      }
    }
    if (landing != Graph.NONE) {
      land(s, landing, normal(s, instruction));
      return;
    }
    if (!buffered) {
      return;
    }
    int buffer = callBuffer(s);
    for (int r = s.graph.next(instruction); isResult(s.graph, r, instruction); r = s.graph.next(r)) {
      int result = (int) s.graph.imm(r);
      if (convention.resultRegister(result) == null && s.covering.uses(r) > 0) {
        loadSlot(s, r, buffer, convention.resultSlot(result));
      }
    }
  }

  /** The block where an exception of the call goes on, or none. */
  private static int landing(Selection s, int call) {
    Graph graph = s.graph;
    int block = graph.block(call);
    boolean ends = graph.last(block) == call && graph.edgeCount(block) > 0;
    return ends ? graph.target(graph.firstEdge(block) + graph.edgeCount(block) - 1) : Graph.NONE;
  }

  private static int normal(Selection s, int call) {
    return s.graph.target(s.graph.firstEdge(s.graph.block(call)));
  }

  /** Ends the block of the call emitted last, which has a landing pad. */
  private static void land(Selection s, int landing, int normal) {
    s.lir.landing(s.block(landing), (int) s.graph.imm(s.graph.first(landing)));
    s.lir.jump(s.block(normal));
  }

  /** Begins a landing pad; the number of the clause is in the first slot of the call buffer. */
  private static void land(Selection s, int instruction) {
    s.lir.landed(flags(s));
    if (s.covering.uses(instruction) > 0) {
      loadSlot(s, instruction, callBuffer(s), 0);
    }
  }

  /** A result that is in the call buffer, of a call that ended its block: nothing came between. */
  private static void buffered(Selection s, int instruction) {
    int call = s.graph.a(instruction);
    if (s.graph.block(call) == s.graph.block(instruction)) {
      return;
    }
    int index = (int) s.graph.imm(call);
    CallingConvention convention =
        s.graph.is(call, IrOp.CALL) ? s.signatures.ofFunction(index) : s.signatures.ofType(index);
    int result = (int) s.graph.imm(instruction);
    if (convention.resultRegister(result) == null && s.covering.uses(instruction) > 0) {
      loadSlot(s, instruction, callBuffer(s), convention.resultSlot(result));
    }
  }

  private static boolean isResult(Graph graph, int instruction, int call) {
    return instruction != Graph.NONE && graph.is(instruction, IrOp.RESULT) && graph.a(instruction) == call;
  }

  private static void returns(Selection s, int instruction) {
    CallingConvention convention = s.convention;
    int count = convention.resultCount();
    if (s.graph.listSize(instruction) != count) {
      throw s.refused(instruction, "has " + s.graph.listSize(instruction) + " results instead of " + count);
    }
    int[] registers = new int[count];
    int buffer = 0;
    for (int k = 0; k < count; k++) {
      int value = s.graph.listValue(instruction, k);
      if (convention.resultRegister(k) != null) {
        registers[k] = s.register(value);
      } else {
        buffer = buffer == 0 ? callBuffer(s) : buffer;
        storeSlot(s, value, buffer, convention.resultSlot(k));
      }
    }
    s.lir.ret();
    for (int k = 0; k < count; k++) {
      if (convention.resultRegister(k) != null) {
        s.lir.fixedUse(registers[k], machine(convention.resultRegister(k)));
      }
    }
  }

  /** Leaves throwing to the runtime, which does not come back here. */
  private static void raise(Selection s, int instruction) {
    leave(s, instruction);
    int landing = landing(s, instruction);
    if (landing != Graph.NONE) {
      s.lir.landing(s.block(landing), (int) s.graph.imm(s.graph.first(landing)));
    }
    s.lir.trap(Trap.Kind.UNREACHABLE);
  }

  private static void runtime(Selection s, int instruction) {
    Symbol stub = stub(s.graph, instruction);
    if (stub != null) {
      int[] operands = new int[BULK_OPERANDS.length];
      for (int k = 0; k < operands.length; k++) {
        operands[k] = s.register(s.graph.listValue(instruction, k));
      }
      s.lir.callBulk(stub, s.graph.runtimeOp(instruction), flags(s));
      for (int k = 0; k < operands.length; k++) {
        s.lir.fixedUse(operands[k], Lir.of(BULK_OPERANDS[k]));
      }
      return;
    }
    leave(s, instruction);
    if (s.graph.type(instruction) != IrType.VOID && s.covering.uses(instruction) > 0) {
      loadSlot(s, instruction, callBuffer(s), 0);
    }
  }

  /** The stub that does an instruction of the runtime where it can, or null. */
  private static Symbol stub(Graph graph, int instruction) {
    if (graph.runtimeIndex(instruction) != 0 || graph.runtimeIndex2(instruction) != 0) {
      return null;
    }
    return switch (graph.runtimeOp(instruction)) {
      case Op.MEMORY_FILL -> Symbol.FILL;
      case Op.MEMORY_COPY -> Symbol.COPY;
      default -> null;
    };
  }

  /** Calls the runtime for an instruction with its operands in the call buffer. */
  private static void leave(Selection s, int instruction) {
    int count = s.graph.listSize(instruction);
    int buffer = callBuffer(s);
    int slot = 0;
    for (int k = 0; k < count; k++) {
      int value = s.graph.listValue(instruction, k);
      storeSlot(s, value, buffer, slot);
      slot += s.graph.type(value) == IrType.V128 ? 2 : 1;
    }
    s.lir.callRuntime(s.graph.runtimeOp(instruction), s.graph.runtimeIndex(instruction),
        s.graph.runtimeIndex2(instruction), flags(s));
  }

  /** A register with the address of the call buffer, which calls may change. */
  private static int callBuffer(Selection s) {
    int buffer = s.temporary(Lir.I64);
    s.lir.emit(IntegerRows.MOV_R_RM.of(64), buffer,
        s.lir.memory(s.contextPointer(Layout.INSTANCE_STORE), Layout.STORE_CALL_BUFFER));
    return buffer;
  }

  /** Writes a value to its slot, i32 and f32 zero-extended. */
  private static void storeSlot(Selection s, int value, int buffer, int slot) {
    int memory = s.lir.memory(buffer, slot * SLOT);
    if (s.isConstant(value) && s.graph.imm(value) == (int) s.graph.imm(value)) {
      s.lir.emit(IntegerRows.MOV_RM_IMM.of(64), memory, s.lir.immediate(s.graph.imm(value)));
      return;
    }
    switch (s.graph.type(value)) {
      case IrType.F32 -> {
        int bits = s.temporary(Lir.I32);
        s.lir.emit(s.form(SseIntegerRows.MOVD_RM32_XMM), bits, s.register(value));
        s.lir.emit(IntegerRows.MOV_RM_R.of(64), memory, bits);
      }
      case IrType.F64 -> s.lir.emit(s.form(SseFloatRows.MOVSD_M64_XMM), memory, s.register(value));
      case IrType.V128 -> s.lir.emit(s.form(SseFloatRows.MOVUPS_XM128_XMM), memory, s.register(value));
      default -> s.lir.emit(IntegerRows.MOV_RM_R.of(64), memory, s.register(value));
    }
  }

  private static void loadSlot(Selection s, int value, int buffer, int slot) {
    ContextRules.load(s, value, s.lir.memory(buffer, slot * SLOT));
  }

  /** The descriptor that a {@code call_indirect} means: index within bounds, not null, of the type. */
  private static int element(Selection s, int instruction) {
    int table = s.graph.aux(instruction);
    int record = s.contextPointer(s.target.layout().table(table));
    int zero = s.load(Lir.I64, 0);
    int index = s.temporary(Lir.I64);
    s.lir.move(index, s.register(s.graph.a(instruction)));
    s.lir.emit(IntegerRows.CMP_R_RM.of(64), index, s.lir.memory(record, Layout.RECORD_LENGTH));
    s.lir.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.AE), index, zero);
    s.lir.trapIf(Condition.AE, Trap.Kind.UNDEFINED_ELEMENT);
    int elements = s.temporary(Lir.I64);
    s.lir.emit(IntegerRows.MOV_R_RM.of(64), elements, s.lir.memory(record, Layout.RECORD_BASE));
    int reference = s.temporary(Lir.I32);
    s.lir.emit(IntegerRows.MOV_R_RM.of(32), reference, s.lir.memory(elements, index, REFERENCE_BYTES, 0));
    return descriptor(s, instruction, reference, Trap.Kind.UNINITIALIZED_ELEMENT);
  }

  private static int referred(Selection s, int instruction, Trap.Kind ifNull) {
    int reference = s.temporary(Lir.I32);
    s.lir.move(reference, s.register(s.graph.a(instruction)));
    return descriptor(s, instruction, reference, ifNull);
  }

  /**
   * The descriptor that a reference means, which must be one, and of the type that the instruction names. What was not
   * checked is made 0 by the same flags: no misprediction leads to another function.
   *
   * @param reference a register of its own
   */
  private static int descriptor(Selection s, int instruction, int reference, Trap.Kind ifNull) {
    int store = s.contextPointer(Layout.INSTANCE_STORE);
    int zero = s.load(Lir.I64, 0);
    s.lir.emit(IntegerRows.CMP_R_RM.of(32), reference, s.lir.memory(store, Layout.STORE_FUNCTION_COUNT));
    s.lir.emit(IntegerRows.CMOVCC_R32_RM32.of(Condition.AE), reference, zero);
    s.lir.trapIf(Condition.AE, ifNull);
    s.lir.emit(IntegerRows.TEST_RM_R.of(32), reference, reference);
    s.lir.trapIf(Condition.E, ifNull);
    int functions = s.temporary(Lir.I64);
    s.lir.emit(IntegerRows.MOV_R_RM.of(64), functions, s.lir.memory(store, Layout.STORE_FUNCTIONS));
    int descriptor = s.temporary(Lir.I64);
    s.lir.emit(IntegerRows.MOV_R_RM.of(64), descriptor, s.lir.memory(functions, reference, SLOT, 0));
    int type = (int) s.graph.imm(instruction);
    s.lir.emit(IntegerRows.CMP_RM_IMM.of(32), s.lir.memory(descriptor, Layout.FUNCTION_TYPE),
        s.lir.typeNumber(type, s.target.typeIds().applyAsInt(type)));
    s.lir.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.NE), descriptor, zero);
    s.lir.trapIf(Condition.NE, Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH);
    return descriptor;
  }
}
