package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.memory.NativeAccess;
import dev.skerry.wasm.Trap;
import dev.skerry.wasm.interp.Op;
import java.util.List;

/** The instructions that wait for others and wake them (threads proposal, "Wait and Notify operators"). */
final class WaitOperations {

  private static final int SLOT = 8;

  /** Index, then expected value and timeout, or count; the offset comes behind them. */
  private static final int WAIT_OPERANDS = 3;
  private static final int NOTIFY_OPERANDS = 2;

  /** The result where another value was there. */
  private static final int NOT_EQUAL = 1;

  private WaitOperations() {
  }

  static boolean isWait(int op) {
    return op == Op.ATOMIC_WAIT32 || op == Op.ATOMIC_WAIT64;
  }

  /** Wakes those who wait at an address; the operands begin, and the result goes, where the slots do. */
  static void notify(MemoryInstance memory, long slots) {
    long at = address(memory, slots, NOTIFY_OPERANDS, Integer.BYTES);
    putLong(slots, memory.shared() == null ? 0 : memory.shared().wake(at, getLong(slots + SLOT)));
  }

  /** Begins to wait; null if there is nothing to wait for, and the result is in its slot. */
  static AtomicWaiter begin(MemoryInstance memory, int op, long slots) {
    int bytes = op == Op.ATOMIC_WAIT64 ? Long.BYTES : Integer.BYTES;
    long at = address(memory, slots, WAIT_OPERANDS, bytes);
    AtomicWaiter waiter = memory.shared().begin(memory.store(), at, bytes, getLong(slots + SLOT),
        getLong(slots + 2 * SLOT));
    if (waiter == null) {
      putLong(slots, NOT_EQUAL);
    }
    return waiter;
  }

  /** As {@link #begin}, and waits on this thread. */
  static void await(MemoryInstance memory, int op, long slots) {
    AtomicWaiter waiter = begin(memory, op, slots);
    if (waiter != null) {
      putLong(slots, waiter.await());
    }
  }

  /** Traps unless the operation is allowed there. */
  private static long address(MemoryInstance memory, long slots, int operands, int bytes) {
    long index = getLong(slots);
    long at = index + getLong(slots + operands * SLOT);
    if ((at & bytes - 1) != 0) {
      throw trap(Trap.Kind.UNALIGNED_ATOMIC);
    }
    if (memory.shared() == null && operands == WAIT_OPERANDS) {
      throw trap(Trap.Kind.EXPECTED_SHARED_MEMORY);
    }
    long length = memory.linear().byteLength();
    if (Long.compareUnsigned(at, index) < 0 || !RuntimeOperations.isWithin(at, bytes, length)) {
      throw trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS);
    }
    return NativeAccess.clamp(at, length - bytes);
  }

  private static Trap trap(Trap.Kind kind) {
    return new Trap(kind, null, List.of());
  }
}
