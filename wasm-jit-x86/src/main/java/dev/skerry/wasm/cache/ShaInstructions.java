package dev.skerry.wasm.cache;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.CodeSpace;
import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.x64.CpuFeature;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The compression function of SHA-256 (FIPS 180-4, 6.2.2) with the processor's own instructions: a fresh JVM would take
 * fifteen times as long over the JDK's. Written as bytes, for it is needed before anything is compiled, and our
 * assembler is large. Blocks are copied to native memory first, and the code touches nothing but that. Two messages at
 * once take hardly longer than one, whose instructions wait for each other. Thread-safe: nobody waits.
 */
final class ShaInstructions {

  static final int BLOCK_BYTES = 64;

  /** What is hashed of a message at once, in a fraction of a millisecond. */
  private static final int SLICE_BYTES = 1 << 15;

  static final int VECTOR_BYTES = 16;
  /**
   * Of the context: eight words, the mask that turns bytes of words around, the constants, eight words of a second
   * message, and then the blocks of both.
   */
  static final int MASK = 32;
  static final int CONSTANTS = 64;
  static final int SECOND = 320;
  private static final int BLOCKS = 384;
  private static final int SECOND_BLOCKS = BLOCKS + SLICE_BYTES;
  private static final int CONTEXT_BYTES = SECOND_BLOCKS + SLICE_BYTES;
  /** Where A to H are among the words, so that the instructions find them as they want them: F E B A, H G D C. */
  private static final int[] PLACES = {3, 2, 7, 6, 1, 0, 5, 4};

  /** FIPS 180-4, 4.2.2. */
  private static final int[] ROUND_CONSTANTS = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  };

  /** Made when something is first hashed. */
  private static final class Holder {
    private static final ShaInstructions CURRENT = make();

    private static ShaInstructions make() {
      try {
        return NativeSupport.isNative() && CpuFeatures.current().has(CpuFeature.SHA) ? new ShaInstructions() : null;
      } catch (NativeMemoryException refused) {
        return null;
      }
    }
  }

  /** A context that nobody uses just now. */
  private final AtomicReference<NativeBlock> idle = new AtomicReference<>();

  private ShaInstructions() {
    bind("compress", new ShaListing(1).write());
    bind("compressBoth", new ShaListing(2).write());
  }

  private static void bind(String name, byte[] code) {
    CodeBlock block = CodeSpace.reserve(1 << 12).allocate(code.length);
    block.publish(code);
    block.bind(0, ShaInstructions.class, name);
  }

  private static NativeBlock makeContext() {
    NativeBlock made = NativeBlock.allocate(CONTEXT_BYTES, 0);
    for (int i = 0; i < VECTOR_BYTES; i++) {
      NativeAccess.putByte(made.address() + MASK + i, (byte) (i ^ Integer.BYTES - 1));
    }
    for (int i = 0; i < ROUND_CONSTANTS.length; i++) {
      NativeAccess.putInt(made.address() + CONSTANTS + (long) i * Integer.BYTES, ROUND_CONSTANTS[i]);
    }
    return made;
  }

  /** Null where the processor has no such instructions, or nothing may be native. */
  static ShaInstructions current() {
    return Holder.CURRENT;
  }

  /**
   * Takes blocks into a state.
   *
   * @param state A to H
   * @param byteLength a multiple of 64
   */
  void update(int[] state, byte[] bytes, int from, int byteLength) {
    NativeBlock memory = take();
    long context = memory.address();
    putWords(context, state);
    for (int done = 0; done < byteLength; done += SLICE_BYTES) {
      int slice = Math.min(SLICE_BYTES, byteLength - done);
      NativeAccess.copy(bytes, from + done, context + BLOCKS, slice);
      compress(context, context + BLOCKS, slice / BLOCK_BYTES);
    }
    getWords(context, state);
    give(memory);
  }

  /**
   * As {@link #update}, twice: takes as many blocks into another state.
   *
   * @param from where the blocks of the first message are
   * @param otherFrom where those of the second one are
   */
  void updateBoth(int[] state, int[] other, byte[] bytes, int from, int otherFrom, int byteLength) {
    NativeBlock memory = take();
    long context = memory.address();
    putWords(context, state);
    putWords(context + SECOND, other);
    for (int done = 0; done < byteLength; done += SLICE_BYTES) {
      int slice = Math.min(SLICE_BYTES, byteLength - done);
      NativeAccess.copy(bytes, from + done, context + BLOCKS, slice);
      NativeAccess.copy(bytes, otherFrom + done, context + SECOND_BLOCKS, slice);
      compressBoth(context, context + BLOCKS, context + SECOND_BLOCKS, slice / BLOCK_BYTES);
    }
    getWords(context, state);
    getWords(context + SECOND, other);
    give(memory);
  }

  private NativeBlock take() {
    NativeBlock memory = idle.getAndSet(null);
    return memory == null ? makeContext() : memory;
  }

  private void give(NativeBlock memory) {
    if (!idle.compareAndSet(null, memory)) {
      memory.close();
    }
  }

  private static void putWords(long at, int[] state) {
    for (int i = 0; i < PLACES.length; i++) {
      NativeAccess.putInt(at + (long) PLACES[i] * Integer.BYTES, state[i]);
    }
  }

  private static void getWords(long at, int[] state) {
    for (int i = 0; i < PLACES.length; i++) {
      state[i] = NativeAccess.getInt(at + (long) PLACES[i] * Integer.BYTES);
    }
  }

  /** @param count of blocks, more than none */
  private static native void compress(long context, long blocks, long count);

  /** @param count of blocks of each, more than none */
  private static native void compressBoth(long context, long blocks, long others, long count);
}
