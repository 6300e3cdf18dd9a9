package dev.skerry.wasm.runtime;

import static dev.skerry.memory.NativeAccess.getLong;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.interp.Op;
import java.util.List;

/** The instructions that wait for others and wake them (threads proposal, "Wait and Notify operators"). */
final class WaitOperations {

  private static final int SLOT = 8;

  private WaitOperations() {
  }

  /** Does one instruction, whose operands begin at that address; its result. */
  static long execute(MemoryInstance memory, int op, long slots) {
    int bytes = op == Op.ATOMIC_WAIT64 ? Long.BYTES : Integer.BYTES;
    int operands = op == Op.ATOMIC_NOTIFY ? 2 : 3;
    long index = getLong(slots);
    long at = index + getLong(slots + operands * SLOT);
    if ((at & bytes - 1) != 0) {
      throw trap(Trap.Kind.UNALIGNED_ATOMIC);
    }
    SharedMemory shared = memory.shared();
    if (shared == null && op != Op.ATOMIC_NOTIFY) {
      throw trap(Trap.Kind.EXPECTED_SHARED_MEMORY);
    }
    if (Long.compareUnsigned(at, index) < 0
        || !RuntimeOperations.isWithin(at, bytes, memory.linear().byteLength())) {
      throw trap(Trap.Kind.MEMORY_OUT_OF_BOUNDS);
    }
    if (op == Op.ATOMIC_NOTIFY) {
      return shared == null ? 0 : shared.wake(at, getLong(slots + SLOT));
    }
    return shared.await(memory.store(), at, bytes, getLong(slots + SLOT), getLong(slots + 2 * SLOT));
  }

  private static Trap trap(Trap.Kind kind) {
    return new Trap(kind, null, List.of());
  }
}
