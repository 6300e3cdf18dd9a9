package dev.skerry.wasm.verify.campaign;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.CodeSpace;
import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.regalloc.CompiledFunction;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.AvxFloatRows;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.CpuFeature;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.Xmm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Runs code on the processor from one call to the next, on a stack of its own: whatever it calls or returns to is one
 * stub, which gives all registers back to Java.
 */
final class NativeMachine implements AutoCloseable {

  private static final List<Gpr> SAVED = List.of(Gpr.RBP, Gpr.RBX, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15);
  private static final int VECTORS = 128;
  private static final int VECTOR = Cpu.VECTOR * Long.BYTES;
  private static final boolean WIDE = CpuFeatures.current().has(CpuFeature.AVX);
  private static final int JAVA = VECTORS + Cpu.REGISTERS * VECTOR;
  private static final int BYTES = JAVA + 8;
  private static final int RSP = Gpr.RSP.ordinal();
  private static final CodeSpace SPACE = CodeSpace.reserve(1 << 26);
  private static final NativeBlock BLOCK = NativeBlock.allocate(BYTES);
  private static final long STOP;

  static {
    publish(enter()).bind(0, NativeMachine.class, "enter");
    STOP = publish(stop()).address();
  }

  private final CodeBlock block;

  /** Code with all that it calls led to the stub. */
  NativeMachine(CompiledFunction code) {
    block = SPACE.allocate(code.code().length);
    byte[] bytes = code.code().clone();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < code.relocations().length; row += CompiledFunction.RELOCATION_FIELDS) {
      int at = code.relocations()[row];
      buffer.putInt(at, (int) (STOP - block.address() - at - Integer.BYTES));
    }
    block.publish(bytes);
  }

  /** What all calls lead to, and what functions return to. */
  static long stopAddress() {
    return STOP;
  }

  private static native void enter(long state);

  private static CodeBlock publish(Assembler assembler) {
    byte[] code = assembler.finish();
    CodeBlock block = SPACE.allocate(code.length);
    block.publish(code);
    return block;
  }

  /** Takes all registers from the state, whose address is Java's third argument; the stack says where to go on. */
  private static Assembler enter() {
    Assembler code = new Assembler();
    for (Gpr saved : SAVED) {
      code.emit(ControlRows.PUSH_R64, saved);
    }
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RDX, JAVA), Gpr.RSP);
    for (int i = 0; i < Cpu.REGISTERS; i++) {
      code.emit(WIDE ? AvxFloatRows.VMOVUPS_V_VM.of(256) : SseFloatRows.MOVUPS_XMM_XM128, Xmm.of(i),
          Mem.at(Gpr.RDX, VECTORS + VECTOR * i));
    }
    for (Gpr gpr : Gpr.values()) {
      if (gpr != Gpr.RDX) {
        code.emit(IntegerRows.MOV_R_RM.of(64), gpr, Mem.at(Gpr.RDX, gpr.ordinal() * Long.BYTES));
      }
    }
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RDX, Mem.at(Gpr.RDX, Gpr.RDX.ordinal() * Long.BYTES));
    code.emit(ControlRows.RET);
    return code;
  }

  private static Assembler stop() {
    Assembler code = new Assembler();
    code.emit(ControlRows.PUSH_R64, Gpr.R11);
    code.emit(IntegerRows.MOV_R64_IMM64, Gpr.R11, new Imm(BLOCK.address()));
    for (Gpr gpr : Gpr.values()) {
      if (gpr != Gpr.R11 && gpr != Gpr.RSP) {
        code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R11, gpr.ordinal() * Long.BYTES), gpr);
      }
    }
    for (int i = 0; i < Cpu.REGISTERS; i++) {
      code.emit(WIDE ? AvxFloatRows.VMOVUPS_VM_V.of(256) : SseFloatRows.MOVUPS_XM128_XMM,
          Mem.at(Gpr.R11, VECTORS + VECTOR * i), Xmm.of(i));
    }
    code.emit(ControlRows.POP_R64, Gpr.RAX);
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R11, Gpr.R11.ordinal() * Long.BYTES), Gpr.RAX);
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R11, Gpr.RSP.ordinal() * Long.BYTES), Gpr.RSP);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RSP, Mem.at(Gpr.R11, JAVA));
    for (int i = SAVED.size() - 1; i >= 0; i--) {
      code.emit(ControlRows.POP_R64, SAVED.get(i));
    }
    code.emit(ControlRows.RET);
    return code;
  }

  long codeBase() {
    return block.address();
  }

  /** Goes on at an offset of the code until something is called or returned to; the registers are the CPU's. */
  void run(Cpu cpu, int offset) {
    long state = BLOCK.address();
    for (int i = 0; i < Cpu.REGISTERS; i++) {
      NativeAccess.putLong(state + (long) i * Long.BYTES, cpu.gpr[i]);
    }
    for (int i = 0; i < cpu.vector.length; i++) {
      NativeAccess.putLong(state + VECTORS + (long) i * Long.BYTES, cpu.vector[i]);
    }
    long stack = cpu.gpr[RSP] - Long.BYTES;
    NativeAccess.putLong(stack, block.address() + offset);
    NativeAccess.putLong(state + (long) RSP * Long.BYTES, stack);
    enter(state);
    for (int i = 0; i < Cpu.REGISTERS; i++) {
      cpu.gpr[i] = NativeAccess.getLong(state + (long) i * Long.BYTES);
    }
    for (int i = 0; i < cpu.vector.length; i++) {
      cpu.vector[i] = NativeAccess.getLong(state + VECTORS + (long) i * Long.BYTES);
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
