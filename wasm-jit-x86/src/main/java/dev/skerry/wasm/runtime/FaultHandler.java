package dev.skerry.wasm.runtime;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.FaultSignal;
import dev.skerry.memory.LinearMemory;
import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.wasm.x64.Assembler;
import dev.skerry.wasm.x64.Condition;
import dev.skerry.wasm.x64.ControlRows;
import dev.skerry.wasm.x64.Gpr;
import dev.skerry.wasm.x64.Imm;
import dev.skerry.wasm.x64.IntegerRows;
import dev.skerry.wasm.x64.Label;
import dev.skerry.wasm.x64.Mem;

/**
 * Turns faults of machine code into traps. A fault is claimed only if the kernel raised it for an access, the
 * instruction is one that leaves its bounds to the page tables, and the address lies in the reservation of memory 0 of
 * the instance that runs; every other one goes on to HotSpot's handler unchanged, so that real bugs crash loudly. The
 * handler takes no lock: it reads a bit map of those instructions, with one bit for each byte of code.
 */
final class FaultHandler implements CodeObject {

  // Kernel, asm/siginfo.h and asm/sigcontext.h: what the handler's arguments point to.
  private static final int SIGINFO_CODE = 8;
  private static final int SIGINFO_ADDRESS = 16;
  private static final int CONTEXT_R15 = 96;
  private static final int CONTEXT_RSP = 160;
  private static final int CONTEXT_RIP = 168;

  /** SEGV_MAPERR and SEGV_ACCERR, BUS_ADRALN and BUS_ADRERR: the kernel's own word that an access went wrong. */
  private static final int CODES = 2;

  private static final int MAP_UNIT = 64 << 10;

  private final CodeRegion region;
  private final LinearMemory map;
  /** Holds how many bytes of code the map covers. */
  private final NativeBlock covered = NativeBlock.allocate(Long.BYTES);

  private FaultHandler(CodeRegion region) {
    this.region = region;
    long bytes = region.byteLength() / Byte.SIZE;
    this.map = LinearMemory.reserve(0, (bytes + MAP_UNIT - 1) / MAP_UNIT * MAP_UNIT);
  }

  /**
   * Puts a handler in front of HotSpot's, for good.
   *
   * @throws IllegalStateException if signals are off, or somebody else's handler came between
   * @throws NativeMemoryException if there is no room for it
   */
  static FaultHandler install(CodeRegion region) {
    FaultHandler handler = new FaultHandler(region);
    for (FaultSignal signal : FaultSignal.values()) {
      long previous = signal.handler();
      byte[] code = handler.code(previous);
      CodeBlock block = region.allocate(code.length);
      region.publish(block, code, handler);
      signal.chain(block, 0, previous);
    }
    return handler;
  }

  /** Takes note of instructions that may fault, before anybody can run them; there are some, in order. */
  synchronized void add(long address, int[] offsets, int stride) {
    cover(address - region.address() + offsets[offsets.length - stride]);
    mark(address - region.address(), offsets, stride, true);
  }

  /** Forgets them, or does nothing if there was no room for them. */
  synchronized void remove(long address, int[] offsets, int stride) {
    if (isCovered(address - region.address() + offsets[offsets.length - stride])) {
      mark(address - region.address(), offsets, stride, false);
    }
  }

  private boolean isCovered(long offset) {
    return offset / Byte.SIZE < map.byteLength();
  }

  private void cover(long offset) {
    if (!isCovered(offset)) {
      long needed = (offset / Byte.SIZE + MAP_UNIT) / MAP_UNIT * MAP_UNIT;
      if (!map.grow(needed)) {
        throw new NativeMemoryException("no memory for the map of " + needed + " bytes of instructions that may fault");
      }
      NativeAccess.putLong(covered.address(), needed * Byte.SIZE);
    }
  }

  /** Sets or clears bits, those of a word of the map at once. */
  private void mark(long start, int[] offsets, int stride, boolean mayFault) {
    for (int i = 0; i < offsets.length;) {
      long word = (start + offsets[i]) / Long.SIZE;
      long bits = 0;
      for (; i < offsets.length && (start + offsets[i]) / Long.SIZE == word; i += stride) {
        bits |= 1L << start + offsets[i];
      }
      change(map.address() + word * Long.BYTES, bits, mayFault);
    }
  }

