package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Masked memories: what is accessible past the length, and what of it growth and the next tenant see. */
class MaskedMemoryTest {

  private static final long PAGE = 64 << 10;
  private static final long TAIL = MemoryLayout.TAIL_BYTES;

  @Test
  void givenAnyLengthThenTheRegionIsTheLeastPowerOfTwoThatHoldsIt() {
    assertEquals(PAGE, MemoryLayout.regionBytes(0));
    assertEquals(PAGE, MemoryLayout.regionBytes(PAGE));
    assertEquals(2 * PAGE, MemoryLayout.regionBytes(PAGE + 1));
    assertEquals(4 * PAGE, MemoryLayout.regionBytes(3 * PAGE));
    assertEquals(4L << 30, MemoryLayout.regionBytes(4L << 30));
    assertEquals(4L << 30, MemoryLayout.regionBytes((2L << 30) + PAGE));
  }

  @Test
  void givenAMaskedMemoryOfAnyLengthWhenGrownThenRegionAndTailAreAccessibleAndWhatWasWrittenInNewPagesIsGone() {
    try (LinearMemory memory = LinearMemory.reserve(0, 9 * PAGE, MemoryLayout.MASKED)) {
      assertTrue(memory.isMasked());
      for (long length = 0; length < 9 * PAGE; length += PAGE) {
        long end = memory.address() + MemoryLayout.regionBytes(length) + TAIL;
        for (long at = memory.address() + length; at < end; at += Long.BYTES) {
          NativeAccess.putLong(at, 0xA5A5_A5A5_A5A5_A5A5L);
        }
        assertThrows(IndexOutOfBoundsException.class, () -> memory.getByte(memory.byteLength()));
        assertTrue(memory.grow(length + PAGE));
        for (long at = length; at < length + PAGE; at += Long.BYTES) {
          assertEquals(0, memory.getLong(at), "at " + at + " of " + memory.byteLength());
        }
        memory.fill(length, PAGE, (byte) length);
      }
      assertFalse(memory.grow(10 * PAGE));
    }
  }

  @Test
  void givenAMaskedMemoryWrittenPastItsLengthWhenTheNextOneIsReservedThenItsWholeRegionIsZero() {
    for (int round = 0; round < 8; round++) {
      try (LinearMemory memory = LinearMemory.reserve(3 * PAGE, 3 * PAGE, MemoryLayout.MASKED)) {
        for (long at = memory.address(); at < memory.address() + 4 * PAGE + TAIL; at += Long.BYTES) {
          assertEquals(0, NativeAccess.getLong(at));
          NativeAccess.putLong(at, -1);
        }
      }
    }
  }

  @Test
  void givenAShareableMaskedMemoryWrittenPastItsLengthWhenGrownThenNewPagesAreZero() {
    Assumptions.assumeTrue(NativeSupport.current().nativeMemory(), "memory of the JDK cannot be mapped a second time");
    try (LinearMemory memory = LinearMemory.reserveShareable(3 * PAGE, 8 * PAGE, MemoryLayout.MASKED)) {
      NativeAccess.fill(memory.address() + 3 * PAGE, PAGE + TAIL, (byte) 7);
      assertTrue(memory.grow(6 * PAGE));
      for (long at = 3 * PAGE; at < 6 * PAGE; at += Long.BYTES) {
        assertEquals(0, memory.getLong(at), "at " + at);
      }
    }
  }

  @Test
  void givenNumbersAroundEveryEdgeWhenClampedThenThoseFromZeroToTheLastStayAndAllOthersAreZero() {
    long[] edges = {Long.MIN_VALUE, -PAGE, -1, 0, 1, 7, PAGE - 1, PAGE, PAGE + 1, 1L << 32, Long.MAX_VALUE};
    long[] lasts = {-16, -1, 0, 1, PAGE, 1L << 40, Long.MAX_VALUE};
    for (long index : edges) {
      for (long last : lasts) {
        if (last >= 0 || index < Long.MAX_VALUE) {
          assertEquals(index >= 0 && index <= last ? index : 0, NativeAccess.clamp(index, last), index + ", " + last);
        }
      }
    }
  }
}
