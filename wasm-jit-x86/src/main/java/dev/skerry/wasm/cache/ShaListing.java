package dev.skerry.wasm.cache;

import static dev.skerry.wasm.cache.ShaInstructions.BLOCK_BYTES;
import static dev.skerry.wasm.cache.ShaInstructions.CONSTANTS;
import static dev.skerry.wasm.cache.ShaInstructions.MASK;
import static dev.skerry.wasm.cache.ShaInstructions.SECOND;
import static dev.skerry.wasm.cache.ShaInstructions.VECTOR_BYTES;

import java.io.ByteArrayOutputStream;

/**
 * The code behind the native methods of {@link ShaInstructions}: as JNI calls them, rdx is the context, rcx the blocks,
 * and r8 their count, or where there are two messages the other's blocks, of which each has r9.
 */
final class ShaListing {

  private static final int GROUPS = 16;
  /** The words of a message that come next are in four registers from this one of the message on. */
  private static final int FIRST = 3;
  private static final int MESSAGES = 4;
  private static final int REGISTERS = 0xC0;
  private static final int[] STATES = {0, SECOND};

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final int count;

  /** @param count of messages, 1 or 2 */
  ShaListing(int count) {
    this.count = count;
  }

  byte[] write() {
    for (int m = 0; m < count; m++) {
      movdqa(0x6F, m, 1, STATES[m]);                   // A B E F
      movdqa(0x6F, m, 2, STATES[m] + VECTOR_BYTES);    // C D G H
    }
    int again = out.size();
    for (int m = 0; m < count; m++) {
      for (int i = 0; i < MESSAGES; i++) {
        emit(0xF3);                                    // movdqu M(i), [rcx+16*i] or [r8+16*i]
        rex(m, m);
        emit(0x0F, 0x6F, (m == 0 ? 0x41 : 0x40) | message(i) << 3, i * VECTOR_BYTES);
        emit(0x66);                                    // pshufb M(i), [rdx+32]
        rex(m, 0);
        emit(0x0F, 0x38, 0x00, 0x42 | message(i) << 3, MASK);
      }
    }
    for (int group = 0; group < GROUPS; group++) {
      for (int m = 0; m < count; m++) {
        rounds(m, group);
      }
    }
    for (int m = 0; m < count; m++) {
      for (int half = 0; half < 2; half++) {
        int at = STATES[m] + half * VECTOR_BYTES;
        emit(0x66);                                    // paddd S, [rdx+at]
        rex(m, 0);
        emit(0x0F, 0xFE, 0x82 | 1 + half << 3);
        word(at);
        movdqa(0x7F, m, 1 + half, at);
      }
    }
    emit(0x48, 0x83, 0xC1, BLOCK_BYTES);               // add rcx, 64
    if (count > 1) {
      emit(0x49, 0x83, 0xC0, BLOCK_BYTES);             // add r8, 64
      emit(0x49, 0xFF, 0xC9);                          // dec r9
    } else {
      emit(0x49, 0xFF, 0xC8);                          // dec r8
    }
    emit(0x0F, 0x85);                                  // jnz again
    word(again - out.size() - Integer.BYTES);
    emit(0xC3);                                        // ret
    return out.toByteArray();
  }

  /** Loads (6F) or stores (7F) a register of a message's own. */
  private void movdqa(int opcode, int m, int register, int at) {
    emit(0x66);
    rex(m, 0);
    emit(0x0F, opcode, 0x82 | register << 3);
    word(at);
  }

  /** Four rounds, and the words of the message that come sixteen after the group's own. */
  private void rounds(int m, int group) {
    int here = message(group);
    int second = message(group + 1);
    int third = message(group + 2);
    int last = message(group + 3);
    emit(0x66);                                        // movdqa xmm0, M(g)
    rex(0, m);
    emit(0x0F, 0x6F, REGISTERS | here);
    emit(0x66, 0x0F, 0xFE, 0x82);                      // paddd xmm0, [rdx+64+16*g]
    word(CONSTANTS + group * VECTOR_BYTES);
    rex(m, m);
    emit(0x0F, 0x38, 0xCB, 0xD1);                      // sha256rnds2 S2, S1
    emit(0x66, 0x0F, 0x70, 0xC0, 0x0E);                // pshufd xmm0, xmm0, 14
    rex(m, m);
    emit(0x0F, 0x38, 0xCB, 0xCA);                      // sha256rnds2 S1, S2
    if (group + MESSAGES < GROUPS) {
      rex(m, m);
      emit(0x0F, 0x38, 0xCC, REGISTERS | here << 3 | second);             // sha256msg1 M(g), M(g+1)
      emit(0x66);                                                         // movdqa xmm7, M(g+3)
      rex(0, m);
      emit(0x0F, 0x6F, REGISTERS | 7 << 3 | last);
      emit(0x66);                                                         // palignr xmm7, M(g+2), 4
      rex(0, m);
      emit(0x0F, 0x3A, 0x0F, REGISTERS | 7 << 3 | third, Integer.BYTES);
      emit(0x66);                                                         // paddd M(g), xmm7
      rex(m, 0);
      emit(0x0F, 0xFE, REGISTERS | here << 3 | 7);
      rex(m, m);
      emit(0x0F, 0x38, 0xCD, REGISTERS | here << 3 | last);               // sha256msg2 M(g), M(g+3)
    }
  }

  private static int message(int group) {
    return FIRST + group % MESSAGES;
  }

  /** The prefix for registers of the second message, in the operand that is named first and in the other one. */
  private void rex(int first, int other) {
    if ((first | other) != 0) {
      emit(0x40 | first << 2 | other);
    }
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
