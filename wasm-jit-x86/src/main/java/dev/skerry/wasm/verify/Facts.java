package dev.skerry.wasm.verify;

import java.util.Arrays;

/**
 * Symbols, and what is known of them. A symbol is made where a value is and never means another one, so what is learned
 * of it holds wherever that place leads: facts are added while blocks are followed in the order in which they dominate
 * each other, and taken back ({@link #forget}) when the proof goes on elsewhere.
 */
final class Facts {

  /** The amount of a fact that is not known. */
  static final long UNKNOWN = Long.MIN_VALUE;

  private static final Fact[] FACTS = Fact.values();
  private static final int FACT_BITS = 5;
  /** So many facts about one symbol are looked at; older ones are as if they were not known. */
  private static final int MOST = 48;
  /** A number is looked for under so many other symbols that it is known to be. */
  private static final int ALIASES = 3;
  private static final int NONE = -1;

  /** By symbol: its newest fact, or -1, as of all that are still to be made. */
  private int[] newest = new int[256];
  /**
   * By symbol: which one it is the sum of, in 32 bits, and what was added; or the number of the table whose length it
   * is, or was before the table grew, negated and less 1; 0 for others, as of all symbols that are still to be made.
   */
  private int[] origins = new int[256];
  private long[] sumAmount = new long[256];
  /** Symbols from here on have no origin. */
  private int originsEnd;
  /**
   * By symbol that was made where ways meet: what it was on the way that made it new; and what it is on ways on which
   * nothing changes what is the symbol, or {@link Value#ANY} if it is nowhere but where each way is looked at.
   */
  private long[] cameAs = new long[256];
  private long[] stayedAs = new long[256];
  private int symbols;

  /** By fact: its symbol, what about, how much, and the fact about the same symbol before. */
  private int[] owners = new int[256];
  private int[] keys = new int[256];
  private long[] amounts = new long[256];
  private int[] older = new int[256];
  private int count;
  private int isAt;
  /** How many facts say that something is within a memory. */
  private int ofMemory;

  Facts() {
    Arrays.fill(newest, NONE);
  }

  void clear() {
    forget(0);
    Arrays.fill(origins, 0, originsEnd, 0);
    originsEnd = 0;
    symbols = Value.FIRST_SYMBOL;
  }

  /** A new symbol, of which nothing is known; the last one again and again if there are too many. */
  int symbol() {
    return symbols < newest.length ? symbols++ : more();
  }

  /** The next of so many new symbols one after another, some of which may be used at once. */
  int reserve(int most) {
    if (symbols + most > newest.length) {
      growSymbols();
    }
    return symbols;
  }

  /** Those before that one are used. */
  void use(int symbol) {
    symbols = symbol;
  }

  private int symbol(int origin) {
    int symbol = symbol();
    origins[symbol] = origin;
    originsEnd = symbol + 1;
    return symbol;
  }

  private int more() {
    if (symbols == Value.SYMBOL_LIMIT) {
      return symbols - 1;
    }
    growSymbols();
    return symbols++;
  }

  private void growSymbols() {
    newest = Arrays.copyOf(newest, 2 * symbols);
    Arrays.fill(newest, symbols, 2 * symbols, NONE);
    origins = Arrays.copyOf(origins, 2 * symbols);
    sumAmount = Arrays.copyOf(sumAmount, 2 * symbols);
    cameAs = Arrays.copyOf(cameAs, 2 * symbols);
    stayedAs = Arrays.copyOf(stayedAs, 2 * symbols);
  }

  /** A symbol for what is a number on one way, and others on others. */
  int meeting(long number) {
    int symbol = symbol();
    cameAs[symbol] = number;
    stayedAs[symbol] = Value.ANY;
    return symbol;
  }

  /** What a symbol of a meeting was on the way that made it new. */
  long cameAs(int symbol) {
    return cameAs[symbol];
  }

  /** What a symbol of a meeting is on ways that are not looked at, or {@link Value#ANY}. */
  long stayedAs(int symbol) {
    return stayedAs[symbol];
  }

  void stay(int symbol, long number) {
    stayedAs[symbol] = number;
  }

  /** A symbol that is the length of a table. */
  int length(int table) {
    return symbol(-1 - table);
  }

  /** The table whose length the symbol is, or -1. */
  int tableOf(int symbol) {
    return origins[symbol] < 0 ? -1 - origins[symbol] : NONE;
  }

  /** How many symbols there are. */
  int count() {
    return symbols;
  }

  /** Whether there were more symbols than there are numbers for: then nothing is proved. */
  boolean isFull() {
    return symbols == Value.SYMBOL_LIMIT;
  }

  /** A symbol that is another one plus something in 32 bits, where the sum may wrap around. */
  int sum(int of, long amount) {
    int symbol = symbol(of);
    sumAmount[symbol] = amount;
    return symbol;
  }

  /** What a fact is about: the number of a memory, table or symbol with it. */
  private static int key(Fact fact, int number) {
    return number << FACT_BITS | fact.ordinal();
  }

  /** The amount of a fact, or {@link #UNKNOWN}. */
  long find(int symbol, Fact fact, int number) {
    int key = key(fact, number);
    int steps = MOST;
    for (int i = newest[symbol]; i >= 0 && --steps >= 0; i = older[i]) {
      if (keys[i] == key) {
        return amounts[i];
      }
    }
    return UNKNOWN;
  }

  /** Learns a fact; the greater amount of two stays. */
  void learn(int symbol, Fact fact, int number, long amount) {
    if (symbol != Value.ANONYMOUS && find(symbol, fact, number) < amount) {
      set(symbol, fact, number, amount);
    }
  }

