package dev.skerry.wasm.regalloc;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.CodeSpace;
import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.wasm.runtime.Layout;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.SseIntegerRows;
import dev.skerry.wasm.x64.Xmm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Runs compiled functions with two integer parameters on the Java stack, without an engine around them. */
final class NativeRunner {

  private static final List<Gpr> SAVED = List.of(Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15);

  private final CodeSpace space = CodeSpace.reserve(1 << 26);
  private final NativeBlock context = NativeBlock.allocate(256);
  private final NativeBlock store = NativeBlock.allocate(256);
  private final CodeBlock registerCallee;
  private final CodeBlock stackCallee;

  NativeRunner() {
    NativeAccess.putLong(context.address() + Layout.INSTANCE_STORE, store.address());
    registerCallee = publish(callee(0));
    stackCallee = publish(callee(16));
    publish(entry()).bind(0, NativeRunner.class, "enter");
  }

  private static native long enter(long code, long context, long first, long second);

  long run(CompiledFunction function, long first, long second) {
    CodeBlock block = space.allocate(function.code().length);
    byte[] code = function.code().clone();
    ByteBuffer bytes = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < function.relocations().length; i += CompiledFunction.RELOCATION_FIELDS) {
      int at = function.relocations()[i];
      if (function.relocations()[i + 1] == Symbol.FUNCTION.ordinal()) {
        CodeBlock callee = function.relocations()[i + 2] == 0 ? registerCallee : stackCallee;
        bytes.putInt(at, (int) (callee.address() - block.address() - at - Integer.BYTES));
      }
    }
    block.publish(code);
    long result = enter(block.address() + function.entry(), context.address(), first, second);
    block.close();
    return result;
  }

  private CodeBlock publish(Assembler assembler) {
    byte[] code = assembler.finish();
    CodeBlock block = space.allocate(code.length);
    block.publish(code);
    return block;
  }

  private static Assembler entry() {
    Assembler code = new Assembler();
    for (Gpr saved : SAVED) {
      code.emit(ControlRows.PUSH_R64, saved);
    }
    code.emit(IntegerRows.SUB_RM_IMM8.of(64), Gpr.RSP, new Imm(8));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R15, Gpr.RCX);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDI, Gpr.R8);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RSI, Gpr.R9);
    code.emit(ControlRows.CALL_RM64, Gpr.RDX);
    code.emit(IntegerRows.ADD_RM_IMM8.of(64), Gpr.RSP, new Imm(8));
    for (int i = SAVED.size() - 1; i >= 0; i--) {
      code.emit(ControlRows.POP_R64, SAVED.get(i));
    }
    code.emit(ControlRows.RET);
    return code;
  }

  /** What {@link LirEvaluator#callee} says; destroys all other registers. */
  private static Assembler callee(int stackBytes) {
    Assembler code = new Assembler();
    code.emit(SseIntegerRows.MOVQ_RM64_XMM, Gpr.RAX, Xmm.XMM0);
    code.emit(IntegerRows.XOR_R_RM.of(64), Gpr.RAX, Gpr.RDI);
    code.emit(IntegerRows.MOV_R64_IMM64, Gpr.RCX, new Imm(0x9E3779B1L));
    code.emit(IntegerRows.IMUL_R_RM.of(64), Gpr.RAX, Gpr.RCX);
    code.emit(IntegerRows.ADD_R_RM.of(64), Gpr.RAX, Gpr.RSI);
    if (stackBytes > 0) {
      code.emit(IntegerRows.IMUL_R_RM_IMM8.of(64), Gpr.RCX, Mem.at(Gpr.RSP, 8), new Imm(3));
      code.emit(IntegerRows.ADD_R_RM.of(64), Gpr.RAX, Gpr.RCX);
      code.emit(IntegerRows.SUB_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.RSP, 16));
    }
    for (Gpr gpr : Gpr.values()) {
      if (gpr != Gpr.RAX && gpr != Gpr.RSP) {
        code.emit(IntegerRows.MOV_R64_IMM64, gpr, new Imm(0xDEAD_0000_0000_0000L + gpr.ordinal()));
      }
    }
    for (int i = 1; i < 16; i++) {
      code.emit(SseIntegerRows.PCMPEQD, Xmm.of(i), Xmm.of(i));
    }
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Gpr.RAX);
    code.emit(IntegerRows.NOT.of(64), Gpr.RCX);
    code.emit(SseIntegerRows.MOVQ_XMM_RM64, Xmm.XMM0, Gpr.RCX);
    if (stackBytes > 0) {
      code.emit(ControlRows.RET_UIMM16, new Imm(stackBytes));
    } else {
      code.emit(ControlRows.RET);
    }
    return code;
  }
}
