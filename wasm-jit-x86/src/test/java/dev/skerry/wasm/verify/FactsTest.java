package dev.skerry.wasm.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What is known of symbols is known in one proof alone. */
class FactsTest {

  private static final int SYMBOLS = 10_000;
  private static final int TABLE = 3;

  @Test
  void givenSymbolsThatWereLengthsAndSumsThenThoseOfTheNextProofAreNot() {
    Facts facts = new Facts();
    facts.clear();
    for (int i = 0; i < SYMBOLS; i++) {
      int length = facts.length(TABLE);
      assertEquals(TABLE, facts.tableOf(length));
      facts.learnInMemory(length, 0, SYMBOLS);
      assertEquals(SYMBOLS - 1, facts.reach(facts.sum(length, 1), 0, false));
    }
    facts.clear();
    for (int i = 0; i < 2 * SYMBOLS; i++) {
      int symbol = facts.symbol();
      assertEquals(-1, facts.tableOf(symbol));
      assertEquals(Facts.UNKNOWN, facts.reach(symbol, 0, false));
    }
  }
}
