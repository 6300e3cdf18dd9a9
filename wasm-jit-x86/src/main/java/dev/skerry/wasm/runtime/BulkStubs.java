package dev.skerry.wasm.runtime;

import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.AvxFloatRows;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.SseIntegerRows;
import dev.skerry.wasm.x64.Xmm;

/**
 * The stubs that fill and copy in memory 0 of the instance in r15, called with the instruction's operands in rdi, rsi
 * and rdx, as 64-bit numbers whatever their type. What lies within bounds and takes no longer than a poll may wait is
 * done here; all else is left to the runtime, with the operands in the call buffer, as if the caller had done that.
 * They rely on nothing but r15, and keep it, r14 and the stack.
 */
public final class BulkStubs {

  /** The most that is done without a poll. */
  private static final int MOST_BYTES = 1 << 20;
  /** Vector registers that a turn of a loop moves. */
  private static final int VECTORS = 4;
  private static final int SMALLEST = 16;
  private static final long EACH_BYTE = 0x0101_0101_0101_0101L;

  private static final Gpr TO = Gpr.RDI;
  private static final Gpr FROM = Gpr.RSI;
  private static final Gpr VALUE = Gpr.RSI;
  private static final Gpr LENGTH = Gpr.RDX;

  private final Assembler code;
  /** Bytes of a vector register. */
  private final int width;
  /** Bytes that a turn of a loop moves. */
  private final int turn;

  /** @param wide whether vectors of 32 bytes are used, which AVX has, instead of 16 */
  public BulkStubs(Assembler code, boolean wide) {
    this.code = code;
    this.width = wide ? 2 * SMALLEST : SMALLEST;
    this.turn = VECTORS * width;
  }

  /** Writes {@code memory.fill}: to, value, length; with what is left to the runtime, where its stub is. */
  public void fill(Label runtime) {
    Label leave = code.label();
    bounds(leave, TO);
    code.emit(IntegerRows.MOVZX_R_RM8.of(32), Gpr.RAX, VALUE);
    code.emit(IntegerRows.MOV_R64_IMM64, Gpr.RCX, new Imm(EACH_BYTE));
    code.emit(IntegerRows.IMUL_R_RM.of(64), Gpr.RAX, Gpr.RCX);
    Label small = code.label();
    code.emit(IntegerRows.CMP_RM_IMM8.of(64), LENGTH, new Imm(SMALLEST));
    code.jump(Condition.B, small);
    code.emit(SseIntegerRows.MOVQ_XMM_RM64, Xmm.XMM0, Gpr.RAX);
    code.emit(SseIntegerRows.PUNPCKLQDQ, Xmm.XMM0, Xmm.XMM0);
    for (int bytes = SMALLEST; bytes <= turn; bytes *= 2) {
      if (bytes == 2 * SMALLEST && width == bytes) {
        code.emit(AvxFloatRows.VINSERTF128, Xmm.XMM0, Xmm.XMM0, Xmm.XMM0, new Imm(1));
      }
      Label more = longer(bytes);
      spread(bytes, Mem.at(TO, 0));
      spread(bytes, Mem.at(TO, LENGTH, 1, -bytes));
      done(bytes);
      code.bind(more);
    }
    code.emit(IntegerRows.LEA.of(64), Gpr.RAX, Mem.at(TO, LENGTH, 1, -turn));
    Label again = code.here();
    spread(turn, Mem.at(TO, 0));
    code.emit(IntegerRows.SUB_RM_IMM8.of(64), TO, new Imm(-turn));
    code.emit(IntegerRows.CMP_RM_R.of(64), TO, Gpr.RAX);
    code.jump(Condition.B, again);
    spread(turn, Mem.at(Gpr.RAX, 0));
    done(turn);
    code.bind(small);
    for (int bytes = Long.BYTES; bytes > 0; bytes /= 2) {
      Label less = code.label();
      below(bytes, less);
      store(bytes, Mem.at(TO, 0), Gpr.RAX);
      store(bytes, Mem.at(TO, LENGTH, 1, -bytes), Gpr.RAX);
      code.emit(ControlRows.RET);
      code.bind(less);
    }
    code.emit(ControlRows.RET);
    leave(leave, runtime);
  }