  private static void change(long at, long bits, boolean mayFault) {
    long former = NativeAccess.getLong(at);
    NativeAccess.putLong(at, mayFault ? former | bits : former & ~bits);
  }

  /** {@code void handler(int signal, siginfo_t *rsi, ucontext_t *rdx)}; keeps its three arguments. */
  private byte[] code(long previous) {
    Assembler code = new Assembler();
    Label notOurs = code.label();
    // The instruction, as an offset in the region.
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.RDX, CONTEXT_RIP));
    code.emit(IntegerRows.MOV_R64_IMM64, Gpr.R8, new Imm(region.address()));
    code.emit(IntegerRows.SUB_R_RM.of(64), Gpr.RAX, Gpr.R8);
    code.emit(IntegerRows.MOV_R64_IMM64, Gpr.R8, new Imm(covered.address()));
    code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.R8, 0));
    code.jump(Condition.AE, notOurs);
    code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RCX, Mem.at(Gpr.RSI, SIGINFO_CODE));
    code.emit(IntegerRows.DEC.of(32), Gpr.RCX);
    code.emit(IntegerRows.CMP_RM_IMM8.of(32), Gpr.RCX, new Imm(CODES));
    code.jump(Condition.AE, notOurs);
    // Its bit in the map.
    code.emit(IntegerRows.MOV_R_RM.of(32), Gpr.RCX, Gpr.RAX);
    code.emit(IntegerRows.SHR_RM_UIMM8.of(64), Gpr.RAX, new Imm(3));
    code.emit(IntegerRows.MOV_R64_IMM64, Gpr.R8, new Imm(map.address()));
    code.emit(IntegerRows.MOVZX_R_RM8.of(32), Gpr.RAX, Mem.at(Gpr.R8, Gpr.RAX, 1, 0));
    code.emit(IntegerRows.AND_RM_IMM8.of(32), Gpr.RCX, new Imm(7));
    code.emit(IntegerRows.SHR_RM_CL.of(32), Gpr.RAX);
    code.emit(IntegerRows.TEST_RM_IMM.of(8), Gpr.RAX, new Imm(1));
    code.jump(Condition.E, notOurs);
    // The address, as an offset in the reservation of memory 0.
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R8, Mem.at(Gpr.RDX, CONTEXT_R15));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R9, Mem.at(Gpr.RSI, SIGINFO_ADDRESS));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R10, Mem.at(Gpr.R8, Layout.INSTANCE_MEMORY_BASE));
    code.emit(IntegerRows.CMP_RM_R.of(64), Gpr.R9, Gpr.R10);
    code.jump(Condition.B, notOurs);
    code.emit(IntegerRows.CMP_R_RM.of(64), Gpr.R9, Mem.at(Gpr.R8, Layout.INSTANCE_MEMORY_END));
    code.jump(Condition.AE, notOurs);
    // As if the instruction had called the stub.
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.R8, Mem.at(Gpr.R8, Layout.INSTANCE_STORE));
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.R8, Layout.STORE_FAULT_ADDRESS), Gpr.R9);
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RAX, Mem.at(Gpr.RDX, CONTEXT_RIP));
    code.emit(IntegerRows.MOV_R_RM.of(64), Gpr.RCX, Mem.at(Gpr.RDX, CONTEXT_RSP));
    code.emit(IntegerRows.SUB_RM_IMM8.of(64), Gpr.RCX, new Imm(Long.BYTES));
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RCX, 0), Gpr.RAX);
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RDX, CONTEXT_RSP), Gpr.RCX);
    code.emit(IntegerRows.MOV_R64_IMM64, Gpr.RAX, new Imm(region.stubs().fault()));
    code.emit(IntegerRows.MOV_RM_R.of(64), Mem.at(Gpr.RDX, CONTEXT_RIP), Gpr.RAX);
    code.emit(ControlRows.RET);
    code.bind(notOurs);
    code.emit(IntegerRows.MOV_R64_IMM64, Gpr.RAX, new Imm(previous));
    code.emit(ControlRows.JMP_RM64, Gpr.RAX);
    return code.finish();
  }
}
