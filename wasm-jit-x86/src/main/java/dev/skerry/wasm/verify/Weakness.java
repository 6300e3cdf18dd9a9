package dev.skerry.wasm.verify;

import java.util.Arrays;

/**
 * Where a loop starts, the places whose numbers may be others each time, and which of them are the same number each
 * time. It begins as a guess, and gets weaker with all that comes back and contradicts it, until nothing does.
 */
final class Weakness {

  private static final int NONE = -1;
  /** Fewer slots are looked for one after another. */
  private static final int FEW = 8;
  /** Numbers have no more than these bits each, so that getting weaker comes to an end. */
  private static final int[] SIZES = {1, Byte.SIZE, Short.SIZE, Integer.SIZE, 40};

  private static final int ANYTHING = Value.ALL_BITS + 1;

  /** So many slots are guessed to change. */
  private static final int MOST_GUESSED = 256;

  /** Slots that changed, and all that are weak, take as long as so many changes of the frame that are looked at. */
  private static final int FOUND_COST = 16;
  private static final int WEAK_COST = 8;

  /** A place is taken to lie in a memory again with less so often. */
  private static final int TRIES = 3;

  private final Analysis analysis;
  private final Facts facts;
  private final Notes notes;
  /** Whether what is known of memories before the loop is taken to be so each time; else all of it is forgotten. */
  private final boolean remembers;
  /** By place, where it remembers: how far memory 0 reaches above its number at most, and how often that got less. */
  private long[] reaches = {};
  private long[] clamps = {};
  private int[] tries = {};
  /** Places, registers first, then the slots of the frame that are weak. */
  private int[] slots = {};
  private int count;
  /** The first part of it is an open hash table of slots, if there are many: where each is above, and 1 more. */
  private int[] table = {};
  private int mask;
  /** By place: how many bits its number has at most: 0 where it is what it was, {@link #ANYTHING} if it is none. */
  private int[] bits = new int[State.REGISTERS];
  /** By place: numbers with another label are not known to be the same. */
  private int[] labels = new int[State.REGISTERS];
  private int depth = Integer.MIN_VALUE;
  private boolean news;
  private boolean endless;

  /** What is taken to be known where the loop starts; symbols made for it stand for what may change. */
  private final long[] assumed = new long[State.REGISTERS];
  private int assumedDepth;
  private final Differences frame = new Differences();
  /** By slot that is weak: what was known before the loop, what is taken to be known, and whether of a word. */
  private long[] entries = {};
  private long[] assumedSlots = {};
  private boolean[] words = {};
  /** Whether the loop is entered at its start alone. */
  private final boolean simple;
  /** Changes of the frame up to the end of the block that dominates the start. */
  private int frameMark;
  private int firstSymbol;
  private int lastSymbol;
  /** By symbol that was made: the new label of the first place that has it. */
  private int[] newLabels = new int[State.REGISTERS];

  Weakness(Analysis analysis, boolean remembers, boolean simple) {
    this.analysis = analysis;
    this.facts = analysis.facts;
    this.notes = new Notes(analysis);
    this.simple = simple;
    this.remembers = remembers && analysis.contract.module().memories().length > 0;
  }

  /**
   * Takes registers to be others each time, no two of them the same.
   *
   * @param changed a bit for each that may hold another number
   * @param lost a bit for each of which nothing may be known
   */
  void guess(int changed, int lost, State entry) {
    for (int left = changed | lost; left != 0; left &= left - 1) {
      int register = Integer.numberOfTrailingZeros(left);
      long value = entry.registers[register];
      if ((lost >> register & 1) != 0) {
        bits[register] = ANYTHING;
      } else if (Value.isNumber(value) && bits[register] == 0) {
        bits[register] = widened(Math.max(Value.bits(value), Integer.SIZE));
        labels[register] = facts.symbol();
      }
    }
  }

  /**
   * Takes slots to be numbers that change, where they are numbers before the loop; in a rough proof nothing would be
   * known of them where ways meet in the loop.
   */
  void guessSlot(int slot, long entry) {
    if (Value.isNumber(entry) && count < MOST_GUESSED) {
      int place = place(slot);
      if (bits[place] == 0) {
        bits[place] = analysis.rough ? ANYTHING : widened(Math.max(Value.bits(entry), Integer.SIZE));
        labels[place] = facts.symbol();
      }
    }
  }

  /** Whether the slot is taken to hold another number each time. */
  boolean isWeak(int slot) {
    return find(slot) != NONE;
  }

  private static int widened(int bits) {
    for (int size : SIZES) {
      if (bits <= size) {
        return size;
      }
    }
    return Value.ALL_BITS;
  }

