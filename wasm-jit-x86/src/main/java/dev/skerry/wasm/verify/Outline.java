package dev.skerry.wasm.verify;

import java.util.Arrays;

/**
 * The slots of the frame that changed on some way to where ways meet, since the end of the block that dominates the
 * place: in a rough proof nothing is known of them there.
 */
final class Outline {

  private int count;
  /** Twice each slot, and perhaps one more, as in the frame's log; some may be listed more than once. */
  private int[] slots = new int[2 * Frame.SPARE];
  /** The last way that changed something: how many changes of the frame led there, and their number. */
  private int seen;
  private long serial;

  /** No way was followed yet. */
  void begin() {
    count = 0;
    seen = 0;
    serial = -1;
  }

  /**
   * A way comes. Where the frame has come on from a way that came before, the changes since then are all.
   *
   * @param mark changes of the frame up to the end of the block that dominates the place
   * @return how many changes were looked at
   */
  int meet(Frame frame, int mark, Differences.Marks marks) {
    int from = seen >= mark && frame.begins(seen, serial) ? seen : mark;
    int looked = frame.changes() - from;
    if (looked > 0) {
      makeRoom(looked, frame, marks);
      int[] changed = frame.changedSlots();
      if (looked <= Frame.SPARE) {
        int[] listed = slots;
        int at = count;
        // Always as many, without a branch: those behind the last mean nothing.
        for (int i = 0; i < Frame.SPARE; i++) {
          listed[at + i] = changed[from + i];
        }
        count = at + looked;
      } else {
        count = add(changed, from, looked, marks.begin(frame.used()), marks.look());
      }
      seen = frame.changes();
      serial = frame.serial();
    }
    return looked;
  }

  /** Lists each slot once of so many that this look has not come across. */
  private int add(int[] changed, int from, int many, int[] looks, int look) {
    int at = count;
    for (int i = from; i < from + many; i++) {
      int slot = changed[i] >> 1;
      int other = looks[slot] ^ look;
      looks[slot] = look;
      slots[at] = changed[i];
      // A number or its negative has the highest bit, but for 0.
      at += (other | -other) >>> Integer.SIZE - 1;
    }
    return at;
  }

  /** What was listed more than once is listed once before there is more room: lists are not much longer than frames. */
  private void makeRoom(int more, Frame frame, Differences.Marks marks) {
    if (slots.length >= count + more + Frame.SPARE) {
      return;
    }
    if (count > frame.used()) {
      int many = count;
      count = 0;
      count = add(slots, 0, many, marks.begin(frame.used()), marks.look());
    }
    int least = count + Math.min(more, frame.used()) + 2 * Frame.SPARE;
    if (slots.length < least) {
      slots = Arrays.copyOf(slots, 2 * least);
    }
  }

  /** Bytes that the list takes. */
  int room() {
    return slots.length * Integer.BYTES;
  }

  /** The frame, as it was at the end of the block that dominates the place, becomes what is known there. */
  void apply(Frame frame) {
    frame.forget(slots, count);
  }
}
