package dev.skerry.wasm.lower;

import dev.skerry.wasm.regalloc.Lir;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.SseFloatRows;
import dev.skerry.wasm.x64.SseIntegerRows;
import java.util.Arrays;

/**
 * {@code i8x16.shuffle}: one instruction where a machine instruction does just that, else a shuffle of bytes for each
 * operand. Indices below 16 are bytes of the first operand, those from 16 on of the second.
 */
final class ShuffleRule implements Rule {

  private static final int BYTES = 16;
  private static final int OUTSIDE = 0x80;

  /** An instruction that joins both operands, and the indices that it stands for. */
  private record Join(Row row, int[] indices) {

    /** Interleaves groups of bytes of both operands, from a byte of each on. */
    static Join interleave(Row row, int group, int from) {
      int[] indices = new int[BYTES];
      for (int i = 0; i < BYTES; i++) {
        int pair = i / (2 * group);
        indices[i] = from + pair * group + i % group + (i / group % 2 == 0 ? 0 : BYTES);
      }
      return new Join(row, indices);
    }
  }

  private static final Join[] JOINS = {
    Join.interleave(SseIntegerRows.PUNPCKLBW, 1, 0), Join.interleave(SseIntegerRows.PUNPCKHBW, 1, 8),
    Join.interleave(SseIntegerRows.PUNPCKLWD, 2, 0), Join.interleave(SseIntegerRows.PUNPCKHWD, 2, 8),
    Join.interleave(SseIntegerRows.PUNPCKLDQ, 4, 0), Join.interleave(SseIntegerRows.PUNPCKHDQ, 4, 8),
    Join.interleave(SseIntegerRows.PUNPCKLQDQ, 8, 0), Join.interleave(SseIntegerRows.PUNPCKHQDQ, 8, 8)
  };

  @Override
  public void lower(Selection s, int instruction) {
    int[] indices = indices(s.graph.imm(instruction), s.graph.high(instruction));
    int a = s.register(s.graph.a(instruction));
    int b = s.register(s.graph.b(instruction));
    int d = s.define(instruction);
    if (s.graph.a(instruction) == s.graph.b(instruction)) {
      for (int i = 0; i < BYTES; i++) {
        indices[i] &= BYTES - 1;
      }
    }
    if (isFrom(indices, 0)) {
      single(s, d, a, indices);
    } else if (isFrom(indices, BYTES)) {
      single(s, d, b, turned(indices));
    } else if (!joined(s, d, a, b, indices) && !joined(s, d, b, a, turned(indices))) {
      int first = s.temporary(Lir.V128);
      int second = s.temporary(Lir.V128);
      shuffle(s, first, a, indices);
      shuffle(s, second, b, turned(indices));
      s.binary(SseIntegerRows.POR, d, first, second);
    }
  }

  private static int[] indices(long low, long high) {
    int[] indices = new int[BYTES];
    for (int i = 0; i < BYTES; i++) {
      indices[i] = (int) ((i < 8 ? low : high) >>> 8 * (i & 7)) & 2 * BYTES - 1;
    }
    return indices;
  }

  /** The same with operands exchanged. */
  private static int[] turned(int[] indices) {
    int[] turned = new int[BYTES];
    for (int i = 0; i < BYTES; i++) {
      turned[i] = indices[i] ^ BYTES;
    }
    return turned;
  }

  private static boolean isFrom(int[] indices, int operand) {
    for (int index : indices) {
      if ((index & BYTES) != operand) {
        return false;
      }
    }
    return true;
  }

  /** Whether groups of so many bytes stay together, at places that are multiples of that. */
  private static boolean isGrouped(int[] indices, int bytes) {
    for (int i = 0; i < BYTES; i++) {
      if (indices[i] % bytes != i % bytes || indices[i] / bytes != indices[i - i % bytes] / bytes) {
        return false;
      }
    }
    return true;
  }

  /** For each lane of 32 bits two bits: which lane of its operand it is. */
  private static int selector(int[] indices) {
    int selector = 0;
    for (int lane = 0; lane < 4; lane++) {
      selector |= (indices[4 * lane] / 4 & 3) << 2 * lane;
    }
    return selector;
  }

  private static void single(Selection s, int d, int a, int[] indices) {
    if (isGrouped(indices, 4)) {
      s.unary(SseIntegerRows.PSHUFD, d, a, selector(indices));
    } else {
      shuffle(s, d, a, indices);
    }
  }

  /** The bytes of the first operand that the indices name, elsewhere zeros. */
  private static void shuffle(Selection s, int d, int a, int[] indices) {
    long low = 0;
    long high = 0;
    for (int i = 0; i < 8; i++) {
      low |= (long) (indices[i] < BYTES ? indices[i] : OUTSIDE) << 8 * i;
      high |= (long) (indices[i + 8] < BYTES ? indices[i + 8] : OUTSIDE) << 8 * i;
    }
    s.binary(SseIntegerRows.PSHUFB, d, a, s.lir.constant(low, high));
  }

  /** Does it with one instruction, if there is one. */
  private static boolean joined(Selection s, int d, int a, int b, int[] indices) {
    for (Join join : JOINS) {
      if (Arrays.equals(join.indices, indices)) {
        s.binary(join.row, d, a, b);
        return true;
      }
    }
    int words = 0;
    boolean blends = isGrouped(indices, 2);
    boolean slides = true;
    for (int i = 0; i < BYTES; i++) {
      blends &= (indices[i] & BYTES - 1) == i;
      slides &= indices[i] == indices[0] + i;
      words |= (indices[i] & BYTES) != 0 ? 1 << i / 2 : 0;
    }
    if (blends) {
      s.binary(SseIntegerRows.PBLENDW, d, a, b, words);
    } else if (slides) {
      s.binary(SseIntegerRows.PALIGNR, d, b, a, indices[0]);
    } else if (isGrouped(indices, 4) && indices[0] < BYTES && indices[4] < BYTES
        && indices[8] >= BYTES && indices[12] >= BYTES) {
      s.binary(SseFloatRows.SHUFPS, d, a, b, selector(indices));
    } else {
      return false;
    }
    return true;
  }
}
