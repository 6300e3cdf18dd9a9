package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.getByte;
import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.getShort;
import static dev.skerry.memory.NativeAccess.putByte;
import static dev.skerry.memory.NativeAccess.putInt;
import static dev.skerry.memory.NativeAccess.putLong;
import static dev.skerry.memory.NativeAccess.putShort;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.runtime.Layout;

/** Loads and stores of memory 0. */
final class MemoryAccess {

  private static final long U32 = 0xffff_ffffL;

  private MemoryAccess() {
  }

  static void load32U(long d, long index, long pc, long memory) {
    putLong(d, getInt(address(index, getInt(pc - 4), 4, memory)) & U32);
  }

  static void load64(long d, long index, long pc, long memory) {
    putLong(d, getLong(address(index, getInt(pc - 4), 8, memory)));
  }

  static void load8U(long d, long index, long pc, long memory) {
    putLong(d, getByte(address(index, getInt(pc - 4), 1, memory)) & 0xffL);
  }

  static void load16U(long d, long index, long pc, long memory) {
    putLong(d, getShort(address(index, getInt(pc - 4), 2, memory)) & 0xffffL);
  }

  static void i32Load8S(long d, long index, long pc, long memory) {
    putLong(d, getByte(address(index, getInt(pc - 4), 1, memory)) & U32);
  }

  static void i32Load16S(long d, long index, long pc, long memory) {
    putLong(d, getShort(address(index, getInt(pc - 4), 2, memory)) & U32);
  }

  static void i64Load8S(long d, long index, long pc, long memory) {
    putLong(d, getByte(address(index, getInt(pc - 4), 1, memory)));
  }

  static void i64Load16S(long d, long index, long pc, long memory) {
    putLong(d, getShort(address(index, getInt(pc - 4), 2, memory)));
  }

  static void i64Load32S(long d, long index, long pc, long memory) {
    putLong(d, getInt(address(index, getInt(pc - 4), 4, memory)));
  }

  static void store32(long index, long value, long pc, long memory) {
    putInt(address(index, getInt(pc - 4), 4, memory), getInt(value));
  }

  static void store64(long index, long value, long pc, long memory) {
    putLong(address(index, getInt(pc - 4), 8, memory), getLong(value));
  }

  static void store8(long index, long value, long pc, long memory) {
    putByte(address(index, getInt(pc - 4), 1, memory), (byte) getInt(value));
  }

  static void store16(long index, long value, long pc, long memory) {
    putShort(address(index, getInt(pc - 4), 2, memory), (short) getInt(value));
  }

  /**
   * The one place where tier 0 makes an effective address: index and offset are unsigned 32-bit numbers, their sum has
   * 33 bits.
   */
  private static long address(long index, int offset, int size, long memory) {
    long at = (getInt(index) & U32) + (offset & U32);
    if (at > getLong(memory + Layout.RECORD_LENGTH) - size) {
      throw Raise.trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS);
    }
    return getLong(memory + Layout.RECORD_BASE) + at;
  }
}
