package dev.skerry.wasm.verify;

import dev.skerry.wasm.verify.Value.Kind;
import java.util.Arrays;

/**
 * Symbols for numbers that come to a block on two ways: one for each pair, so that places which are equal on both ways
 * are known to be equal behind.
 */
final class Pairs {

  private static final int ROOM = 64;
  private static final long WORD = Value.symbol(Value.ANONYMOUS, Integer.SIZE);
  /** Fewer pairs are looked for one after another. */
  private static final int FEW = 8;

  final Analysis analysis;
  private final Facts facts;
  private boolean isNew;
  /** Where ways meet: symbols from here on may be kept; whether this way comes on from the one before it. */
  private int firstExpected;
  private boolean goesOn;
  private long[] mine = new long[ROOM];
  private long[] theirs = new long[ROOM];
  private int[] symbols = new int[ROOM];
  private int count;
  /** A bit for each pair, which others have too. */
  private long listed;
  /** The first part of it is an open hash table of pairs, if there are many: where each is above, and 1 more. */
  private int[] table = {};
  private int mask;

  Pairs(Analysis analysis) {
    this.analysis = analysis;
    this.facts = analysis.facts;
  }

  /** Forgets all pairs. */
  void begin() {
    count = 0;
    listed = 0;
  }

  /**
   * Forgets all pairs; a way comes to where others were followed to.
   *
   * @param first symbols from there on were made for the place
   * @param firstNow symbols from there on were made for it on the last way that did not come on from another
   * @param comesOn whether this one comes on from the one before it
   */
  void begin(int first, int firstNow, boolean comesOn) {
    begin();
    firstExpected = comesOn ? firstNow : first;
    goesOn = comesOn;
  }

  /** What is left of two values that differ: the size of numbers, and which are equal. */
  long common(long mine, long theirs, Notes notes, int mark) {
    if ((mine & theirs) >= 0 && !(Value.isNumber(mine) && Value.isNumber(theirs))) {
      return masked(mine, theirs);
    }
    long size = Value.size(mine, theirs);
    if (Value.isAnonymous(mine) || Value.isAnonymous(theirs)) {
      return Value.nameless(size);
    }
    long a = Value.withoutBits(mine);
    long b = Value.withoutBits(theirs);
    // One branch: each of these alone is hard to foresee.
    if ((a == b) | isKept(Value.symbol(a), b)) {
      return Value.resized(mine, size);
    }
    int symbol = symbol(a, b);
    if (notes != null && isNew) {
      notes.pair(symbol, mine, theirs, mark);
    }
    return Value.sized(symbol, size);
  }

  /**
   * Whether all places that are the symbol, which was made for this place, come as that number on this way: those that
   * are looked at, which are it no longer otherwise, and those that are not, for they did not change on it.
   */
  private boolean isKept(int symbol, long number) {
    long stays = goesOn ? Value.ANY : facts.stayedAs(symbol);
    long expected = stays == Value.ANY ? facts.cameAs(symbol) : stays;
    return (symbol >= firstExpected) & (expected == number);
  }

  /** The symbol of two numbers that differ, both {@link Value#withoutBits}. */
  int symbol(long a, long b) {
    long bit = 1L << (a >>> Integer.SIZE + 1) + a + 7 * ((b >>> Integer.SIZE + 1) + b);
    if ((listed & bit) != 0) {
      int at = count < FEW ? last(a, b) : table[place(a, b)] - 1;
      if (at >= 0) {
        isNew = false;
        return symbols[at];
      }
    }
    isNew = true;
    listed |= bit;
    return add(a, b);
  }

  private int last(long a, long b) {
    int at = count - 1;
    while (at >= 0 && (theirs[at] != b || mine[at] != a)) {
      at--;
    }
    return at;
  }

  private int add(long a, long b) {
    if (count == mine.length) {
      mine = Arrays.copyOf(mine, 2 * count);
      theirs = Arrays.copyOf(theirs, 2 * count);
      symbols = Arrays.copyOf(symbols, 2 * count);
    }
    int symbol = facts.meeting(b);
    mine[count] = a;
    theirs[count] = b;
    symbols[count++] = symbol;
    if (count >= FEW) {
      listLast();
    }
    return symbol;
  }

  private void listLast() {
    if (count == FEW) {
      list(4 * FEW);
    } else if (2 * count > mask) {
      list(2 * mask + 2);
    } else {
      table[place(mine[count - 1], theirs[count - 1])] = count;
    }
  }

  private void list(int room) {
    if (table.length < room) {
      table = new int[room];
    } else {
      Arrays.fill(table, 0, room, 0);
    }
    mask = room - 1;
    for (int i = 0; i < count; i++) {
      table[place(mine[i], theirs[i])] = i + 1;
    }
  }

  /** Where the pair is in the table, or would be. */
  private int place(long a, long b) {
    long hash = (a * 31 + b) * 0x9E37_79B9_7F4A_7C15L;
    int at = (int) (hash >>> Integer.SIZE) & mask;
    while (table[at] != 0 && (mine[table[at] - 1] != a || theirs[table[at] - 1] != b)) {
      at = at + 1 & mask;
    }
    return at;
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

  /** What is left of two values not both of which are numbers: an index that was masked, or its size, or nothing. */
  private long masked(long one, long other) {
    if (!analysis.masked) {
      return Value.ANY;
    }
    long masked = Value.is(one, Kind.MASKED) ? one : other;
    long number = masked == one ? other : one;
    if (!Value.is(masked, Kind.MASKED)) {
      return Value.ANY;
    }
    return analysis.isLikeMasked(number, Value.symbol(masked)) ? masked
        : Value.isNumber(number) ? Value.nameless(Value.size(number, WORD)) : Value.ANY;
  }
}
