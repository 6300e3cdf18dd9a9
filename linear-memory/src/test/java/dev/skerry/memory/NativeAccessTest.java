package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Raw access: byte order, alignment, NaN payloads, copies. */
class NativeAccessTest {

  private final NativeBlock block = NativeBlock.allocate(64);
  private final long base = block.address();

  @AfterEach
  void close() {
    block.close();
  }

  @Test
  void givenAnyAlignmentWhenAValueIsPutThenItsBytesAreLittleEndian() {
    for (int at = 0; at < 8; at++) {
      NativeAccess.putLong(base + at, 0x0807060504030201L);
      for (int i = 0; i < 8; i++) {
        assertEquals(i + 1, NativeAccess.getByte(base + at + i));
      }
      assertEquals(0x0201, NativeAccess.getShort(base + at));
      assertEquals(0x04030201, NativeAccess.getInt(base + at));
      assertEquals(0x0807060504030201L, NativeAccess.getLong(base + at));
    }
  }

  @Test
  void givenNarrowPutsWhenTheNeighboursAreReadThenTheyAreUntouched() {
    NativeAccess.fill(base, 16, (byte) 0x55);
    NativeAccess.putByte(base + 1, (byte) -1);
    NativeAccess.putShort(base + 3, (short) -2);
    NativeAccess.putInt(base + 6, -3);
    assertEquals(0xFFFE_55FF_55L | 0x55L << 40 | 0xFFFDL << 48, NativeAccess.getLong(base));
    assertEquals(0x5555_5555_5555_FFFFL, NativeAccess.getLong(base + 8));
  }

  @Test
  void givenSignallingNansWithPayloadsWhenTheyGoThroughMemoryThenEveryBitSurvives() {
    for (int bits : new int[] {0x7F800001, 0xFFBFFFFF, 0x7FC12345, 0x80000000}) {
      NativeAccess.putInt(base, bits);
      NativeAccess.putFloat(base + 8, NativeAccess.getFloat(base));
      assertEquals(bits, NativeAccess.getInt(base + 8));
    }
    for (long bits : new long[] {0x7FF0000000000001L, 0xFFF7FFFFFFFFFFFFL, 0x7FF8123456789ABCL, Long.MIN_VALUE}) {
      NativeAccess.putLong(base, bits);
      NativeAccess.putDouble(base + 8, NativeAccess.getDouble(base));
      assertEquals(bits, NativeAccess.getLong(base + 8));
    }
  }

  @Test
  void givenOverlappingRangesWhenCopiedThenTheResultIsThatOfMemmove() {
    byte[] bytes = {1, 2, 3, 4, 5, 6, 7, 8};
    byte[] result = new byte[8];
    NativeAccess.copy(bytes, 0, base, 8);
    NativeAccess.copy(base, base + 2, 6);
    NativeAccess.copy(base, result, 0, 8);
    assertArrayEquals(new byte[] {1, 2, 1, 2, 3, 4, 5, 6}, result);
    NativeAccess.copy(base + 2, base, 6);
    NativeAccess.copy(base, result, 0, 8);
    assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 5, 6}, result);
  }

  @Test
  void givenRangesOfMebibytesThatOverlapByAnyDistanceWhenCopiedThenTheResultIsThatOfMemmove() {
    int size = 5 << 20;
    byte[] expected = new byte[size];
    byte[] result = new byte[size];
    new Random(3).nextBytes(expected);
    try (NativeBlock large = NativeBlock.allocate(size)) {
      NativeAccess.copy(expected, 0, large.address(), size);
      int[][] moves = {{0, 1, size - 1}, {1, 0, size - 1}, {0, 1 << 20, 3_500_001}, {1 << 20, 0, 3_500_001},
          {7, (1 << 20) + 6, 4_000_000}, {(2 << 20) + 1, 3, 3_000_000}, {0, 0, size}, {0, 3 << 20, 2 << 20}};
      for (int[] move : moves) {
        NativeAccess.copy(large.address() + move[0], large.address() + move[1], move[2]);
        System.arraycopy(expected, move[0], expected, move[1], move[2]);
        NativeAccess.copy(large.address(), result, 0, size);
        assertArrayEquals(expected, result);
      }
      NativeAccess.fill(large.address() + 5, size - 9, (byte) 0x33);
      Arrays.fill(expected, 5, size - 4, (byte) 0x33);
      NativeAccess.copy(large.address(), result, 0, size);
      assertArrayEquals(expected, result);
    }
  }

  @Test
  void givenARangeOutsideTheArrayWhenCopiedThenItIsRefused() {
    byte[] four = new byte[4];
    assertThrows(IndexOutOfBoundsException.class, () -> NativeAccess.copy(four, 1, base, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> NativeAccess.copy(base, four, -1, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> NativeAccess.copy(base, four, 0, -1));
  }
}
