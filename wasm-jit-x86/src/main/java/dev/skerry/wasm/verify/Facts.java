package dev.skerry.wasm.verify;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** Facts about symbols, each with an amount; to forget one is always right. */
final class Facts {

  /** The amount of a fact that is not known. */
  static final long UNKNOWN = Long.MIN_VALUE;

  /** More facts than this are forgotten, the oldest first; so one state stays small whatever the code is. */
  private static final int MOST = 256;
  private static final Fact[] FACTS = Fact.values();

  /** What about, and the amount. */
  private long[] keys;
  private long[] amounts;
  private int count;

  Facts(int room) {
    keys = new long[room];
    amounts = new long[room];
  }

  Facts copy() {
    Facts copy = new Facts(count + 4);
    System.arraycopy(keys, 0, copy.keys, 0, count);
    System.arraycopy(amounts, 0, copy.amounts, 0, count);
    copy.count = count;
    return copy;
  }

  /** A symbol, a fact and the number of a memory or table as one key. */
  static long key(int symbol, Fact fact, int index) {
    return ((long) symbol * FACTS.length + fact.ordinal()) << Integer.SIZE | index;
  }

  static int symbolOf(long key) {
    return (int) ((key >>> Integer.SIZE) / FACTS.length);
  }

  static Fact factOf(long key) {
    return FACTS[(int) ((key >>> Integer.SIZE) % FACTS.length)];
  }

  /** The second symbol that a fact speaks of, or 0. */
  static int other(long key) {
    return factOf(key) == Fact.SUM_OF || factOf(key) == Fact.WHOLE_SUM_OF ? (int) key : 0;
  }

  int count() {
    return count;
  }

  long key(int at) {
    return keys[at];
  }

  long amount(int at) {
    return amounts[at];
  }

  /** Whether amounts that differ say nothing; of other facts the lesser amount of two is right too. */
  static boolean isExact(Fact fact) {
    return fact == Fact.HAS_TYPE || fact == Fact.SUM_OF || fact == Fact.WHOLE_SUM_OF;
  }

  /** The amount of a fact, or {@link #UNKNOWN}. */
  long find(long key) {
    for (int i = 0; i < count; i++) {
      if (keys[i] == key) {
        return amounts[i];
      }
    }
    return UNKNOWN;
  }

  /** Learns a fact; the greater amount of two stays. */
  void add(long key, long amount) {
    for (int i = 0; i < count; i++) {
      if (keys[i] == key) {
        amounts[i] = Math.max(amounts[i], amount);
        return;
      }
    }
    if (count == MOST) {
      System.arraycopy(keys, 1, keys, 0, --count);
      System.arraycopy(amounts, 1, amounts, 0, count);
    }
    if (count == keys.length) {
      keys = Arrays.copyOf(keys, 2 * count + 4);
      amounts = Arrays.copyOf(amounts, keys.length);
    }
    keys[count] = key;
    amounts[count++] = amount;
  }

  /** Whether anything is known of the symbol. */
  boolean has(int symbol) {
    for (int i = 0; i < count; i++) {
      if (symbolOf(keys[i]) == symbol) {
        return true;
      }
    }
    return false;
  }

  void forget(int symbol) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (symbolOf(keys[i]) != symbol && (other(keys[i]) != symbol || symbol == 0)) {
        keys[kept] = keys[i];
        amounts[kept++] = amounts[i];
      }
    }
    count = kept;
  }

  /** Forgets one fact about a symbol. */
  void forget(int symbol, Fact fact) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (symbolOf(keys[i]) != symbol || factOf(keys[i]) != fact) {
        keys[kept] = keys[i];
        amounts[kept++] = amounts[i];
      }
    }
    count = kept;
  }

  /** Forgets what is known of symbols that are not among those; constants stay. */
  void keep(IntPredicate held) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int symbol = symbolOf(keys[i]);
      if (symbol == 0 || held.test(symbol)) {
        keys[kept] = keys[i];
        amounts[kept++] = amounts[i];
      }
    }
    count = kept;
  }

  boolean same(Facts other) {
    if (count != other.count) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      boolean inPlace = other.keys[i] == keys[i] && other.amounts[i] == amounts[i];
      if (!inPlace && other.find(keys[i]) != amounts[i]) {
        return false;
      }
    }
    return true;
  }
}
