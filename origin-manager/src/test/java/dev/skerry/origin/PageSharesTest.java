package dev.skerry.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What a page's own origin and all others take of one limit. */
final class PageSharesTest {

  @Test
  void givenOthersThatTakeAllThenTheTopHasItsShareStill() {
    PageShares shares = new PageShares(100, 10);
    assertTrue(shares.take(false, 100));
    assertFalse(shares.take(false, 1));
    assertEquals(0, shares.left(false));
    assertEquals(100, shares.left(true));
    assertTrue(shares.take(true, 60));
    assertFalse(shares.take(true, 41), "nothing is taken where not all of it fits");
    assertTrue(shares.take(true, 40));
    assertEquals(100, shares.used());
  }

  @Test
  void givenWhatIsThereAlreadyThenItIsCountedAlthoughItIsTooMuch() {
    PageShares shares = new PageShares(100, 10);
    assertTrue(shares.add(true, 100));
    assertFalse(shares.add(true, 1));
    assertEquals(101, shares.used());
  }

  @Test
  void givenAmountsThenBlocksHideHowLargeTheyAre() {
    PageShares shares = new PageShares(1 << 20, 1 << 7);
    assertEquals(8192, shares.inBlocks(1));
    assertEquals(8192, shares.inBlocks(8192));
    assertEquals(16_384, shares.inBlocks(8193));
    assertEquals(0, shares.inBlocks(0));
    assertEquals(3, new PageShares(5, 10).inBlocks(3), "a small limit is counted piece by piece");
  }
}
