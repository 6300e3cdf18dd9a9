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
  private static final int FACT_MASK = (1 << FACT_BITS) - 1;
  private static final int IN_MEMORY = Fact.IN_MEMORY.ordinal();
  private static final int CLAMPED_IN_MEMORY = Fact.CLAMPED_IN_MEMORY.ordinal();
  private static final int AT_MOST = Fact.AT_MOST.ordinal();
  private static final int NOT_ZERO = Fact.NOT_ZERO.ordinal();
  /** A bit for each fact that says that something is within a memory. */
  private static final int OF_MEMORY = 1 << IN_MEMORY | 1 << CLAMPED_IN_MEMORY;
  /** A symbol has a list of its own for each of the first facts, if of number 0, and one for all others. */
  private static final int LIST_BITS = 2;
  private static final int OTHERS = (1 << LIST_BITS) - 1;
  /** So many facts of a list of others are looked at; older ones are as if they were not known. */
  private static final int MOST = 48;
  /** A number is looked for under so many other symbols that it is known to be. */
  private static final int ALIASES = 3;
  private static final int NONE = -1;
  /** Facts have numbers from here on; below is one that nobody knows, which ends all lists. */
  private static final int FIRST = 1;

  /** By list: its newest fact, or 0, as of all symbols that are still to be made. */
  private int[] newest = new int[256 << LIST_BITS];
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
  /** Whether more symbols were asked for than there are numbers for. */
  private boolean full;

  /** By fact: its list, what about, how much, and the fact before it in the list. */
  private int[] lists = new int[256];
  private int[] keys = new int[256];
  private long[] amounts = new long[256];
  private int[] older = new int[256];
  private int count = FIRST;
  private int isAt;
  /** How many facts say that something is within a memory. */
  private int ofMemory;

  Facts() {
    keys[0] = NONE;
    amounts[0] = UNKNOWN;
  }

  void clear() {
    forget(0);
    Arrays.fill(origins, 0, originsEnd, 0);
    originsEnd = 0;
    symbols = Value.FIRST_SYMBOL;
    full = false;
  }

  /** A new symbol, of which nothing is known; if there are too many, one given before: then nothing is proved. */
  int symbol() {
    return symbols < origins.length ? symbols++ : oneMore();
  }

  private int oneMore() {
    int symbol = reserve(1);
    symbols = symbol + 1;
    return symbol;
  }

  /** The first of so many new symbols one after another, of which as many are taken as are used. */
  int reserve(int most) {
    if (symbols + most <= origins.length) {
      return symbols;
    }
    if (origins.length == Value.SYMBOL_LIMIT) {
      full = true;
      return Value.SYMBOL_LIMIT - most;
    }
    growSymbols();
    return symbols;
  }

  /** Symbols before that one are used. */
  void use(int symbol) {
    symbols = symbol;
  }

  private int symbol(int origin) {
    int symbol = symbol();
    origins[symbol] = origin;
    originsEnd = Math.max(originsEnd, symbol + 1);
    return symbol;
  }

  private void growSymbols() {
    int room = 2 * origins.length;
    newest = Arrays.copyOf(newest, room << LIST_BITS);
    origins = Arrays.copyOf(origins, room);
    sumAmount = Arrays.copyOf(sumAmount, room);
    cameAs = Arrays.copyOf(cameAs, room);
    stayedAs = Arrays.copyOf(stayedAs, room);
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
    return full;
  }

  /** A symbol that is another one plus something in 32 bits, where the sum may wrap around. */
  int sum(int of, long amount) {
    int symbol = symbol(of);
    sumAmount[symbol] = amount;
    return symbol;
  }

  /** What a fact is about: the number of a memory, table or symbol with it. */
  private static int key(int sort, int number) {
    return number << FACT_BITS | sort;
  }

  /** The list of a symbol's that has facts of that sort. */
  private static int list(int symbol, int sort, int number) {
    return symbol << LIST_BITS | (number == 0 ? Math.min(sort, OTHERS) : OTHERS);
  }

  /** The newest fact of a list that is about that, or 0. */
  private int last(int list, int key) {
    int i = newest[list];
    if ((list & OTHERS) == OTHERS) {
      int steps = MOST;
      while (keys[i] != key && i != 0) {
        i = --steps == 0 ? 0 : older[i];
      }
    }
    return i;
  }

  private long find(int symbol, int sort, int number) {
    return amounts[last(list(symbol, sort, number), key(sort, number))];
  }

  /** The amount of a fact, or {@link #UNKNOWN}. */
  long find(int symbol, Fact fact, int number) {
    return find(symbol, fact.ordinal(), number);
  }

  /** As {@link #find}, of {@link Fact#IN_MEMORY}. */
  long inMemory(int symbol, int memory) {
    return find(symbol, IN_MEMORY, memory);
  }

  /** As {@link #find}, of {@link Fact#CLAMPED_IN_MEMORY}. */
  long clampedInMemory(int symbol, int memory) {
    return find(symbol, CLAMPED_IN_MEMORY, memory);
  }

  /** As {@link #find}, of {@link Fact#AT_MOST}. */
  long atMost(int symbol) {
    return find(symbol, AT_MOST, 0);
  }

  /** Learns a fact; the greater amount of two stays. */
  void learn(int symbol, Fact fact, int number, long amount) {
    learn(symbol, fact.ordinal(), number, amount);
  }

  private void learn(int symbol, int sort, int number, long amount) {
    int list = list(symbol, sort, number);
    int key = key(sort, number);
    if (symbol != Value.ANONYMOUS && amounts[last(list, key)] < amount) {
      add(list, key, amount);
    }
  }

  /** Learns that a symbol is at most so much. */
  void learnMost(int symbol, long most) {
    learn(symbol, AT_MOST, 0, -most);
  }

  /** Learns that a symbol is not 0. */
  void learnNotZero(int symbol) {
    learn(symbol, NOT_ZERO, 0, 0);
  }

  /** Learns a fact in place of what was known. */
  void set(int symbol, Fact fact, int number, long amount) {
    add(list(symbol, fact.ordinal(), number), key(fact.ordinal(), number), amount);
  }

  private void add(int list, int key, long amount) {
    int at = count;
    if (at == keys.length) {
      growFacts();
    }
    lists[at] = list;
    keys[at] = key;
    amounts[at] = amount;
    older[at] = newest[list];
    ofMemory += OF_MEMORY >>> (key & FACT_MASK) & 1;
    newest[list] = at;
    count = at + 1;
  }

  private void growFacts() {
    lists = Arrays.copyOf(lists, 2 * count);
    keys = Arrays.copyOf(keys, 2 * count);
    amounts = Arrays.copyOf(amounts, 2 * count);
    older = Arrays.copyOf(older, 2 * count);
  }

  /** Learns that symbol + amount is within a memory; so is then 0 + amount, and what the symbol is a sum of. */
  void learnInMemory(int symbol, int memory, long amount) {
    learn(symbol, IN_MEMORY, memory, amount);
    if (symbol != 0) {
      learn(0, IN_MEMORY, memory, amount);
      int steps = MOST;
      for (int i = newest[symbol << LIST_BITS | OTHERS]; i != 0 && --steps >= 0; i = older[i]) {
        if ((keys[i] & FACT_MASK) == Fact.WHOLE_SUM_OF.ordinal()) {
          learn(keys[i] >>> FACT_BITS, IN_MEMORY, memory, amount + amounts[i]);
        }
      }
    }
  }

  /** How far above the symbol a memory is known to reach, or {@link #UNKNOWN}. */
  long reach(int symbol, int memory, boolean isWide) {
    long known = inMemory(symbol, memory);
    if (origins[symbol] > 0 && !isWide) {
      // Where a memory of at most 2^32 bytes reaches above the sum, the sum did not wrap around.
      long below = inMemory(origins[symbol], memory);
      if (below > sumAmount[symbol]) {
        known = Math.max(known, below - sumAmount[symbol]);
      }
    }
    long added = 0;
    int other = is(symbol);
    for (int i = 0; i < ALIASES && other >= 0; i++) {
      added += amounts[isAt];
      long there = inMemory(other, memory);
      known = Math.max(known, there < 0 ? UNKNOWN : there - added);
      other = is(other);
    }
    return known;
  }

  /** Whether nothing is known of the symbol but how far memory 0 reaches above it, and what it is at most. */
  boolean hasNoOthers(int symbol) {
    return newest[symbol << LIST_BITS | OTHERS] == 0;
  }

  /** The newest fact of that sort, one of the others, about the symbol, or -1; see {@link #number}, {@link #amount}. */
  int newest(int symbol, Fact fact) {
    int steps = MOST;
    for (int i = newest[symbol << LIST_BITS | OTHERS]; i != 0 && --steps >= 0; i = older[i]) {
      if ((keys[i] & FACT_MASK) == fact.ordinal()) {
        return i;
      }
    }
    return NONE;
  }

  /** As {@link #find}, of what was learned before a mark. */
  long findBefore(int mark, int symbol, Fact fact, int number) {
    int key = key(fact.ordinal(), number);
    int i = newest[list(symbol, fact.ordinal(), number)];
    for (int steps = MOST; i != 0 && (i >= mark || keys[i] != key); i = older[i]) {
      if (--steps == 0) {
        return UNKNOWN;
      }
    }
    return amounts[i];
  }

  /** Whether a fact says that something is within a memory. */
  boolean isOfMemory(int fact) {
    return (OF_MEMORY >>> (keys[fact] & FACT_MASK) & 1) != 0;
  }

  /** Whether any fact does. */
  boolean knowsMemories() {
    return ofMemory > 0;
  }

  int owner(int fact) {
    return lists[fact] >>> LIST_BITS;
  }

  int number(int fact) {
    return keys[fact] >>> FACT_BITS;
  }

  long amount(int fact) {
    return amounts[fact];
  }

  /** Another symbol that the symbol is, with something added that {@link #isAt} has, or -1. */
  private int is(int symbol) {
    isAt = newest(symbol, Fact.IS);
    return isAt < 0 ? NONE : keys[isAt] >>> FACT_BITS;
  }

  /** Teaches of a symbol what is known of another one, which it is if that much is added to it. */
  void share(int symbol, int from, long addend) {
    if (from != 0) {
      set(symbol, Fact.IS, from, addend);
    }
    long reach = inMemory(from, 0);
    if (reach != UNKNOWN) {
      learn(symbol, IN_MEMORY, 0, reach - addend);
    }
    long most = atMost(from);
    if (most != UNKNOWN) {
      learn(symbol, AT_MOST, 0, most - addend);
    }
    int steps = MOST;
    for (int i = newest[from << LIST_BITS | OTHERS]; i != 0 && --steps >= 0; i = older[i]) {
      Fact fact = FACTS[keys[i] & FACT_MASK];
      int number = keys[i] >>> FACT_BITS;
      switch (fact) {
        case IN_MEMORY, IN_TABLE, IN_FUNCTIONS -> learn(symbol, fact, number, amounts[i] - addend);
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

  /** Forgets what was learned since then; all, if there was no mark yet, which is 0. */
  void forget(int mark) {
    int to = Math.max(mark, FIRST);
    for (int i = count - 1; i >= to; i--) {
      ofMemory -= OF_MEMORY >>> (keys[i] & FACT_MASK) & 1;
      newest[lists[i]] = older[i];
    }
    count = Math.min(count, to);
  }

  /** For people: what is known of a symbol, the newest first. */
  void text(StringBuilder text, int symbol) {
    int[] next = Arrays.copyOfRange(newest, symbol << LIST_BITS, symbol + 1 << LIST_BITS);
    for (int list = latest(next); next[list] != 0; list = latest(next)) {
      int i = next[list];
      text.append(FACTS[keys[i] & FACT_MASK]).append(' ').append(keys[i] >>> FACT_BITS).append(" of ")
          .append(symbol).append(": ").append(amounts[i]).append("; ");
      next[list] = older[i];
    }
  }

  private static int latest(int[] facts) {
    int latest = 0;
    for (int i = 1; i < facts.length; i++) {
      latest = facts[i] > facts[latest] ? i : latest;
    }
    return latest;
  }
}
