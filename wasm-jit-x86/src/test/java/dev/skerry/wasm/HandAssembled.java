package dev.skerry.wasm;

import dev.skerry.wasm.interp.Op;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.regalloc.Symbol;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.runtime.ModuleLayout;
import dev.skerry.wasm.verify.ProvedCode;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Rel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A function in machine code as the compiler would make it, written by hand: so that what runs such code is tested
 * without a compiler. The instance context is kept at the top of the frame.
 */
final class HandAssembled {

  static final int CONTEXT_BYTES = 8;

  final Assembler code = new Assembler();
  private final int function;
  private final int frameBytes;
  private final int parameterBytes;
  private final Map<Integer, int[]> relocations = new TreeMap<>();
  private final Map<Integer, int[]> callSites = new TreeMap<>();
  private final Map<Integer, int[]> trapSites = new TreeMap<>();
  private final Map<Integer, int[]> faultSites = new TreeMap<>();
  /** Of the last call. */
  private int[] callSite;
  private int[][] guards = {};
  /** Where tables begin, if there are any. */
  private int codeBytes = -1;

  /**
   * Begins a function; without a frame it may neither call nor poll.
   *
   * @param locals bytes of the frame for the function itself, a multiple of 16; negative for no frame
   * @param parameterBytes bytes of stack parameters, a multiple of 16
   */
  HandAssembled(int function, int locals, int parameterBytes) {
    this.function = function;
    this.frameBytes = locals < 0 ? 0 : locals + CONTEXT_BYTES;
    this.parameterBytes = parameterBytes;
    if (frameBytes > 0) {
      prologue();
    }
  }

