package dev.skerry.wasm.regalloc;

import java.util.Arrays;

/** The places of a frame, 8 or 16 bytes each: those of the {@link Lir}, and those of values without a register. */
final class Slots {

  int[] bytes;
  int count;
  /** How many of them hold values without a register. */
  int spills;

  Slots(Lir lir) {
    bytes = Arrays.copyOf(lir.slots, lir.slotCount + 8);
    count = lir.slotCount;
  }

  int add(int size) {
    if (count == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * count);
    }
    bytes[count] = size;
    spills++;
    return count++;
  }

  /**
   * Gives each register that needs one a slot; registers that are live at different times share them.
   *
   * @return by virtual register: its slot, or -1
   */
  int[] assign(Intervals intervals, boolean[] needed) {
    int[] slotOf = new int[needed.length];
    Arrays.fill(slotOf, Intervals.NONE);
    long[] byStart = new long[needed.length];
    int live = 0;
    for (int v = 0; v < needed.length; v++) {
      if (needed[v]) {
        byStart[live++] = (long) intervals.start(v) << Integer.SIZE | v;
      }
    }
    Arrays.sort(byStart, 0, live);
    Expiry[] expiries = {new Expiry(), new Expiry()};
    for (int i = 0; i < live; i++) {
      int v = (int) byStart[i];
      int size = intervals.flow.lir.types[v] == Lir.V128 ? 1 : 0;
      int end = intervals.end[v];
      for (int part = intervals.sibling[v]; part != Intervals.NONE; part = intervals.sibling[part]) {
        end = intervals.end[part];
      }
      int slot = expiries[size].take((int) (byStart[i] >>> Integer.SIZE));
      slotOf[v] = slot != Intervals.NONE ? slot : add(Long.BYTES << size);
      expiries[size].put(end, slotOf[v]);
    }
    return slotOf;
  }

  /** A heap of slots by the position from which they are free. */
  private static final class Expiry {

    private long[] heap = new long[16];
    private int size;

    /** A slot that is free at the position, or -1. */
    int take(int position) {
      if (size == 0 || heap[0] >>> Integer.SIZE > position) {
        return Intervals.NONE;
      }
      int slot = (int) heap[0];
      long moved = heap[--size];
      int at = 0;
      for (int child = 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && heap[child + 1] < heap[child]) {
          child++;
        }
        if (heap[child] >= moved) {
          break;
        }
        heap[at] = heap[child];
        at = child;
      }
      heap[at] = moved;
      return slot;
    }

    void put(int end, int slot) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, 2 * size);
      }
      long key = (long) end << Integer.SIZE | slot;
      int at = size++;
      while (at > 0 && heap[at - 1 >> 1] > key) {
        heap[at] = heap[at - 1 >> 1];
        at = at - 1 >> 1;
      }
      heap[at] = key;
    }
  }
}
