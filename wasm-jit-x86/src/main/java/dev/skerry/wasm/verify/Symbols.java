package dev.skerry.wasm.verify;

import java.util.Arrays;

/**
 * Numbers of symbols: the same for the same place or result whenever it is asked for, so that going round loops ends.
 * A symbol of a block stands for what one place held when the block was entered last, a symbol of an instruction for
 * one of its results.
 */
final class Symbols {

  static final int NONE = -1;
  /** The number that an instruction found in the frame and gives a name. */
  static final int FOUND = 2047;

  private static final int RESULT_BITS = 11;
  private static final int EMPTY = 0;

  /** By instruction: the symbols of its first result, and of what it found; 0 for none. */
  private final int[] first;
  private final int[] found;
  /** By instruction that starts a block: a bit for each remainder of the numbers of its symbols. */
  private final long[] masks;
  /** By symbol: the block that it belongs to, or -1, and its place there. */
  private int[] blocks = new int[64];
  private int[] places = new int[64];
  private int[] marks = new int[64];
  private int generation;
  /** All other symbols, by key: an open hash table. */
  private long[] keys = new long[64];
  private int[] numbers = new int[64];
  private int used;
  private int count = Value.FIRST_SYMBOL;
  private boolean full;
  private boolean isNew;

  Symbols(int instructions) {
    first = new int[instructions];
    found = new int[instructions];
    masks = new long[instructions];
    Arrays.fill(blocks, 0, count, NONE);
  }

  /**
   * The symbol of what an instruction makes.
   *
   * @param instruction its number, or -1 for what the function is called with
   * @param result which of its results is meant
   */
  int ofResult(int instruction, int result) {
    if (instruction >= 0 && (result == 0 || result == FOUND)) {
      int[] known = result == 0 ? first : found;
      isNew = known[instruction] == EMPTY;
      if (isNew) {
        known[instruction] = make(NONE, 0);
      }
      return known[instruction];
    }
    return number(((long) instruction + 1 << RESULT_BITS | result) << 1 | 1, NONE, 0);
  }

  /** Whether the symbol that was asked for last had never been before, so that nothing can be known of it. */
  boolean isNew() {
    return isNew;
  }

  /** The symbol of a block's place. */
  int ofPlace(int block, int place) {
    int symbol = number(((long) block << Integer.SIZE | place) << 1, block, place);
    masks[block] |= mask(symbol);
    return symbol;
  }

  /** The block that the symbol is one of, or -1 if it is the result of an instruction. */
  int blockOf(int symbol) {
    return blocks[symbol];
  }

  /** The place whose symbol it is in its block. */
  int placeOf(int symbol) {
    return places[symbol];
  }

  /** Has the bits of all symbols of the block. */
  long maskOf(int block) {
    return masks[block];
  }

  /** One bit that stands for the symbol. */
  static long mask(int symbol) {
    return 1L << symbol;
  }

  /** Takes back all marks. */
  void unmark() {
    generation++;
  }

  /** Marks the symbol of a value, if it has one. */
  void mark(long value) {
    if (Value.hasSymbol(value)) {
      marks[Value.symbol(value)] = generation;
    }
  }

  boolean isMarked(int symbol) {
    return marks[symbol] == generation;
  }

  /** Whether there were more symbols than there are numbers for. */
  boolean isFull() {
    return full;
  }

  private int number(long key, int block, int place) {
    int at = slot(key);
    isNew = numbers[at] == EMPTY;
    if (isNew) {
      if (2 * ++used > keys.length) {
        grow();
        at = slot(key);
      }
      keys[at] = key;
      numbers[at] = make(block, place);
    }
    return numbers[at];
  }

  private int slot(long key) {
    long hash = key * 0x9E37_79B9_7F4A_7C15L;
    int at = (int) (hash >>> Integer.SIZE) & keys.length - 1;
    while (numbers[at] != EMPTY && keys[at] != key) {
      at = at + 1 & keys.length - 1;
    }
    return at;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldNumbers = numbers;
    keys = new long[2 * oldKeys.length];
    numbers = new int[2 * oldKeys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldNumbers[i] != EMPTY) {
        int at = slot(oldKeys[i]);
        keys[at] = oldKeys[i];
        numbers[at] = oldNumbers[i];
      }
    }
  }

  private int make(int block, int place) {
    if (count == Value.SYMBOL_LIMIT) {
      full = true;
      return count - 1;
    }
    if (count == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * count);
      places = Arrays.copyOf(places, 2 * count);
      marks = Arrays.copyOf(marks, 2 * count);
    }
    blocks[count] = block;
    places[count] = place;
    return count++;
  }
}
