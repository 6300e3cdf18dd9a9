package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Atomic access: widths, neighbours, and nothing lost between threads. */
class NativeAtomicsTest {

  private static final long PATTERN = 0x8877_6655_4433_2211L;

  private final NativeBlock block = NativeBlock.allocate(16);
  private final long base = block.address();

  @AfterEach
  void close() {
    block.close();
  }

  private static long mask(int bytes) {
    return bytes == 8 ? -1 : (1L << bytes * 8) - 1;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void givenAWidthThenOnlyThoseBytesAreReadAndWritten(int bytes) {
    for (int at = 0; at < 8; at += bytes) {
      NativeAccess.putLong(base, PATTERN);
      assertEquals(PATTERN >>> at * 8 & mask(bytes), NativeAtomics.get(base + at, bytes));

      NativeAtomics.put(base + at, bytes, -1);

      assertEquals(PATTERN | mask(bytes) << at * 8, NativeAccess.getLong(base));
      assertEquals(0, NativeAccess.getLong(base + 8));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void givenAnExpectedValueThenItIsReplacedOnlyWhereItIs(int bytes) {
    for (int at = 0; at < 8; at += bytes) {
      NativeAccess.putLong(base, PATTERN);
      long there = PATTERN >>> at * 8 & mask(bytes);

      assertFalse(NativeAtomics.compareAndSet(base + at, bytes, there + 1, 0));
      assertFalse(bytes < 8 && NativeAtomics.compareAndSet(base + at, bytes, there | 1L << bytes * 8, 0));
      assertEquals(PATTERN, NativeAccess.getLong(base));
      assertTrue(NativeAtomics.compareAndSet(base + at, bytes, there, -1));

      assertEquals(PATTERN | mask(bytes) << at * 8, NativeAccess.getLong(base));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void givenTwoThreadsThatCountInNeighbouringCellsThenNoIncrementIsLost(int bytes) throws InterruptedException {
    int rounds = 20_000;
    Thread other = new Thread(() -> count(base + bytes, bytes, rounds));
    other.start();
    count(base, bytes, rounds);
    count(base, bytes, rounds);
    other.join();

    assertEquals(2 * rounds & mask(bytes), NativeAtomics.get(base, bytes));
    assertEquals(rounds & mask(bytes), NativeAtomics.get(base + bytes, bytes));
  }

  @Test
  void givenTwoThreadsThatCountInOneCellThenNoIncrementIsLost() throws InterruptedException {
    Thread other = new Thread(() -> count(base + 2, 2, 20_000));
    other.start();
    count(base + 2, 2, 20_000);
    other.join();

    assertEquals(40_000, NativeAtomics.get(base + 2, 2));
  }

  private static void count(long address, int bytes, int rounds) {
    for (int i = 0; i < rounds; i++) {
      long before;
      do {
        before = NativeAtomics.get(address, bytes);
      } while (!NativeAtomics.compareAndSet(address, bytes, before, before + 1));
    }
  }
}
