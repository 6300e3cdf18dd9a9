package dev.skerry.wasm.verify;

import java.util.Arrays;

/**
 * What is known of the frame where ways meet: the slots that differ, on one way at least, from what they held at the
 * end of the block that dominates the place, and what all ways know of each. A way is compared by what changed on it:
 * slots that did not are only looked at where no such way came before.
 */
final class Differences {

  private static final int NONE = -1;
  /** Fewer slots are looked for one after another. */
  private static final int FEW = 8;
  /** That a slot takes in the list. */
  private static final int BYTES = Integer.BYTES + 2 * Long.BYTES + 2;

  private int count;
  /** A bit for each slot in the list, which others have too. */
  private long listed;
  private int[] slots = new int[FEW];
  private long[] values = new long[FEW];
  private boolean[] words = new boolean[FEW];
  /** What the slot held at the end of the block that dominates the place, and whether it did still on some way. */
  private long[] bases = new long[FEW];
  private boolean[] stayed = new boolean[FEW];
  /** Of the first so many slots some may have changed on all ways. */
  private int changing;
  /** The first part of it is an open hash table of slots, if there are many: where each is in the list, and 1 more. */
  private int[] table = {};
  private int mask;
  /** The way that was looked at last: how many changes of the frame led there, and their number. */
  private int seen;
  private long serial;

  /** Whether that way came on from the one before it. */
  private boolean goesOn;
  /** What differs on the way that was looked at last: where it is in the list. */
  private int found;
  private int[] places = new int[FEW];

  /** By slot: a number of the look that came across it last. */
  static final class Marks {

    private int[] looks = new int[64];
    private int look;

    int[] begin(int used) {
      if (looks.length < used || ++look == 0) {
        looks = new int[Math.max(2 * used, looks.length)];
        look = 1;
      }
      return looks;
    }

    int look() {
      return look;
    }

    /** Whether this look has not come across the slot yet; it has from here on. */
    private boolean take(int slot) {
      boolean taken = looks[slot] != look;
      looks[slot] = look;
      return taken;
    }
  }

  /** Nothing differs from what the frame holds now. */
  void begin(Frame frame) {
    count = 0;
    listed = 0;
    changing = 0;
    see(frame);
  }

  /** What differs is what changed in the frame since that mark. */
  void begin(Frame frame, int mark, Marks marks) {
    count = 0;
    listed = 0;
    marks.begin(frame.used());
    for (int i = mark; i < frame.changes(); i++) {
      int slot = frame.changedSlot(i);
      if (marks.take(slot) && !frame.holds(slot, frame.changedValue(i), frame.changedWord(i))) {
        add(slot, frame.value(slot), frame.isWord(slot), frame.changedValue(i), false);
      }
    }
    changing = count;
    see(frame);
  }

  private void see(Frame frame) {
    seen = frame.changes();
    serial = frame.serial();
  }

  private void add(int slot, long value, boolean word, long base, boolean hasStayed) {
    if (count == slots.length) {
      grow();
    }
    listed |= 1L << slot;
    slots[count] = slot;
    values[count] = value;
    words[count] = word;
    bases[count] = base;
    stayed[count++] = hasStayed;
    if (count >= FEW) {
      listLast();
    }
  }

  private void grow() {
    slots = Arrays.copyOf(slots, 2 * count);
    values = Arrays.copyOf(values, 2 * count);
    words = Arrays.copyOf(words, 2 * count);
    bases = Arrays.copyOf(bases, 2 * count);
    stayed = Arrays.copyOf(stayed, 2 * count);
  }

  private void listLast() {
    if (count == FEW) {
      list(4 * FEW);
    } else if (2 * count > mask) {
      list(2 * mask + 2);
    } else {
      list(count - 1, slots[count - 1]);
    }
  }

  private void list(int room) {
    if (table.length < room) {
      table = new int[room];
    } else {
      Arrays.fill(table, 0, room, 0);
    }
    mask = room - 1;
    for (int i = 0; i < count; i++) {
      list(i, slots[i]);
    }
  }

  private void list(int place, int slot) {
    int at = slot & mask;
    while (table[at] != 0) {
      at = at + 1 & mask;
    }
    table[at] = place + 1;
  }

