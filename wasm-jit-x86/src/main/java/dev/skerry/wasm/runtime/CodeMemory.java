package dev.skerry.wasm.runtime;

import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.wasm.interp.Op;
import java.util.ArrayList;
import java.util.List;

/** The native memory that holds the tier-0 code of one module. It never refers to the module. */
final class CodeMemory implements AutoCloseable {

  private static final int FIRST_BYTES = 1 << 13;
  private static final int CHUNK_BYTES = 1 << 16;

  private final List<NativeBlock> chunks = new ArrayList<>();
  private long used;

  /** Copies code in; its address. */
  long add(int[] words) {
    // The interpreter reads a whole unit at a time, so the last one needs one behind it.
    long bytes = (long) words.length * Integer.BYTES + Op.UNIT;
    NativeBlock chunk = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
    if (chunk == null || chunk.byteLength() - used < bytes) {
      chunk = NativeBlock.allocate(Math.max(bytes, chunks.isEmpty() ? FIRST_BYTES : CHUNK_BYTES));
      chunks.add(chunk);
      used = 0;
    }
    long address = chunk.address() + used;
    used += bytes;
    for (int i = 0; i < words.length; i++) {
      NativeAccess.putInt(address + (long) i * Integer.BYTES, words[i]);
    }
    return address;
  }

  @Override
  public void close() {
    chunks.forEach(NativeBlock::close);
  }
}
