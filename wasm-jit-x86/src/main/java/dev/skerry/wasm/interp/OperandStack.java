package dev.skerry.wasm.interp;

import java.util.Arrays;

/**
 * The operand stack as the translator knows it: each entry is in its own slot, is a local that was not copied yet, or a
 * constant. Entries that stand for the same local are linked, the topmost first.
 */
final class OperandStack {

  static final byte IN_SLOT = 0;
  static final byte LOCAL = 1;
  static final byte CONSTANT = 2;

  private static final int NONE = -1;

  private byte[] kinds = new byte[16];
  private byte[] widths = new byte[16];
  private int[] positions = new int[16];
  private int[] locals = new int[16];
  private int[] next = new int[16];
  private long[] values = new long[16];
  private int size;
  private int aliasFree;
  private int constants;
  private final int[] topmost;
  private final FramePlan plan;

  OperandStack(int localCount, FramePlan plan) {
    this.plan = plan;
    topmost = new int[localCount];
    Arrays.fill(topmost, NONE);
  }

  int size() {
    return size;
  }

  /** The first free operand slot. */
  int position() {
    return size == 0 ? 0 : positions[size - 1] + widths[size - 1];
  }

  int position(int entry) {
    return positions[entry];
  }

  byte kind(int entry) {
    return kinds[entry];
  }

  int width(int entry) {
    return widths[entry];
  }

  int local(int entry) {
    return locals[entry];
  }

  long value(int entry) {
    return values[entry];
  }

  boolean isConstant(int entry) {
    return kinds[entry] == CONSTANT;
  }

  /** Pushes an entry that is, or is about to be, in its slot; the slot's number. */
  int push(int width) {
    int entry = add(IN_SLOT, width);
    return FramePlan.operand(positions[entry]);
  }

  void pushConstant(long value) {
    int entry = add(CONSTANT, 1);
    values[entry] = value;
    constants++;
  }

  /** How many entries are constants. */
  int constants() {
    return constants;
  }

  void pushLocal(int local, int width) {
    int entry = add(LOCAL, width);
    locals[entry] = local;
    next[entry] = topmost[local];
    topmost[local] = entry;
  }

  private int add(byte kind, int width) {
    if (size == kinds.length) {
      int length = 2 * size;
      kinds = Arrays.copyOf(kinds, length);
      widths = Arrays.copyOf(widths, length);
      positions = Arrays.copyOf(positions, length);
      locals = Arrays.copyOf(locals, length);
      next = Arrays.copyOf(next, length);
      values = Arrays.copyOf(values, length);
    }
    int position = position();
    int entry = size++;
    kinds[entry] = kind;
    widths[entry] = (byte) width;
    positions[entry] = position;
    plan.reach(position + width);
    return entry;
  }

  void pop() {
    int top = size - 1;
    if (kinds[top] == LOCAL) {
      topmost[locals[top]] = next[top];
    } else if (kinds[top] == CONSTANT) {
      constants--;
    }
    size = top;
    aliasFree = Math.min(aliasFree, size);
  }

  void truncate(int newSize) {
    while (size > newSize) {
      pop();
    }
  }

  /** The topmost entry that stands for the local, or a negative number. */
  int topmost(int local) {
    return topmost[local];
  }

  /** Notes that the entry's value was brought to its slot. If it stands for a local it is the topmost that does. */
  void settle(int entry) {
    if (kinds[entry] == LOCAL) {
      topmost[locals[entry]] = next[entry];
    } else if (kinds[entry] == CONSTANT) {
      constants--;
    }
    kinds[entry] = IN_SLOT;
  }

  /** Entries below this index stand for no local. */
  int aliasFree() {
    return aliasFree;
  }

  void noteAliasFree() {
    aliasFree = size;
  }
}
