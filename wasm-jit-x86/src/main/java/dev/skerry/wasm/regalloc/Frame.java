package dev.skerry.wasm.regalloc;

/**
 * Where things are in the frame of a function: from the stack pointer up first places of 32 bytes, then of 16, then of
 * 8, then, if it calls, its context, right below the return address. Its size is 8 more than a multiple of 16, or 0;
 * places of 32 bytes are aligned to 16.
 */
final class Frame {

  private static final int ALIGNMENT = 16;
  private static final int RETURN_ADDRESS = 8;

  /** What the prologue subtracts from the stack pointer. */
  final int bytes;
  /** The most that is pushed below for a call. */
  final int argumentBytes;
  final boolean calls;
  private final int[] offsets;

  Frame(Lir lir, Slots slots) {
    offsets = new int[slots.count];
    int size = 0;
    for (int width = 2 * ALIGNMENT; width >= Long.BYTES; width /= 2) {
      for (int i = 0; i < slots.count; i++) {
        if (slots.bytes[i] == width) {
          offsets[i] = size;
          size += width;
        }
      }
    }
    boolean returns = false;
    int most = 0;
    for (int i = 0; i < lir.callCount; i++) {
      most = Math.max(most, lir.calls[i * Lir.CALL_FIELDS + Lir.CALL_STACK_BYTES]);
      returns = true;
    }
    calls = returns;
    argumentBytes = most;
    size += calls ? Long.BYTES : 0;
    bytes = size == 0 ? 0 : (size + RETURN_ADDRESS + ALIGNMENT - 1 & -ALIGNMENT) - RETURN_ADDRESS;
  }

  /** Where a slot is, from the stack pointer. */
  int slot(int slot) {
    return offsets[slot];
  }

  /** Where the context is saved, from the stack pointer. */
  int context() {
    return bytes - Long.BYTES;
  }

  /** Where the first parameter on the stack is, from the stack pointer. */
  int parameters() {
    return bytes + RETURN_ADDRESS;
  }
}
