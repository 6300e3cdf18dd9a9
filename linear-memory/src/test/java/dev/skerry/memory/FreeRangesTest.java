package dev.skerry.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Free ranges never overlap, and grow together again. */
class FreeRangesTest {

  private static final int SPACE = 1000;

  @Test
  void givenAnyOrderOfTakingAndGivingWhenAllIsGivenBackThenNothingOverlappedAndOneRangeIsLeft() {
    long seed = 7;
    Random random = new Random(seed);
    FreeRanges ranges = new FreeRanges(SPACE);
    BitSet taken = new BitSet();
    List<long[]> held = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      if (random.nextBoolean()) {
        int length = 1 + random.nextInt(40);
        int offset = (int) ranges.take(length);
        if (offset < 0) {
          assertEquals(-1, firstGap(taken, length), "seed " + seed);
        } else {
          assertTrue(offset + length <= SPACE && taken.get(offset, offset + length).isEmpty(), "seed " + seed);
          taken.set(offset, offset + length);
          held.add(new long[] {offset, length});
        }
      } else if (!held.isEmpty()) {
        long[] range = held.remove(random.nextInt(held.size()));
        ranges.give(range[0], range[1]);
        taken.clear((int) range[0], (int) (range[0] + range[1]));
      }
    }
    held.forEach(range -> ranges.give(range[0], range[1]));
    assertEquals(1, ranges.count(), "seed " + seed);
    assertEquals(0, ranges.take(SPACE), "seed " + seed);
    assertEquals(-1, ranges.take(1));
  }

  @Test
  void givenSeveralFreeRangesWhenOneIsTakenThenItIsTheSmallestThatFits() {
    FreeRanges ranges = new FreeRanges(100);
    assertEquals(0, ranges.take(30));
    assertEquals(30, ranges.take(5));
    assertEquals(35, ranges.take(10));
    assertEquals(45, ranges.take(5));
    ranges.give(0, 30);
    ranges.give(35, 10);
    assertEquals(35, ranges.take(8));
    assertEquals(0, ranges.take(11));
  }

  private static int firstGap(BitSet taken, int length) {
    for (int start = taken.nextClearBit(0); start + length <= SPACE; start = taken.nextClearBit(start + 1)) {
      if (taken.get(start, start + length).isEmpty()) {
        return start;
      }
    }
    return -1;
  }
}
