package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.memory.NativeAtomics;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.format.Opcode;

/**
 * Atomic memory instructions but wait and notify (threads proposal, "Atomic Memory Accesses"), sequentially consistent.
 * They are numbered by their codes behind the prefix 0xFE: seven widths and types of each kind, in the same order.
 */
final class Atomics {

  private static final int FIRST = 0x10;
  private static final int PER_KIND = 7;
  private static final int SLOT = 8;

  private static final int LOAD = 0;
  private static final int STORE = 1;
  private static final int ADD = 2;
  private static final int SUB = 3;
  private static final int AND = 4;
  private static final int OR = 5;
  private static final int XOR = 6;
  private static final int XCHG = 7;

  private Atomics() {
  }

  /**
   * Does one instruction.
   *
   * @param code behind the prefix
   * @param slots address of the operands: index, values, offset; the result takes the place of the first
   * @param memory address of the memory's record
   */
  static void step(int code, long slots, long memory) {
    int kind = (code - FIRST) / PER_KIND;
    int bytes = Opcode.ofPrefixFe(code).accessBytes();
    int values = kind == LOAD ? 0 : kind <= XCHG ? 1 : 2;
    long address = address(getLong(slots), getLong(slots + (1 + values) * SLOT), bytes, memory);
    switch (kind) {
      case LOAD -> putLong(slots, NativeAtomics.get(address, bytes));
      case STORE -> NativeAtomics.put(address, bytes, getLong(slots + SLOT));
      case ADD, SUB, AND, OR, XOR, XCHG -> putLong(slots, modify(kind, address, bytes, getLong(slots + SLOT)));
      default -> putLong(slots, exchange(address, bytes, getLong(slots + SLOT), getLong(slots + 2 * SLOT)));
    }
  }

  private static long address(long index, long offset, int bytes, long memory) {
    if ((index + offset & bytes - 1) != 0) {
      throw Raise.trap(Trap.Kind.UNALIGNED_ATOMIC);
    }
    return MemoryAccess.wideAddress(index, offset, bytes, memory);
  }

  private static long modify(int kind, long address, int bytes, long operand) {
    for (;;) {
      long before = NativeAtomics.get(address, bytes);
      long after = switch (kind) {
        case ADD -> before + operand;
        case SUB -> before - operand;
        case AND -> before & operand;
        case OR -> before | operand;
        case XOR -> before ^ operand;
        default -> operand;
      };
      if (NativeAtomics.compareAndSet(address, bytes, before, after)) {
        return before;
      }
    }
  }

  /** Of the expected value too, only as many bits count as memory holds. */
  private static long exchange(long address, int bytes, long wide, long replacement) {
    long expected = bytes == Long.BYTES ? wide : wide & (1L << bytes * Byte.SIZE) - 1;
    for (;;) {
      long before = NativeAtomics.get(address, bytes);
      if (before != expected || NativeAtomics.compareAndSet(address, bytes, expected, replacement)) {
        return before;
      }
    }
  }
}
