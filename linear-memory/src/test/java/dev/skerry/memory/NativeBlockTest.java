package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks are zero, aligned and counted. */
class NativeBlockTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 63, 64, 4097, (128 << 10) - 1, 128 << 10, 3_000_001})
  void givenAnySizeWhenAllocatedAfterADirtyBlockWasClosedThenEveryByteIsZeroAndTheAddressIsAligned(long size) {
    for (int round = 0; round < 4; round++) {
      try (NativeBlock block = NativeBlock.allocate(size)) {
        assertEquals(0, block.address() % 64);
        assertEquals(size, block.byteLength());
        for (long at = 0; at < size; at++) {
          assertEquals(0, NativeAccess.getByte(block.address() + at));
        }
        NativeAccess.fill(block.address(), size, (byte) 0xA5);
      }
    }
  }

  @Test
  void givenSomeBytesToBeZeroWhenAllocatedAfterADirtyBlockWasClosedThenTheyAre() {
    for (long zeroBytes : new long[] {0, 1, 1000, 5000}) {
      try (NativeBlock dirty = NativeBlock.allocate(5000)) {
        NativeAccess.fill(dirty.address(), 5000, (byte) 0xA5);
      }
      try (NativeBlock block = NativeBlock.allocate(5000, zeroBytes)) {
        assertEquals(5000, block.byteLength());
        for (long at = 0; at < zeroBytes; at++) {
          assertEquals(0, NativeAccess.getByte(block.address() + at));
        }
      }
    }
    assertThrows(IllegalArgumentException.class, () -> NativeBlock.allocate(10, 11));
    assertThrows(IllegalArgumentException.class, () -> NativeBlock.allocate(10, -1));
  }

  @Test
  void givenABlockWhenClosedTwiceThenTheBooksCountItOnce() {
    NativeUsage before = NativeUsage.current();
    NativeBlock block = NativeBlock.allocate(100);
    assertEquals(before.blocks().count() + 1, NativeUsage.current().blocks().count());
    assertEquals(before.blocks().bytes() + 100, NativeUsage.current().blocks().bytes());
    block.close();
    block.close();
    assertEquals(before, NativeUsage.current());
  }

  @Test
  void givenAnImpossibleSizeWhenAllocatedThenOneClearExceptionSaysSo() {
    assertThrows(IllegalArgumentException.class, () -> NativeBlock.allocate(-1));
    for (long size : new long[] {Long.MAX_VALUE, Long.MAX_VALUE - 4096, 1L << 60}) {
      String message = assertThrows(NativeMemoryException.class, () -> NativeBlock.allocate(size)).getMessage();
      assertEquals(true, message.contains(Long.toString(size)), message);
    }
  }
}
