package dev.skerry.wasm.verify;

import java.util.Arrays;

/**
 * What changed in the frame on the ways to a place since the end of the block that dominates it: nothing is known of
 * those slots there.
 */
final class Outline {

  private int count;
  private int[] slots = new int[16];
  /** The way that was looked at last: how many changes of the frame led there, and their number. */
  private int seen;
  private long serial;

  /** Nothing changed. */
  void begin() {
    count = 0;
    seen = 0;
    serial = -1;
  }

  /**
   * A way comes.
   *
   * @param mark changes of the frame up to the end of the block that dominates the place
   * @return how many changes and slots were looked at
   */
  int meet(Frame frame, int mark) {
    boolean goesOn = seen >= mark && frame.begins(seen, serial);
    int from = goesOn ? seen : mark;
    int to = frame.changes();
    int looked = to - from;
    if (looked > 0) {
      if (slots.length < count + looked + 8) {
        slots = Arrays.copyOf(slots, 2 * (count + looked + 8));
      }
      if (looked <= 8) {
        int[] changed = frame.changedSlots();
        int[] slots = this.slots;
        for (int i = 0; i < 8; i++) {
          slots[count + i] = changed[from + i];
        }
      } else {
        System.arraycopy(frame.changedSlots(), from, slots, count, looked);
      }
      count += looked;
      seen = to;
      serial = frame.serial();
    }
    return looked;
  }

  /** The frame, as it was at the end of the block that dominates the place, becomes what is known there. */
  void apply(Frame frame) {
    frame.forget(slots, count);
  }
}