  /**
   * Takes from what is known before the loop what may change in it.
   *
   * @param before changes of the frame up to the end of the block that dominates the start
   */
  void enter(State state, Pairs pairs, int before) {
    endless = false;
    frameMark = before;
    pairs.begin();
    firstSymbol = facts.count();
    for (int place = 0; place < State.REGISTERS + count; place++) {
      int slot = place < State.REGISTERS ? NONE : slots[place - State.REGISTERS];
      long entry = slot == NONE ? state.registers[place] : state.frame.value(slot);
      if (slot != NONE) {
        entries[place - State.REGISTERS] = entry;
      }
      if (bits[place] != 0) {
        long weakened = weakened(place, entry, pairs);
        if (slot == NONE) {
          state.registers[place] = weakened;
        } else {
          state.frame.weaken(slot, weakened);
        }
        if (remembers && weakened < 0 && Value.isNumber(entry)) {
          remember(place, Value.symbol(weakened), entry);
        }
      }
      if (slot != NONE) {
        assumedSlots[place - State.REGISTERS] = state.frame.value(slot);
        words[place - State.REGISTERS] = state.frame.isWord(slot);
      }
    }
    lastSymbol = facts.count();
    state.forgetStack(depth);
    System.arraycopy(state.registers, 0, assumed, 0, State.REGISTERS);
    assumedDepth = state.checkedDepth();
    if (simple) {
      frame.begin(state.frame);
    } else {
      frame.begin(state.frame, before, analysis.marks);
    }
    state.frame.mark();
  }

  private long weakened(int place, long entry, Pairs pairs) {
    int size = widened(Math.max(bits[place], Value.bits(entry)));
    if (!Value.isNumber(entry) || bits[place] == ANYTHING) {
      return Value.ANY;
    }
    return Value.symbol(Value.isAnonymous(entry) ? facts.symbol()
        : pairs.symbol(Value.withoutBits(Value.symbol(labels[place], 0)), Value.withoutBits(entry)), size);
  }

  /** A number that changes is as far within memory 0 as before the loop, unless it is known better. */
  private void remember(int place, int symbol, long entry) {
    if (reaches.length < bits.length) {
      int known = reaches.length;
      reaches = Arrays.copyOf(reaches, bits.length);
      clamps = Arrays.copyOf(clamps, bits.length);
      tries = Arrays.copyOf(tries, bits.length);
      Arrays.fill(reaches, known, bits.length, Long.MAX_VALUE);
      Arrays.fill(clamps, known, bits.length, Long.MAX_VALUE);
    }
    reaches[place] = Math.min(reaches[place], notes.reachNow(entry, 0));
    clamps[place] = Math.min(clamps[place], notes.clampNow(entry, 0));
    if (reaches[place] > 0) {
      facts.learnInMemory(symbol, 0, reaches[place]);
    }
    if (clamps[place] > 0) {
      facts.learn(symbol, Fact.CLAMPED_IN_MEMORY, 0, clamps[place]);
    }
  }

  /** What comes back must be as far within memory 0 as was taken to be. */
  private void requireRemembered(int place, long theirs) {
    long reach = notes.reachNow(theirs, 0);
    long clamp = notes.clampNow(theirs, 0);
    if (reaches[place] > 0 && reach < reaches[place] || clamps[place] > 0 && clamp < clamps[place]) {
      boolean again = ++tries[place] < TRIES;
      reaches[place] = again ? Math.min(reach, reaches[place]) : Facts.UNKNOWN;
      clamps[place] = again ? Math.min(clamp, clamps[place]) : Facts.UNKNOWN;
      news = true;
    }
  }

  private long assumed(int place) {
    return place < State.REGISTERS ? assumed[place] : assumedSlots[place - State.REGISTERS];
  }

  /**
   * Control comes back to the start of the loop.
   *
   * @param entry what is known before the loop
   * @param ends whether the loop is known to end, or polls
   * @return how many changes of the frame were looked at, or how many that would be for what else there was to do
   */
  int comeBack(State back, State entry, Pairs pairs, boolean ends) {
    endless |= !ends;
    pairs.begin();
    int symbols = lastSymbol - firstSymbol;
    if (newLabels.length < symbols) {
      newLabels = new int[2 * symbols];
    }
    Arrays.fill(newLabels, 0, symbols, 0);
    for (int i = 0; i < State.REGISTERS; i++) {
      compare(i, assumed[i], back.registers[i], entry.registers[i], pairs);
    }
    if (simple && !frame.isOnTheWay(back.frame)) {
      throw new IllegalStateException("a loop comes back from what its start does not dominate");
    }
    int known = count;
    int looked = frame.compare(back.frame, frameMark, analysis.marks);
    for (int i = 0; i < frame.found(); i++) {
      int found = frame.place(i);
      long mine = frame.value(found);
      int slot = frame.slot(found);
      if (!isMade(mine)) {
        int place = place(slot);
        long before = place < State.REGISTERS + known ? entries[place - State.REGISTERS] : mine;
        compare(place, mine, back.frame.valueAs(frame.isWord(found), slot), before, pairs);
      }
    }
    for (int i = 0; i < known; i++) {
      if (isMade(assumedSlots[i])) {
        compare(State.REGISTERS + i, assumedSlots[i], back.frame.valueAs(words[i], slots[i]), entries[i], pairs);
      }
    }
    if (assumedDepth < back.checkedDepth()) {
      depth = back.checkedDepth();
      news = true;
    }
    return looked + FOUND_COST * frame.found() + WEAK_COST * count;
  }

