package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.clamp;
import static dev.skerry.memory.NativeAccess.getByte;
import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.getShort;
import static dev.skerry.memory.NativeAccess.putByte;
import static dev.skerry.memory.NativeAccess.putInt;
import static dev.skerry.memory.NativeAccess.putLong;
import static dev.skerry.memory.NativeAccess.putShort;

import dev.skerry.memory.MemoryLayout;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.runtime.Layout;

/**
 * Loads and stores, of the memory whose record is given. An index is clamped by arithmetic too behind each check of
 * bounds, in all memory strategies: no access is made outside of the memory, not even speculatively.
 */
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

  /** Does a load or store of any memory. */
  static void far(int op, long a, long b, long pc, long memory) {
    switch (op) {
      case Op.LOAD32_U -> load32U(a, b, pc, memory);
      case Op.LOAD64 -> load64(a, b, pc, memory);
      case Op.LOAD8_U -> load8U(a, b, pc, memory);
      case Op.LOAD16_U -> load16U(a, b, pc, memory);
      case Op.I32_LOAD8_S -> i32Load8S(a, b, pc, memory);
      case Op.I32_LOAD16_S -> i32Load16S(a, b, pc, memory);
      case Op.I64_LOAD8_S -> i64Load8S(a, b, pc, memory);
      case Op.I64_LOAD16_S -> i64Load16S(a, b, pc, memory);
      case Op.I64_LOAD32_S -> i64Load32S(a, b, pc, memory);
      case Op.STORE32 -> store32(a, b, pc, memory);
      case Op.STORE64 -> store64(a, b, pc, memory);
      case Op.STORE8 -> store8(a, b, pc, memory);
      case Op.STORE16 -> store16(a, b, pc, memory);
      default -> throw new IllegalStateException("not an access: " + op);
    }
  }

  /**
   * The one place where tier 0 makes an effective address of a memory with 32-bit addresses: index and offset are
   * unsigned 32-bit numbers, their sum has 33 bits.
   */
  private static long address(long index, int offset, int size, long memory) {
    long at = (getInt(index) & U32) + (offset & U32);
    long last = getLong(memory + Layout.RECORD_LENGTH) - size;
    if (at > last) {
      return outside(getInt(index) & U32, offset & U32, size, memory);
    }
    return getLong(memory + Layout.RECORD_BASE) + clamp(at, last);
  }

  /**
   * The one place where tier 0 makes an effective address of a memory that may have 64-bit addresses: index and offset
   * are unsigned 64-bit numbers, and a sum that wraps around is out of bounds.
   */
  static long wideAddress(long index, long offset, int size, long memory) {
    long at = index + offset;
    long last = getLong(memory + Layout.RECORD_LENGTH) - size;
    if (Long.compareUnsigned(at, index) < 0 || at < 0 || at > last) {
      return outside(index, offset, size, memory);
    }
    return getLong(memory + Layout.RECORD_BASE) + clamp(at, last);
  }

  /**
   * Where an access goes that is out of bounds: nowhere, or to the region of a memory that forces it in. A static
   * offset that fits in the bytes behind the region is added to the index that was forced in, a larger one before.
   */
  private static long outside(long index, long offset, int size, long memory) {
    long mask = getLong(memory + Layout.RECORD_MASK);
    if (mask == -1) {
      throw Raise.trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS);
    }
    long at = offset + size <= MemoryLayout.TAIL_BYTES ? (index & mask) + offset : index + offset & mask;
    return getLong(memory + Layout.RECORD_BASE) + at;
  }
}