  /** Where the slot is in the list, or -1. */
  private int find(int slot) {
    if ((listed >>> slot & 1) == 0) {
      return NONE;
    }
    if (count < FEW) {
      int i = count - 1;
      while (i >= 0 && slots[i] != slot) {
        i--;
      }
      return i;
    }
    int at = slot & mask;
    while (table[at] != 0 && slots[table[at] - 1] != slot) {
      at = at + 1 & mask;
    }
    return table[at] - 1;
  }

  /**
   * Finds the slots of which the frame does not say what was known on all ways so far; to be told of one after another.
   * Where the frame has come on from the way that was looked at last, the changes since then are all.
   *
   * @param mark changes of the frame up to the end of the block that dominates the place
   * @return how many changes and slots were looked at
   */
  int compare(Frame frame, int mark, Marks marks) {
    found = 0;
    goesOn = seen >= mark && isOnTheWay(frame);
    int from = goesOn ? seen : mark;
    int to = frame.changes();
    int looked = to - from;
    if (looked > 0) {
      int[] looks = marks.begin(frame.used());
      int look = marks.look;
      for (int i = from; i < to; i++) {
        int slot = frame.changedSlot(i);
        if (looks[slot] != look) {
          looks[slot] = look;
          int place = find(slot);
          if (place == NONE) {
            change(frame, slot, frame.changedValue(i), frame.changedWord(i));
          } else {
            compare(frame, place);
          }
        }
      }
    }
    if (!goesOn && changing > 0) {
      looked += changing;
      stay(frame, looked > changing ? marks : null);
    }
    return looked;
  }

  /** Slots that changed on all ways until now, and did not on this one. */
  private void stay(Frame frame, Marks marks) {
    int last = 0;
    for (int i = 0; i < changing; i++) {
      if (!stayed[i]) {
        if (marks != null && marks.looks[slots[i]] == marks.look) {
          last = i + 1;
        } else {
          stayed[i] = true;
          compare(frame, i);
        }
      }
    }
    changing = last;
  }

  /** A slot changed on this way for the first time. */
  private void change(Frame frame, int slot, long base, boolean word) {
    if (!frame.holds(slot, base, word)) {
      add(slot, base, word, base, true);
      if (base != Value.ANY) {
        tell(count - 1);
      }
    }
  }

  private void compare(Frame frame, int place) {
    if (values[place] != Value.ANY && !frame.holds(slots[place], values[place], words[place])) {
      tell(place);
    }
  }

  private void tell(int place) {
    if (found == places.length) {
      places = Arrays.copyOf(places, 2 * found);
    }
    places[found++] = place;
  }

  /** Whether the frame is as it was on the way that was looked at last, or has come on from there. */
  boolean isOnTheWay(Frame frame) {
    return frame.begins(seen, serial);
  }

  /** Whether the way that was looked at last came on from the one before it, whose changes it has. */
  boolean goesOn() {
    return goesOn;
  }

  /** Bytes that the list takes. */
  int room() {
    return slots.length * BYTES + table.length * Integer.BYTES;
  }

  /** How many slots are listed. */
  int count() {
    return count;
  }

  /** How many slots were found. */
  int found() {
    return found;
  }

  /** Where one of them is in the list. */
  int place(int index) {
    return places[index];
  }

  int slot(int place) {
    return slots[place];
  }

  /** What was known of the slot on all ways so far, which is not nothing. */
  long value(int place) {
    return values[place];
  }

  boolean isWord(int place) {
    return words[place];
  }

  /** Whether the slot held on one of the ways what it held at the end of the block that dominates the place. */
  boolean stays(int place) {
    return stayed[place];
  }

  /** What the slot held there. */
  long base(int place) {
    return bases[place];
  }

  /** What is known of a slot that was found, on this way too, is that; of its lower 4 bytes if it was so. */
  void set(int place, long value) {
    values[place] = value;
    words[place] &= value != Value.ANY;
  }

  /** All that was found was told. */
  void end(Frame frame) {
    see(frame);
  }

  /** The frame, as it was at the end of the block that dominates the place, becomes what is known there. */
  void apply(Frame frame) {
    for (int i = 0; i < count; i++) {
      frame.set(slots[i], values[i], words[i]);
    }
  }
}
