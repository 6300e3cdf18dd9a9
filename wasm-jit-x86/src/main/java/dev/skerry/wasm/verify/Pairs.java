package dev.skerry.wasm.verify;

import dev.skerry.wasm.verify.Value.Kind;
import java.util.Arrays;

/**
 * Symbols for numbers that come to a block on two ways: one for each pair, so that places which are equal on both ways
 * are known to be equal behind.
 */
final class Pairs {

  private static final int ROOM = 64;

  final Analysis analysis;
  private final Facts facts;
  private boolean isNew;
  /** An open hash table; what has an older round is free. */
  private long[] mine = new long[ROOM];
  private long[] theirs = new long[ROOM];
  private int[] symbols = new int[ROOM];
  private int[] rounds = new int[ROOM];
  private int round;
  private int count;

  Pairs(Analysis analysis) {
    this.analysis = analysis;
    this.facts = analysis.facts;
  }

  /** Forgets all pairs. */
  void begin() {
    count = 0;
    if (++round == 0) {
      Arrays.fill(rounds, 0);
      round = 1;
    }
  }

  /** The symbol of two numbers that differ; without regard to how many bits each is known to have. */
  int symbol(long one, long other) {
    long a = Value.withoutBits(one);
    long b = Value.withoutBits(other);
    int at = slot(a, b);
    isNew = rounds[at] != round;
    if (!isNew) {
      return symbols[at];
    }
    if (2 * ++count > mine.length) {
      grow();
      at = slot(a, b);
    }
    mine[at] = a;
    theirs[at] = b;
    symbols[at] = facts.meeting(b);
    rounds[at] = round;
    return symbols[at];
  }

  /**
   * A place that is a symbol, made for a pair, holds that number on all ways on which it does not change.
   *
   * @return false if another place that is the symbol holds another number then
   */
  boolean stay(int symbol, long number) {
    long known = facts.stayedAs(symbol);
    if (known == Value.ANY && number != Value.ANY) {
      facts.stay(symbol, Value.withoutBits(number));
      return true;
    }
    return known == Value.withoutBits(number) && number != Value.ANY;
  }

  /** Whether the last pair was seen for the first time. */
  boolean isNew() {
    return isNew;
  }

  /** What is left of two values not both of which are numbers: an index that was masked, or is as small, or nothing. */
  long masked(long one, long other) {
    if (!analysis.masked) {
      return Value.ANY;
    }
    long masked = Value.is(one, Kind.MASKED) ? one : other;
    long number = masked == one ? other : one;
    return Value.is(masked, Kind.MASKED) && analysis.isLikeMasked(number, Value.symbol(masked)) ? masked : Value.ANY;
  }

  private int slot(long a, long b) {
    long hash = (a * 31 + b) * 0x9E37_79B9_7F4A_7C15L;
    int at = (int) (hash >>> Integer.SIZE) & mine.length - 1;
    while (rounds[at] == round && (mine[at] != a || theirs[at] != b)) {
      at = at + 1 & mine.length - 1;
    }
    return at;
  }

  private void grow() {
    long[] oldMine = mine;
    long[] oldTheirs = theirs;
    int[] oldSymbols = symbols;
    int[] oldRounds = rounds;
    int room = 2 * oldMine.length;
    mine = new long[room];
    theirs = new long[room];
    symbols = new int[room];
    rounds = new int[room];
    for (int i = 0; i < oldMine.length; i++) {
      if (oldRounds[i] == round) {
        int at = slot(oldMine[i], oldTheirs[i]);
        mine[at] = oldMine[i];
        theirs[at] = oldTheirs[i];
        symbols[at] = oldSymbols[i];
        rounds[at] = round;
      }
    }
  }
}