  private void prologue() {
    Label check = code.here();
    Label fine = code.label();
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    if (frameBytes <= Layout.NATIVE_RESERVE) {
      code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RSP, Mem.at(Gpr.R11, Layout.STORE_NATIVE_LIMIT));
    } else {
      code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R11, Layout.STORE_NATIVE_LIMIT));
      code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.R11, new Imm(frameBytes));
      code.jump(Condition.B, stackLabel(check));
      code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RSP, Gpr.R11);
    }
    code.jump(Condition.AE, fine);
    stack(check);
    code.bind(fine);
    code.emit(IntegerRows.SUB_RM_IMM.of(64), Gpr.RSP, new Imm(frameBytes));
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RSP, frameBytes - CONTEXT_BYTES), Gpr.R15);
  }

  private Label stackLabel(Label check) {
    Label past = code.label();
    Label here = code.label();
    code.jump(past);
    code.bind(here);
    stack(check);
    code.bind(past);
    return here;
  }

  /** Calls the stub that makes room on the stack, before there is a frame, and begins again. */
  void stack(Label check) {
    code.emit(ControlRows.CALL_REL32, new Rel(0));
    relocate(Symbol.STACK, 0);
    trapSites.put(code.position(), new int[] {1, 0, Symbol.STACK.ordinal(), 0});
    code.jump(check);
  }

  private void relocate(Symbol symbol, int index) {
    relocations.put(code.position() - Integer.BYTES, new int[] {symbol.ordinal(), index});
  }

  /** Ends the function. */
  HandAssembled ret() {
    if (frameBytes > 0) {
      code.emit(IntegerRows.ADD_RM_IMM.of(64), Gpr.RSP, new Imm(frameBytes));
    }
    if (parameterBytes == 0) {
      code.emit(ControlRows.RET);
    } else {
      code.emit(ControlRows.RET_UIMM16, new Imm(parameterBytes));
    }
    return this;
  }

  /** Calls through a descriptor, with arguments in registers alone. */
  HandAssembled call(ModuleLayout layout, int callee, int wasmOffset) {
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R10, Mem.at(Gpr.R15, layout.function(callee)));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Mem.at(Gpr.R10, Layout.FUNCTION_CONTEXT));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R14, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY_BASE));
    return callEntry(wasmOffset);
  }

  /** Calls by the descriptor in r10. */
  HandAssembled callEntry(int wasmOffset) {
    code.emit(ControlRows.CALL_RM64, Mem.at(Gpr.R10, Layout.FUNCTION_ENTRY));
    site(wasmOffset, -1, 0, 0);
    return this;
  }

  /** Calls a function of the same module that has machine code, with arguments in registers alone. */
  HandAssembled callDirectly(int callee, int wasmOffset) {
    code.emit(ControlRows.CALL_REL32, new Rel(0));
    relocate(Symbol.FUNCTION, callee);
    site(wasmOffset, -1, 0, 0);
    return this;
  }

  /** Goes on in another function of the same type, with the same arguments; without a frame of its own. */
  HandAssembled tailCall(ModuleLayout layout, int callee) {
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R10, Mem.at(Gpr.R15, layout.function(callee)));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Mem.at(Gpr.R10, Layout.FUNCTION_CONTEXT));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R14, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY_BASE));
    code.emit(ControlRows.JMP_RM64, Mem.at(Gpr.R10, Layout.FUNCTION_ENTRY));
    return this;
  }

  /** An instruction of the runtime, an {@link Op}, whose operands are in the call buffer. */
  HandAssembled runtime(int op, int index, int wasmOffset) {
    code.emit(ControlRows.CALL_REL32, new Rel(0));
    relocate(Symbol.RUNTIME, 0);
    site(wasmOffset, op, index, 0);
    return this;
  }

  private void site(int wasmOffset, int op, int index, int index2) {
    callSite = new int[] {wasmOffset, frameBytes, -1, op, index, index2, -1};
    callSites.put(code.position(), callSite);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Mem.at(Gpr.RSP, frameBytes - CONTEXT_BYTES));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R14, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY_BASE));
  }

  /** A jump table behind the code: nothing but tables may follow. */
  HandAssembled table(Label start, List<Label> targets) {
    codeBytes = codeBytes < 0 ? code.position() : codeBytes;
    code.align(Integer.BYTES);
    code.bind(start);
    targets.forEach(target -> code.distance(start, target));
    return this;
  }

  /** Here begins the landing pad of the last call, which catches all. */
  HandAssembled landing() {
    callSite[CompiledFunction.CALL_LANDING - 1] = code.position();
    callSite[CompiledFunction.CALL_GUARD - 1] = 0;
    guards = new int[][] {{-1, 0}};
    return this;
  }

  /** The address of the call buffer in r11. */
  HandAssembled buffer() {
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R11, Layout.STORE_CALL_BUFFER));
    return this;
  }

  /** A trap if the condition holds of the flags; what follows goes on. */
  HandAssembled trapIf(Condition condition, Trap.Kind kind) {
    Label fine = code.label();
    code.jump(condition.negated(), fine);
    trap(kind, 1);
    code.bind(fine);
    return this;
  }

  HandAssembled trap(Trap.Kind kind, int wasmOffset) {
    code.emit(ControlRows.CALL_REL32, new Rel(0));
    relocate(Symbol.TRAP, kind.ordinal());
    trapSites.put(code.position(), new int[] {wasmOffset, frameBytes, Symbol.TRAP.ordinal(), kind.ordinal()});
    return this;
  }

  /** Looks for an interrupt, as at the start of a loop. */
  HandAssembled poll(int wasmOffset) {
    Label fine = code.label();
    look();
    code.jump(Condition.E, fine);
    interrupt(wasmOffset);
    code.bind(fine);
    return this;
  }

  private void look() {
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    code.emit(IntegerRows.CMP_RM_IMM8.of(32), Mem.at(Gpr.R11, Layout.STORE_INTERRUPT), new Imm(0));
  }

  /** Looks for an interrupt, as compilers do: {@link #stop} is elsewhere, and comes back to the label that is given. */
  Label pollAt(Label stop) {
    look();
    code.jump(Condition.NE, stop);
    return code.here();
  }

  /** What a poll goes to that found an interrupt. */
  HandAssembled stop(Label stop, Label back) {
    code.bind(stop);
    interrupt(1);
    code.jump(back);
    return this;
  }

  /** Goes on at one of the places of a table, which a register says; writes rcx, rsi and r9. */
  HandAssembled choose(Gpr index, Label table, int places) {
    code.emit(IntegerRows.MOV_R32_IMM32, Gpr.RSI, new Imm(0));
    code.emit(IntegerRows.CMP_RM_IMM.of(32), index, new Imm(places - 1));
    code.emit(IntegerRows.CMOVCC_R32_RM32.of(Condition.A), index, Gpr.RSI);
    code.emit(IntegerRows.LEA.of(64), Gpr.RCX, table);
    code.emit(IntegerRows.MOVSXD, Gpr.R9, Mem.at(Gpr.RCX, index, Integer.BYTES, 0));
    code.emit(IntegerRows.ADD_R_RM.of(64), Gpr.R9, Gpr.RCX);
    code.emit(ControlRows.JMP_RM64, Gpr.R9);
    return this;
  }

  /** Calls the stub of a poll that found an interrupt. */
  HandAssembled interrupt(int wasmOffset) {
    code.emit(ControlRows.CALL_REL32, new Rel(0));
    relocate(Symbol.INTERRUPT, 0);
    trapSites.put(code.position(), new int[] {wasmOffset, frameBytes, Symbol.INTERRUPT.ordinal(), 0});
    return this;
  }

  /** Says that the next instruction is an access whose bounds the page tables check. */
  HandAssembled mayFault(int wasmOffset) {
    faultSites.put(code.position(), new int[] {wasmOffset, frameBytes});
    return this;
  }

  CompiledFunction compiled() {
    byte[] bytes = code.finish();
    int end = codeBytes < 0 ? code.codeLength() : codeBytes;
    return new CompiledFunction(bytes, end, 0, frameBytes, parameterBytes, table(relocations), table(callSites),
        table(trapSites), table(faultSites), guards, 1, 0);
  }

  private static int[] table(Map<Integer, int[]> rows) {
    return rows.entrySet().stream().flatMapToInt(row -> IntStream.concat(
        IntStream.of(row.getKey()), Arrays.stream(row.getValue()))).toArray();
  }

  /** Makes this the code of its function in all instances of the module. */
  void install(Module module) {
    module.code().install(
        ProvedCode.onTrust(compiled(), module.code().contract(function, false, MemoryStrategy.CHECK)));
  }
}
