package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.getByte;
import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.getShort;
import static dev.skerry.memory.NativeAccess.putByte;
import static dev.skerry.memory.NativeAccess.putInt;
import static dev.skerry.memory.NativeAccess.putLong;
import static dev.skerry.memory.NativeAccess.putShort;

/** Loads and stores of memories with 64-bit addresses. */
final class WideAccess {

  private static final long U32 = 0xffff_ffffL;

  private WideAccess() {
  }

  /**
   * Does a load from index slot {@code b} to slot {@code a}, or a store of slot {@code b} at index slot {@code a}.
   *
   * @param op the instruction that does the same in a memory with 32-bit addresses
   * @param pc address of the DATA unit, which holds the offset
   * @param memory address of the memory's record
   */
  static void step(int op, long a, long b, long pc, long memory) {
    switch (op) {
      case Op.LOAD32_U -> putLong(a, getInt(address(b, pc, 4, memory)) & U32);
      case Op.LOAD64 -> putLong(a, getLong(address(b, pc, 8, memory)));
      case Op.LOAD8_U -> putLong(a, getByte(address(b, pc, 1, memory)) & 0xffL);
      case Op.LOAD16_U -> putLong(a, getShort(address(b, pc, 2, memory)) & 0xffffL);
      case Op.I32_LOAD8_S -> putLong(a, getByte(address(b, pc, 1, memory)) & U32);
      case Op.I32_LOAD16_S -> putLong(a, getShort(address(b, pc, 2, memory)) & U32);
      case Op.I64_LOAD8_S -> putLong(a, getByte(address(b, pc, 1, memory)));
      case Op.I64_LOAD16_S -> putLong(a, getShort(address(b, pc, 2, memory)));
      case Op.I64_LOAD32_S -> putLong(a, getInt(address(b, pc, 4, memory)));
      case Op.STORE32 -> putInt(address(a, pc, 4, memory), getInt(b));
      case Op.STORE64 -> putLong(address(a, pc, 8, memory), getLong(b));
      case Op.STORE8 -> putByte(address(a, pc, 1, memory), (byte) getInt(b));
      case Op.STORE16 -> putShort(address(a, pc, 2, memory), (short) getInt(b));
      default -> throw new IllegalStateException("not an access: " + op);
    }
  }

  private static long address(long index, long pc, int size, long memory) {
    return MemoryAccess.wideAddress(getLong(index), getLong(pc + 8), size, memory);
  }
}
