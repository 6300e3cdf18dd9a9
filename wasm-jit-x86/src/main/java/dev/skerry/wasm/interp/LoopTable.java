package dev.skerry.wasm.interp;

import java.util.Arrays;

/**
 * The loops of a function that machine code can take over where they begin: all locals and operands are then in places
 * of their own in the frame. Of loops that begin at the same place it has the outermost.
 */
public final class LoopTable {

  /** Stands for no loop. */
  public static final int NONE = -1;

  private int[] units = new int[2];
  private int[] offsets = new int[2];
  private int count;
  private int operands;

  /** Adds a loop that begins in that unit; units come in order. */
  void add(int unit, int offset) {
    if (count > 0 && units[count - 1] == unit) {
      return;
    }
    if (count == units.length) {
      units = Arrays.copyOf(units, 2 * count);
      offsets = Arrays.copyOf(offsets, 2 * count);
    }
    units[count] = unit;
    offsets[count++] = offset;
  }

  /**
   * Ends the table.
   *
   * @param shift units that come in front
   * @param firstOperand offset from the frame pointer of the first operand
   */
  LoopTable finish(int shift, int firstOperand) {
    units = Arrays.copyOf(units, count);
    offsets = Arrays.copyOf(offsets, count);
    for (int i = 0; i < count; i++) {
      units[i] += shift;
    }
    operands = firstOperand;
    return this;
  }

  /**
   * The table for the same code with other units between.
   *
   * @param places by unit: where it is now
   */
  LoopTable moved(int[] places) {
    LoopTable moved = new LoopTable();
    moved.units = units.clone();
    moved.offsets = offsets;
    moved.count = count;
    moved.operands = operands;
    for (int i = 0; i < count; i++) {
      moved.units[i] = places[units[i]];
    }
    return moved;
  }

  /** Byte offset in the module of the loop instruction whose body begins in that unit, or {@link #NONE}. */
  public int find(long unit) {
    int index = unit == (int) unit ? Arrays.binarySearch(units, (int) unit) : -1;
    return index < 0 ? NONE : offsets[index];
  }

  /** Bytes from the frame pointer to the slot of the first operand. */
  public int operands() {
    return operands;
  }

  /** Bytes that the table takes. */
  public int byteLength() {
    return 2 * Integer.BYTES * units.length;
  }
}