  /** Learns a fact in place of what was known. */
  void set(int symbol, Fact fact, int number, long amount) {
    if (count == keys.length) {
      growFacts();
    }
    owners[count] = symbol;
    keys[count] = key(fact, number);
    amounts[count] = amount;
    older[count] = newest[symbol];
    ofMemory += isOfMemory(count) ? 1 : 0;
    newest[symbol] = count++;
  }

  private void growFacts() {
    owners = Arrays.copyOf(owners, 2 * count);
    keys = Arrays.copyOf(keys, 2 * count);
    amounts = Arrays.copyOf(amounts, 2 * count);
    older = Arrays.copyOf(older, 2 * count);
  }

  /** Learns that symbol + amount is within a memory; so is then 0 + amount, and what the symbol is a sum of. */
  void learnInMemory(int symbol, int memory, long amount) {
    learn(symbol, Fact.IN_MEMORY, memory, amount);
    if (symbol != 0) {
      learn(0, Fact.IN_MEMORY, memory, amount);
      int steps = MOST;
      for (int i = newest[symbol]; i >= 0 && --steps >= 0; i = older[i]) {
        if ((keys[i] & (1 << FACT_BITS) - 1) == Fact.WHOLE_SUM_OF.ordinal()) {
          learn(keys[i] >>> FACT_BITS, Fact.IN_MEMORY, memory, amount + amounts[i]);
        }
      }
    }
  }

  /** How far above the symbol a memory is known to reach, or {@link #UNKNOWN}. */
  long reach(int symbol, int memory, boolean isWide) {
    long known = find(symbol, Fact.IN_MEMORY, memory);
    if (origins[symbol] > 0 && !isWide) {
      // Where a memory of at most 2^32 bytes reaches above the sum, the sum did not wrap around.
      long below = find(origins[symbol], Fact.IN_MEMORY, memory);
      if (below > sumAmount[symbol]) {
        known = Math.max(known, below - sumAmount[symbol]);
      }
    }
    long added = 0;
    int other = is(symbol);
    for (int i = 0; i < ALIASES && other >= 0; i++) {
      added += amounts[isAt];
      long there = find(other, Fact.IN_MEMORY, memory);
      known = Math.max(known, there < 0 ? UNKNOWN : there - added);
      other = is(other);
    }
    return known;
  }

  /** The newest fact of that sort about the symbol, or -1; {@link #number} and {@link #amount} say which. */
  int newest(int symbol, Fact fact) {
    int steps = MOST;
    for (int i = newest[symbol]; i >= 0 && --steps >= 0; i = older[i]) {
      if ((keys[i] & (1 << FACT_BITS) - 1) == fact.ordinal()) {
        return i;
      }
    }
    return NONE;
  }

  /** As {@link #find}, of what was learned before a mark. */
  long findBefore(int mark, int symbol, Fact fact, int number) {
    int key = key(fact, number);
    int steps = MOST;
    for (int i = newest[symbol]; i >= 0 && --steps >= 0; i = older[i]) {
      if (i < mark && keys[i] == key) {
        return amounts[i];
      }
    }
    return UNKNOWN;
  }

  /** Whether a fact says that something is within a memory. */
  boolean isOfMemory(int fact) {
    int ordinal = keys[fact] & (1 << FACT_BITS) - 1;
    return ordinal == Fact.IN_MEMORY.ordinal() || ordinal == Fact.CLAMPED_IN_MEMORY.ordinal();
  }

  /** Whether any fact does. */
  boolean knowsMemories() {
    return ofMemory > 0;
  }

  int owner(int fact) {
    return owners[fact];
  }

  int number(int fact) {
    return keys[fact] >>> FACT_BITS;
  }

  long amount(int fact) {
    return amounts[fact];
  }

  /** Another symbol that the symbol is, with something added that {@link #isAt} has, or -1. */
  private int is(int symbol) {
    int steps = MOST;
    for (int i = newest[symbol]; i >= 0 && --steps >= 0; i = older[i]) {
      if ((keys[i] & (1 << FACT_BITS) - 1) == Fact.IS.ordinal()) {
        isAt = i;
        return keys[i] >>> FACT_BITS;
      }
    }
    return NONE;
  }

  /** Teaches of a symbol what is known of another one, which it is if that much is added to it. */
  void share(int symbol, int from, long addend) {
    if (from != 0) {
      set(symbol, Fact.IS, from, addend);
    }
    int steps = MOST;
    for (int i = newest[from]; i >= 0 && --steps >= 0; i = older[i]) {
      Fact fact = FACTS[keys[i] & (1 << FACT_BITS) - 1];
      int number = keys[i] >>> FACT_BITS;
      switch (fact) {
        case IN_MEMORY, IN_TABLE, IN_FUNCTIONS -> learn(symbol, fact, number, amounts[i] - addend);
        case AT_MOST -> learn(symbol, fact, number, amounts[i] - addend);
        case NOT_ZERO -> {
          if (addend == 0) {
            learn(symbol, fact, number, amounts[i]);
          }
        }
        default -> { }
      }
    }
  }

  /** How many facts there are: what is learned from here on can be forgotten. */
  int mark() {
    return count;
  }

  /** Forgets what was learned since then. */
  void forget(int mark) {
    while (count > mark) {
      count--;
      ofMemory -= isOfMemory(count) ? 1 : 0;
      newest[owners[count]] = older[count];
    }
  }

  /** For people: what is known of a symbol. */
  void text(StringBuilder text, int symbol) {
    for (int i = newest[symbol]; i >= 0; i = older[i]) {
      text.append(FACTS[keys[i] & (1 << FACT_BITS) - 1]).append(' ').append(keys[i] >>> FACT_BITS).append(" of ")
          .append(symbol).append(": ").append(amounts[i]).append("; ");
    }
  }
}