  /** Whether the number is one of those that change from time to time. */
  private boolean isMade(long value) {
    return value < 0 && Value.symbol(value) >= firstSymbol && Value.symbol(value) < lastSymbol;
  }

  private void compare(int place, long mine, long theirs, long entry, Pairs pairs) {
    boolean made = isMade(mine);
    if (mine == Value.ANY || !made && mine == theirs) {
      return;
    }
    if (!Value.isNumber(mine) || !Value.isNumber(theirs)) {
      bits[place] = ANYTHING;
      news = true;
      return;
    }
    if (made && place < reaches.length) {
      requireRemembered(place, theirs);
    }
    int size = Math.max(Value.bits(mine), Value.bits(theirs));
    if (!made || size > Value.bits(mine)) {
      bits[place] = widened(size);
      news = true;
    }
    long before = labels[place] == 0 ? entry : Value.symbol(labels[place], 0);
    labels[place] = Value.isAnonymous(theirs) || Value.isAnonymous(before) ? facts.symbol()
        : pairs.symbol(Value.withoutBits(before), Value.withoutBits(theirs));
    if (made) {
      int symbol = Value.symbol(mine) - firstSymbol;
      if (newLabels[symbol] == 0) {
        newLabels[symbol] = labels[place];
      }
      news |= newLabels[symbol] != labels[place];
    }
  }

  /** Whether the number is the same each time. */
  boolean isFixed(long number) {
    return Value.symbol(number) < firstSymbol && !Value.isAnonymous(number);
  }

  /** Whether a number is one that changes, and is a second one the next time wherever it is kept. */
  boolean becomes(long number, long second, State back) {
    if (!isMade(number) || Value.addend(number) != 0 || !Value.hasSymbol(second)) {
      return false;
    }
    boolean all = true;
    for (int place = 0; place < State.REGISTERS + count; place++) {
      long mine = assumed(place);
      if (isMade(mine) && Value.symbol(mine) == Value.symbol(number)) {
        long theirs = place < State.REGISTERS ? back.registers[place]
            : back.frame.value(slots[place - State.REGISTERS]);
        all &= Value.withoutBits(theirs) == Value.withoutBits(second);
      }
    }
    return all;
  }

  /** The place of a slot, which is weak from here on. */
  private int place(int slot) {
    int at = find(slot);
    if (at == NONE) {
      if (count == slots.length) {
        slots = Arrays.copyOf(slots, 2 * count + 8);
        entries = Arrays.copyOf(entries, slots.length);
        assumedSlots = Arrays.copyOf(assumedSlots, slots.length);
        words = Arrays.copyOf(words, slots.length);
        bits = Arrays.copyOf(bits, State.REGISTERS + slots.length);
        labels = Arrays.copyOf(labels, State.REGISTERS + slots.length);
      }
      at = count++;
      slots[at] = slot;
      assumedSlots[at] = Value.ANY;
      bits[State.REGISTERS + at] = 0;
      labels[State.REGISTERS + at] = 0;
      if (count >= FEW) {
        listLast();
      }
    }
    return State.REGISTERS + at;
  }

  /** Which of the weak slots it is, or -1. */
  private int find(int slot) {
    if (count < FEW) {
      int at = count - 1;
      while (at >= 0 && slots[at] != slot) {
        at--;
      }
      return at;
    }
    int at = slot & mask;
    while (table[at] != 0 && slots[table[at] - 1] != slot) {
      at = at + 1 & mask;
    }
    return table[at] - 1;
  }

  private void listLast() {
    if (count == FEW || 2 * count > mask) {
      mask = Integer.highestOneBit(4 * count) - 1;
      table = new int[mask + 1];
      for (int i = 0; i < count; i++) {
        list(i);
      }
    } else {
      list(count - 1);
    }
  }

  private void list(int place) {
    int at = slots[place] & mask;
    while (table[at] != 0) {
      at = at + 1 & mask;
    }
    table[at] = place + 1;
  }

  /** How many slots are listed: those that are weak, and those that change in the loop. */
  int slots() {
    return count + frame.count();
  }

  /** Whether a way back was found on which the loop neither polls at its start nor is known to end. */
  boolean isEndless() {
    return endless;
  }

  /** Whether something got weaker since it was asked last: then the loop is to be followed again. */
  boolean takeNews() {
    boolean any = news;
    news = false;
    return any;
  }
}
