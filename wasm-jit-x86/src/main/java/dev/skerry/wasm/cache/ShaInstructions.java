package dev.skerry.wasm.cache;

import dev.skerry.memory.CodeBlock;
import dev.skerry.memory.CodeSpace;
import dev.skerry.memory.NativeAccess;
import dev.skerry.memory.NativeBlock;
import dev.skerry.memory.NativeMemoryException;
import dev.skerry.memory.NativeSupport;
import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.x64.CpuFeature;
import java.io.ByteArrayOutputStream;

/**
 * The compression function of SHA-256 (FIPS 180-4, 6.2.2) with the processor's own instructions: a fresh JVM would take
 * fifteen times as long over the JDK's. Written as bytes, for it is needed before anything is compiled, and our
 * assembler is large. Blocks are copied to native memory first, and the code touches nothing but that. Thread-safe.
 */
final class ShaInstructions {

  static final int BLOCK_BYTES = 64;

  /** What is hashed at once, in a fraction of a millisecond. */
  private static final int SLICE_BYTES = 1 << 16;

  private static final int VECTOR_BYTES = 16;
  /** Of the context: eight words, the mask that turns bytes of words around, the constants, and then the blocks. */
  private static final int MASK = 32;
  private static final int CONSTANTS = 64;
  private static final int BLOCKS = 320;
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

  private final NativeBlock memory = NativeBlock.allocate(BLOCKS + SLICE_BYTES);

  private ShaInstructions() {
    byte[] code = new Listing().write();
    CodeBlock block = CodeSpace.reserve(1 << 12).allocate(code.length);
    block.publish(code);
    block.bind(0, ShaInstructions.class, "compress");
    for (int i = 0; i < VECTOR_BYTES; i++) {
      NativeAccess.putByte(memory.address() + MASK + i, (byte) (i ^ Integer.BYTES - 1));
    }
    for (int i = 0; i < ROUND_CONSTANTS.length; i++) {
      NativeAccess.putInt(memory.address() + CONSTANTS + (long) i * Integer.BYTES, ROUND_CONSTANTS[i]);
    }
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
    for (int done = 0; done < byteLength; done += SLICE_BYTES) {
      slice(state, bytes, from + done, Math.min(SLICE_BYTES, byteLength - done));
    }
  }

  private synchronized void slice(int[] state, byte[] bytes, int from, int byteLength) {
    long context = memory.address();
    NativeAccess.copy(bytes, from, context + BLOCKS, byteLength);
    for (int i = 0; i < PLACES.length; i++) {
      NativeAccess.putInt(context + (long) PLACES[i] * Integer.BYTES, state[i]);
    }
    compress(context, context + BLOCKS, byteLength / BLOCK_BYTES);
    for (int i = 0; i < PLACES.length; i++) {
      state[i] = NativeAccess.getInt(context + (long) PLACES[i] * Integer.BYTES);
    }
  }

  /** @param count of blocks, more than none */
  private static native void compress(long context, long blocks, long count);

  /** The code behind {@link #compress}: as JNI calls it, rdx is the context, rcx the blocks, r8 their count. */
  private static final class Listing {

    private static final int GROUPS = 16;
    /** The next 16 words of the message are in xmm3 to xmm6. */
    private static final int FIRST = 3;
    private static final int MESSAGES = 4;
    private static final int REGISTERS = 0xC0;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] write() {
      emit(0x66, 0x0F, 0x6F, 0x0A);                      // again: movdqa xmm1, [rdx]
      emit(0x66, 0x0F, 0x6F, 0x52, VECTOR_BYTES);        // movdqa xmm2, [rdx+16]
      for (int i = 0; i < MESSAGES; i++) {
        emit(0xF3, 0x0F, 0x6F, 0x41 | message(i) << 3, i * VECTOR_BYTES);  // movdqu M(i), [rcx+16*i]
        emit(0x66, 0x0F, 0x38, 0x00, 0x42 | message(i) << 3, MASK);        // pshufb M(i), [rdx+32]
      }
      for (int group = 0; group < GROUPS; group++) {
        rounds(group);
      }
      emit(0x66, 0x0F, 0xFE, 0x0A);                      // paddd xmm1, [rdx]
      emit(0x66, 0x0F, 0xFE, 0x52, VECTOR_BYTES);        // paddd xmm2, [rdx+16]
      emit(0x66, 0x0F, 0x7F, 0x0A);                      // movdqa [rdx], xmm1
      emit(0x66, 0x0F, 0x7F, 0x52, VECTOR_BYTES);        // movdqa [rdx+16], xmm2
      emit(0x48, 0x83, 0xC1, BLOCK_BYTES);               // add rcx, 64
      emit(0x49, 0xFF, 0xC8);                            // dec r8
      emit(0x0F, 0x85);                                  // jnz again
      word(-(out.size() + Integer.BYTES));
      emit(0xC3);                                        // ret
      return out.toByteArray();
    }

    /** Four rounds, and the words of the message that come sixteen after the group's own. */
    private void rounds(int group) {
      int here = message(group);
      int second = message(group + 1);
      int third = message(group + 2);
      int last = message(group + 3);
      emit(0x66, 0x0F, 0x6F, REGISTERS | here);          // movdqa xmm0, M(g)
      emit(0x66, 0x0F, 0xFE, 0x82);                      // paddd xmm0, [rdx+64+16*g]
      word(CONSTANTS + group * VECTOR_BYTES);
      emit(0x0F, 0x38, 0xCB, 0xD1);                      // sha256rnds2 xmm2, xmm1
      emit(0x66, 0x0F, 0x70, 0xC0, 0x0E);                // pshufd xmm0, xmm0, 14
      emit(0x0F, 0x38, 0xCB, 0xCA);                      // sha256rnds2 xmm1, xmm2
      if (group + MESSAGES < GROUPS) {
        emit(0x0F, 0x38, 0xCC, REGISTERS | here << 3 | second);             // sha256msg1 M(g), M(g+1)
        emit(0x66, 0x0F, 0x6F, REGISTERS | 7 << 3 | last);                  // movdqa xmm7, M(g+3)
        emit(0x66, 0x0F, 0x3A, 0x0F, REGISTERS | 7 << 3 | third, Integer.BYTES);  // palignr xmm7, M(g+2), 4
        emit(0x66, 0x0F, 0xFE, REGISTERS | here << 3 | 7);                  // paddd M(g), xmm7
        emit(0x0F, 0x38, 0xCD, REGISTERS | here << 3 | last);               // sha256msg2 M(g), M(g+3)
      }
    }

    private static int message(int group) {
      return FIRST + group % MESSAGES;
    }

    private void emit(int... bytes) {
      for (int each : bytes) {
        out.write(each);
      }
    }

    private void word(int value) {
      for (int i = 0; i < Integer.BYTES; i++) {
        out.write(value >> i * Byte.SIZE);
      }
    }
  }
}
