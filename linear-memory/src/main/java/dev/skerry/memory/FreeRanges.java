package dev.skerry.memory;

import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The free ranges of an address space that starts at 0: the smallest that fits is taken, neighbours that come back grow
 * together. Both in logarithmic time. Not thread-safe.
 */
final class FreeRanges {

  /** In the order of their lengths. */
  private record Range(long offset, long length) implements Comparable<Range> {

    long end() {
      return offset + length;
    }

    @Override
    public int compareTo(Range other) {
      return length != other.length ? Long.compare(length, other.length) : Long.compare(offset, other.offset);
    }
  }

  private final TreeMap<Long, Range> byOffset = new TreeMap<>();
  private final TreeSet<Range> byLength = new TreeSet<>();

  FreeRanges(long byteLength) {
    add(new Range(0, byteLength));
  }

  /** The offset of a range of exactly this length, at least 1, that is free no more; -1 if none fits. */
  long take(long length) {
    Range fit = byLength.ceiling(new Range(0, length));
    if (fit == null) {
      return -1;
    }
    remove(fit);
    if (fit.length > length) {
      add(new Range(fit.offset + length, fit.length - length));
    }
    return fit.offset;
  }

  /** Gives back what {@link #take} gave. */
  void give(long offset, long length) {
    Range range = new Range(offset, length);
    var before = byOffset.floorEntry(offset);
    if (before != null && before.getValue().end() == offset) {
      remove(before.getValue());
      range = new Range(before.getKey(), before.getValue().length + range.length);
    }
    Range after = byOffset.get(range.end());
    if (after != null) {
      remove(after);
      range = new Range(range.offset, range.length + after.length);
    }
    add(range);
  }

  /** Number of separate free ranges. */
  int count() {
    return byOffset.size();
  }

  private void add(Range range) {
    byOffset.put(range.offset, range);
    byLength.add(range);
  }

  private void remove(Range range) {
    byOffset.remove(range.offset);
    byLength.remove(range);
  }
}
