package dev.skerry.wasm.verify;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.CodeSpace;
import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.Instruction;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Mem;
import java.util.List;

/** Runs single instructions on the processor, with all general registers given and taken back. */
final class Processor {

  /** Points to memory that instructions may use, 64 bytes and aligned to them. */
  static final Gpr DATA = Gpr.RBX;

  private static final List<Gpr> SAVED = List.of(Gpr.RBX, Gpr.RBP, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15);
  private static final int BEFORE = 0;
  private static final int AFTER = 128;
  private static final int MEMORY = 256;
  private static final int BYTES = 64;
  private static final CodeSpace SPACE = isAvailable() ? CodeSpace.reserve(1 << 24) : null;
  private static final NativeBlock BLOCK = NativeBlock.allocate(512);
  private static final long BUFFER = BLOCK.address() + BYTES - 1 & -BYTES;

  static {
    if (isAvailable()) {
      bind();
    }
  }

  private Processor() {
  }

  static boolean isAvailable() {
    return NativeSupport.current().nativeMemory();
  }

  private static native void enter(long code, long buffer);

  private static void bind() {
    Assembler code = new Assembler();
    for (Gpr gpr : SAVED) {
      code.emit(ControlRows.PUSH_R64, gpr);
    }
    code.emit(ControlRows.PUSH_R64, Gpr.RCX);
    code.emit(ControlRows.PUSH_R64, Gpr.RDX);
    for (Gpr gpr : Gpr.values()) {
      if (gpr != Gpr.RSP && gpr != Gpr.RCX) {
        code.emit(IntegerRows.MOV_R_RM.of(64), gpr, Mem.at(Gpr.RCX, BEFORE + gpr.ordinal() * Long.BYTES));
      }
    }
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.RCX, BEFORE + Gpr.RCX.ordinal() * Long.BYTES));
    code.emit(ControlRows.CALL_RM64, Mem.at(Gpr.RSP, 0));
    code.emit(ControlRows.PUSH_R64, Gpr.RCX);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.RSP, 2 * Long.BYTES));
    for (Gpr gpr : Gpr.values()) {
      if (gpr != Gpr.RSP && gpr != Gpr.RCX) {
        code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RCX, AFTER + gpr.ordinal() * Long.BYTES), gpr);
      }
    }
    code.emit(ControlRows.POP_R64, Gpr.RAX);
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RCX, AFTER + Gpr.RCX.ordinal() * Long.BYTES), Gpr.RAX);
    code.emit(IntegerRows.ADD_RM_IMM8.of(64), Gpr.RSP, new Imm(2 * Long.BYTES));
    for (int i = SAVED.size() - 1; i >= 0; i--) {
      code.emit(ControlRows.POP_R64, SAVED.get(i));
    }
    code.emit(ControlRows.RET);
    byte[] bytes = code.finish();
    CodeBlock block = SPACE.allocate(bytes.length);
    block.publish(bytes);
    block.bind(0, Processor.class, "enter");
  }

  /** The general registers after the instruction; {@link #DATA} points to memory filled with the value. */
  static long[] run(Instruction instruction, long[] before, long memory) {
    Assembler code = new Assembler();
    code.emit(instruction);
    code.emit(ControlRows.RET);
    byte[] bytes = code.finish();
    for (int i = 0; i < State.REGISTERS; i++) {
      NativeAccess.putLong(BUFFER + BEFORE + (long) i * Long.BYTES, before[i]);
    }
    NativeAccess.putLong(BUFFER + BEFORE + (long) DATA.ordinal() * Long.BYTES, BUFFER + MEMORY);
    for (int i = 0; i < BYTES; i += Long.BYTES) {
      NativeAccess.putLong(BUFFER + MEMORY + i, memory);
    }
    try (CodeBlock block = SPACE.allocate(bytes.length)) {
      block.publish(bytes);
      enter(block.address(), BUFFER);
    }
    long[] after = new long[State.REGISTERS];
    for (int i = 0; i < State.REGISTERS; i++) {
      after[i] = NativeAccess.getLong(BUFFER + AFTER + (long) i * Long.BYTES);
    }
    return after;
  }
}
