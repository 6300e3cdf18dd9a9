package dev.skerry.bindings.wasi;

import dev.skerry.bindings.abi.Call;
import dev.skerry.bindings.abi.GuestMemory;

/**
 * A guest's scatter or gather list, copied out and checked once: every buffer lies in the memory, and together they are
 * no larger than a size that a function can report. Buffers may overlap, as in {@code readv}.
 *
 * @param addresses one for each buffer
 * @param sizes in bytes
 * @param total their sum
 */
record Iovecs(long[] addresses, long[] sizes, long total) {

  /** The longest list (POSIX IOV_MAX on Linux). */
  static final int MAX_COUNT = 1024;

  private static final int SIZE = 8;

  /** Reads the list that is passed in this slot (address) and the next (count). */
  static Iovecs read(Call call, int slot) throws Errno.Failure {
    GuestMemory memory = call.memory();
    long array = memory.checkArray("iovs", call.u32(slot), call.u32(slot + 1), SIZE);
    if (call.u32(slot + 1) > MAX_COUNT) {
      throw Errno.INVAL.failure();
    }
    int count = call.i32(slot + 1);
    byte[] copy = memory.bytes("iovs", array, (long) count * SIZE);
    long[] addresses = new long[count];
    long[] sizes = new long[count];
    long total = 0;
    for (int i = 0; i < count; i++) {
      addresses[i] = Layout.u32(copy, i * SIZE);
      sizes[i] = Layout.u32(copy, i * SIZE + 4);
      memory.check("iovs[" + i + "]", addresses[i], sizes[i]);
      total += sizes[i];
    }
    if (total > Integer.MAX_VALUE) {
      throw Errno.INVAL.failure();
    }
    return new Iovecs(addresses, sizes, total);
  }
}
