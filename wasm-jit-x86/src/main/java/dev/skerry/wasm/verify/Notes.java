package dev.skerry.wasm.verify;

import java.util.Arrays;

/**
 * What all ways to a block that were followed so far know of numbers and memories, beyond what is known where they
 * part: it is learned again where the block starts.
 */
final class Notes {

  /** More is forgotten. */
  private static final int MOST = 64;
  /** Facts that are looked through on one way. */
  private static final int LOOK_BACK = 256;
  /** What a number that is 0 on one way leaves of a clamp. */
  private static final long NO_MATTER = 1L << 60;

  private final Analysis analysis;
  private final Facts facts;
  private int count;
  private int[] symbols = new int[4];
  private int[] memories = new int[4];
  private long[] reaches = new long[4];
  private long[] clamps = new long[4];
  /** Of numbers that are new where the ways meet, from here on. */
  private int firstNew;
  /** A bit for each symbol that is noted, which others have too. */
  private long listed;

  Notes(Analysis analysis) {
    this.analysis = analysis;
    this.facts = analysis.facts;
  }

  /** Notes what was learned since a mark, on the first way. */
  void begin(int mark) {
    count = 0;
    listed = 0;
    if (!facts.knowsMemories()) {
      return;
    }
    for (int i = Math.max(mark, facts.mark() - LOOK_BACK); i < facts.mark(); i++) {
      if (facts.isOfMemory(i) && find(facts.owner(i), facts.number(i)) < 0) {
        add(facts.owner(i), facts.number(i), facts.inMemory(facts.owner(i), facts.number(i)),
            known(facts.owner(i), facts.number(i)));
      }
    }
  }

  private int find(int symbol, int memory) {
    if ((listed >>> symbol & 1) == 0) {
      return -1;
    }
    for (int i = 0; i < count; i++) {
      if (symbols[i] == symbol && memories[i] == memory) {
        return i;
      }
    }
    return -1;
  }

  private void add(int symbol, int memory, long reach, long clamp) {
    if (count == symbols.length) {
      if (count == MOST) {
        return;
      }
      symbols = Arrays.copyOf(symbols, 2 * count);
      memories = Arrays.copyOf(memories, 2 * count);
      reaches = Arrays.copyOf(reaches, 2 * count);
      clamps = Arrays.copyOf(clamps, 2 * count);
    }
    listed |= 1L << symbol;
    symbols[count] = symbol;
    memories[count] = memory;
    reaches[count] = reach;
    clamps[count++] = clamp;
  }

  /** How far a number is clamped; nobody asks for that but under {@code HARDENED}. */
  private long known(int symbol, int memory) {
    return analysis.hardened ? facts.clampedInMemory(symbol, memory) : Facts.UNKNOWN;
  }

  /** Another way comes: what it does not know is no longer known, once the pairs are told. */
  void beginWay() {
    firstNew = count;
  }

  /**
   * A number that is one of two from now on.
   *
   * @param mark facts before it hold on both ways
   */
  void pair(int symbol, long mine, long theirs, int mark) {
    int memories = analysis.contract.module().memories().length;
    for (int memory = 0; memory < memories; memory++) {
      long now = reachNow(theirs, memory);
      long reach = now > 0 ? Math.min(reachBefore(mine, memory, mark), now) : 0;
      if (reach > 0) {
        add(symbol, memory, reach, analysis.hardened
            ? Math.min(clampBefore(mine, memory, mark), clampNow(theirs, memory)) : Facts.UNKNOWN);
      }
    }
  }

  private long reachBefore(long value, int memory, int mark) {
    long known = Facts.UNKNOWN;
    if (Value.hasSymbol(value)) {
      int noted = find(Value.symbol(value), memory);
      known = Math.max(noted < 0 ? Facts.UNKNOWN : reaches[noted],
          facts.findBefore(mark, Value.symbol(value), Fact.IN_MEMORY, memory));
    }
    return above(value, known, memory);
  }

  /** How far above a value the memory is known to reach here, or {@link Facts#UNKNOWN}. */
  long reachNow(long value, int memory) {
    return above(value, Value.hasSymbol(value) ? facts.inMemory(Value.symbol(value), memory) : Facts.UNKNOWN, memory);
  }

  /** How far above the value a memory reaches, by what is known of its symbol, or by its size. */
  private long above(long value, long known, int memory) {
    long bySize = analysis.mostBySize(value);
    return Math.max(known == Facts.UNKNOWN ? known : known - Value.addend(value),
        bySize < 0 ? Facts.UNKNOWN : analysis.leastLength(memory) - bySize);
  }

  private long clampBefore(long value, int memory, int mark) {
    long known = Facts.UNKNOWN;
    if (Value.hasSymbol(value)) {
      int noted = find(Value.symbol(value), memory);
      known = Math.max(noted < 0 ? Facts.UNKNOWN : clamps[noted],
          facts.findBefore(mark, Value.symbol(value), Fact.CLAMPED_IN_MEMORY, memory));
    }
    return clamp(value, known, memory);
  }

  /** As {@link #reachNow} by arithmetic alone, if the value is not 0. */
  long clampNow(long value, int memory) {
    return clamp(value, Value.hasSymbol(value) ? facts.clampedInMemory(Value.symbol(value), memory)
        : Facts.UNKNOWN, memory);
  }

  private long clamp(long value, long known, int memory) {
    if (value == Value.constant(0)) {
      return NO_MATTER;
    }
    long bySize = analysis.mostBySize(value);
    return Math.max(Value.addend(value) == 0 ? known : Facts.UNKNOWN,
        bySize < 0 ? Facts.UNKNOWN : analysis.leastLength(memory) - bySize);
  }

  /**
   * All pairs of that way were told: what it knows of other numbers is left.
   *
   * @param firstSymbol symbols from here on were made for the place, and are what they came as
   */
  void endWay(int firstSymbol) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (i < firstNew && symbols[i] >= firstSymbol) {
        long stayed = facts.stayedAs(symbols[i]);
        long number = stayed == Value.ANY ? facts.cameAs(symbols[i]) : stayed;
        reaches[i] = Math.min(reaches[i], reachNow(number, memories[i]));
        clamps[i] = analysis.hardened ? Math.min(clamps[i], clampNow(number, memories[i])) : Facts.UNKNOWN;
      } else if (i < firstNew) {
        reaches[i] = Math.min(reaches[i], facts.inMemory(symbols[i], memories[i]));
        clamps[i] = Math.min(clamps[i], known(symbols[i], memories[i]));
      }
      if (reaches[i] != Facts.UNKNOWN || clamps[i] != Facts.UNKNOWN) {
        symbols[kept] = symbols[i];
        memories[kept] = memories[i];
        reaches[kept] = reaches[i];
        clamps[kept++] = clamps[i];
      }
    }
    count = kept;
  }

  /** Whether nothing can be noted: nobody knows anything of memories. */
  boolean isEmpty() {
    return count == 0 && !facts.knowsMemories();
  }

  /** The block starts. */
  void learn() {
    for (int i = 0; i < count; i++) {
      if (reaches[i] != Facts.UNKNOWN) {
        facts.learnInMemory(symbols[i], memories[i], reaches[i]);
      }
      if (clamps[i] != Facts.UNKNOWN) {
        facts.learn(symbols[i], Fact.CLAMPED_IN_MEMORY, memories[i], clamps[i]);
      }
    }
  }
}