  /** Writes {@code memory.copy}: to, from, length; as {@link #fill}. */
  public void copy(Label runtime) {
    Label leave = code.label();
    bounds(leave, TO, FROM);
    Label small = code.label();
    code.emit(IntegerRows.CMP_RM_IMM8.of(64), LENGTH, new Imm(SMALLEST));
    code.jump(Condition.B, small);
    for (int bytes = SMALLEST; bytes <= turn; bytes *= 2) {
      Label more = longer(bytes);
      load(bytes, Mem.at(FROM, 0), 0);
      load(bytes, Mem.at(FROM, LENGTH, 1, -bytes), VECTORS);
      store(bytes, Mem.at(TO, 0), 0);
      store(bytes, Mem.at(TO, LENGTH, 1, -bytes), VECTORS);
      done(bytes);
      code.bind(more);
    }
    Label backwards = code.label();
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, TO);
    code.emit(IntegerRows.SUB_RM_R.of(64), Gpr.RAX, FROM);
    code.emit(IntegerRows.CMP_RM_R.of(64), Gpr.RAX, LENGTH);
    code.jump(Condition.B, backwards);
    forwards();
    code.bind(backwards);
    backwards();
    code.bind(small);
    for (int bytes = Long.BYTES; bytes > 0; bytes /= 2) {
      Label less = code.label();
      below(bytes, less);
      load(bytes, Gpr.RAX, Mem.at(FROM, 0));
      load(bytes, Gpr.RCX, Mem.at(FROM, LENGTH, 1, -bytes));
      store(bytes, Mem.at(TO, 0), Gpr.RAX);
      store(bytes, Mem.at(TO, LENGTH, 1, -bytes), Gpr.RCX);
      code.emit(ControlRows.RET);
      code.bind(less);
    }
    code.emit(ControlRows.RET);
    leave(leave, runtime);
  }

  /** More than a turn, of which no byte is read behind where it was written: the last turn's bytes are kept. */
  private void forwards() {
    load(turn, Mem.at(FROM, LENGTH, 1, -turn), VECTORS);
    code.emit(IntegerRows.LEA.of(64), Gpr.RAX, Mem.at(TO, LENGTH, 1, -turn));
    Label again = code.here();
    load(turn, Mem.at(FROM, 0), 0);
    store(turn, Mem.at(TO, 0), 0);
    code.emit(IntegerRows.SUB_RM_IMM8.of(64), FROM, new Imm(-turn));
    code.emit(IntegerRows.SUB_RM_IMM8.of(64), TO, new Imm(-turn));
    code.emit(IntegerRows.CMP_RM_R.of(64), TO, Gpr.RAX);
    code.jump(Condition.B, again);
    store(turn, Mem.at(Gpr.RAX, 0), VECTORS);
    done(turn);
  }

  /** The same from the end on, for what overlaps the other way; the first turn's bytes are kept. */
  private void backwards() {
    load(turn, Mem.at(FROM, 0), VECTORS);
    code.emit(IntegerRows.ADD_RM_R.of(64), FROM, LENGTH);
    code.emit(IntegerRows.LEA.of(64), Gpr.RAX, Mem.at(TO, LENGTH, 1, 0));
    code.emit(IntegerRows.LEA.of(64), Gpr.RCX, Mem.at(TO, turn));
    Label again = code.here();
    load(turn, Mem.at(FROM, -turn), 0);
    store(turn, Mem.at(Gpr.RAX, -turn), 0);
    code.emit(IntegerRows.ADD_RM_IMM8.of(64), FROM, new Imm(-turn));
    code.emit(IntegerRows.ADD_RM_IMM8.of(64), Gpr.RAX, new Imm(-turn));
    code.emit(IntegerRows.CMP_RM_R.of(64), Gpr.RAX, Gpr.RCX);
    code.jump(Condition.A, again);
    store(turn, Mem.at(TO, 0), VECTORS);
    done(turn);
  }

  /**
   * Leaves unless ranges of the length lie within memory; makes addresses of their starts. Where a misprediction goes
   * on with others, they are those of memory's start, and the length is 0.
   */
  private void bounds(Label leave, Gpr... starts) {
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_MEMORY));
    code.emit(IntegerRows.XOR_R_RM.of(32), Gpr.RCX, Gpr.RCX);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.R11, Layout.RECORD_LENGTH));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R10, LENGTH);
    code.emit(IntegerRows.CMP_RM_IMM.of(64), LENGTH, new Imm(MOST_BYTES));
    code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.A), Gpr.R10, Gpr.RCX);
    code.jump(Condition.A, leave);
    code.emit(IntegerRows.SUB_RM_R.of(64), Gpr.RAX, LENGTH);
    code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.B), Gpr.R10, Gpr.RCX);
    code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.B), Gpr.RAX, Gpr.RCX);
    code.jump(Condition.B, leave);
    Gpr[] clamped = {Gpr.R8, Gpr.R9};
    for (int i = 0; i < starts.length; i++) {
      code.emit(IntegerRows.MOV_R_RM.of(64), clamped[i], starts[i]);
      code.emit(IntegerRows.CMP_RM_R.of(64), starts[i], Gpr.RAX);
      code.emit(IntegerRows.CMOVCC_R64_RM64.of(Condition.A), clamped[i], Gpr.RCX);
      code.jump(Condition.A, leave);
    }
    code.emit(IntegerRows.MOV_R_RM.of(64), LENGTH, Gpr.R10);
    for (int i = 0; i < starts.length; i++) {
      code.emit(IntegerRows.MOV_R_RM.of(64), starts[i], clamped[i]);
      code.emit(IntegerRows.ADD_R_RM.of(64), starts[i], Mem.at(Gpr.R11, Layout.RECORD_BASE));
    }
  }

  /** What the runtime does: the operands are as they came. */
  private void leave(Label leave, Label runtime) {
    code.bind(leave);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R15, Layout.INSTANCE_STORE));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R11, Mem.at(Gpr.R11, Layout.STORE_CALL_BUFFER));
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R11, 0), TO);
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R11, Long.BYTES), FROM);
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R11, 2 * Long.BYTES), LENGTH);
    code.jump(runtime);
  }

  private void below(int bytes, Label less) {
    code.emit(IntegerRows.CMP_RM_IMM8.of(64), LENGTH, new Imm(bytes));
    code.jump(Condition.B, less);
  }

  /** Goes on at a label if there are more than twice so many bytes. */
  private Label longer(int bytes) {
    Label more = code.label();
    code.emit(IntegerRows.CMP_RM_IMM.of(64), LENGTH, new Imm(2 * bytes));
    code.jump(Condition.A, more);
    return more;
  }

  private void done(int bytes) {
    if (isWide(bytes)) {
      code.emit(AvxFloatRows.VZEROUPPER);
    }
    code.emit(ControlRows.RET);
  }

  private boolean isWide(int bytes) {
    return bytes > SMALLEST && width > SMALLEST;
  }

  /** Loads vector registers from one on with so many bytes. */
  private void load(int bytes, Mem from, int register) {
    for (int at = 0; at < bytes; at += width) {
      Row row = isWide(bytes) ? AvxFloatRows.VMOVUPS_V_VM.of(256) : SseFloatRows.MOVUPS_XMM_XM128;
      code.emit(row, Xmm.of(register + at / width), above(from, at));
    }
  }

  /** Stores vector registers from one on, so many bytes. */
  private void store(int bytes, Mem to, int register) {
    for (int at = 0; at < bytes; at += width) {
      Row row = isWide(bytes) ? AvxFloatRows.VMOVUPS_VM_V.of(256) : SseFloatRows.MOVUPS_XM128_XMM;
      code.emit(row, above(to, at), Xmm.of(register + at / width));
    }
  }

  /** Stores the first vector register as often as so many bytes take. */
  private void spread(int bytes, Mem to) {
    for (int at = 0; at < bytes; at += width) {
      store(Math.min(width, bytes), above(to, at), 0);
    }
  }

  private static Mem above(Mem place, int bytes) {
    return new Mem(place.segment(), place.base(), place.index(), place.scale(), place.displacement() + bytes);
  }

  private void load(int bytes, Gpr to, Mem from) {
    if (bytes < Integer.BYTES) {
      code.emit((bytes == 1 ? IntegerRows.MOVZX_R_RM8 : IntegerRows.MOVZX_R_RM16).of(32), to, from);
    } else {
      code.emit(IntegerRows.MOV_R_RM.of(bytes * Byte.SIZE), to, from);
    }
  }

  private void store(int bytes, Mem to, Gpr from) {
    code.emit(IntegerRows.MOV_RM_R.of(bytes * Byte.SIZE), to, from);
  }
}
