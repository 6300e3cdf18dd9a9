package dev.skerry.wasm.regalloc;

import java.util.Arrays;

/** The places of a frame, 8, 16 or 32 bytes each: those of the {@link Lir}, and those of values without a register. */
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
    PositionHeap[] expiries = {new PositionHeap(), new PositionHeap(), new PositionHeap()};
    for (int i = 0; i < live; i++) {
      int v = (int) byStart[i];
      int size = Math.max(0, intervals.flow.lir.types[v] - Lir.F64);
      int end = intervals.end[v];
      for (int part = intervals.sibling[v]; part != Intervals.NONE; part = intervals.sibling[part]) {
        end = intervals.end[part];
      }
      PositionHeap expiry = expiries[size];
      boolean free = !expiry.isEmpty() && expiry.first() >>> Integer.SIZE <= byStart[i] >>> Integer.SIZE;
      slotOf[v] = free ? expiry.remove() : add(Long.BYTES << size);
      expiry.add(end, slotOf[v]);
    }
    return slotOf;
  }
}
