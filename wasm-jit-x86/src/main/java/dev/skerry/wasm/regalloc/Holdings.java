package dev.skerry.wasm.regalloc;

import java.util.Arrays;

/** Which values each place holds: pairs of a place and a symbol, as the checker follows them. */
final class Holdings {

  private final int[][] symbols;
  private final int[] counts;

  Holdings(int places) {
    symbols = new int[places][4];
    counts = new int[places];
  }

  /** Only what the pairs say: place in the upper half, symbol in the lower. */
  void reset(long[] pairs) {
    Arrays.fill(counts, 0);
    for (long pair : pairs) {
      add((int) (pair >>> Integer.SIZE), (int) pair);
    }
  }

  boolean holds(int place, int symbol) {
    for (int i = 0; i < counts[place]; i++) {
      if (symbols[place][i] == symbol) {
        return true;
      }
    }
    return false;
  }

  void add(int place, int symbol) {
    if (!holds(place, symbol)) {
      if (counts[place] == symbols[place].length) {
        symbols[place] = Arrays.copyOf(symbols[place], 2 * counts[place]);
      }
      symbols[place][counts[place]++] = symbol;
    }
  }

  void clear(int place) {
    counts[place] = 0;
  }

  /** The symbol has a new value: no place holds it. */
  void forget(int symbol) {
    for (int place = 0; place < counts.length; place++) {
      for (int i = 0; i < counts[place]; i++) {
        if (symbols[place][i] == symbol) {
          symbols[place][i] = symbols[place][--counts[place]];
        }
      }
    }
  }

  void copy(int source, int destination) {
    if (source != destination) {
      if (symbols[destination].length < counts[source]) {
        symbols[destination] = new int[counts[source]];
      }
      System.arraycopy(symbols[source], 0, symbols[destination], 0, counts[source]);
      counts[destination] = counts[source];
    }
  }

  /** All pairs whose symbol is among the sorted ones, sorted. */
  long[] pairs(int[] wanted) {
    int total = 0;
    for (int count : counts) {
      total += count;
    }
    long[] pairs = new long[total];
    int found = 0;
    for (int place = 0; place < counts.length; place++) {
      for (int i = 0; i < counts[place]; i++) {
        if (Arrays.binarySearch(wanted, symbols[place][i]) >= 0) {
          pairs[found++] = (long) place << Integer.SIZE | symbols[place][i];
        }
      }
    }
    Arrays.sort(pairs, 0, found);
    return Arrays.copyOf(pairs, found);
  }
}
