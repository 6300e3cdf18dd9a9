package dev.skerry.wasm.interp;

import dev.skerry.wasm.runtime.Layout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Slots of one function: numbers while it is translated, places in the frame afterwards. From the frame pointer up:
 * header, declared locals, constants, operands; parameters lie below it, where the caller left them.
 */
final class FramePlan {

  /** Where results go: the place of the first parameter. */
  static final int RESULTS = 0x1000_0000;

  private static final int CONSTANTS = 0x2000_0000;
  private static final int OPERANDS = 0x4000_0000;
  private static final int SLOT = 8;
  /** Constants kept in a frame at most: each call has to write them. */
  private static final int MAX_CONSTANTS = 24;

  private final int paramSlots;
  private final int localSlots;
  private final Map<Long, Integer> constants = new HashMap<>();
  private long[] constantValues = new long[4];
  private int operandSlots;

  /**
   * @param paramSlots slots of the parameters
   * @param localSlots slots of the parameters and the declared locals
   */
  FramePlan(int paramSlots, int localSlots) {
    this.paramSlots = paramSlots;
    this.localSlots = localSlots;
  }

  static int operand(int position) {
    return OPERANDS + position;
  }

  boolean hasRoomForConstant(long value) {
    return constants.size() < MAX_CONSTANTS || constants.containsKey(value);
  }

  /** A slot that holds that value from function entry on. */
  int constant(long value) {
    Integer known = constants.get(value);
    if (known != null) {
      return CONSTANTS + known;
    }
    int index = constants.size();
    if (index == constantValues.length) {
      constantValues = Arrays.copyOf(constantValues, 2 * index);
    }
    constantValues[index] = value;
    constants.put(value, index);
    return CONSTANTS + index;
  }

  int constantCount() {
    return constants.size();
  }

  long constantValue(int index) {
    return constantValues[index];
  }

  int declaredSlots() {
    return localSlots - paramSlots;
  }

  int paramBytes() {
    return paramSlots * SLOT;
  }

  /** Notes that so many operand slots are in use. */
  void reach(int slots) {
    operandSlots = Math.max(operandSlots, slots);
  }

  /** Bytes from the frame pointer to the frame's end, the header of a callee included. */
  int frameBytes() {
    return Layout.FRAME_HEADER
        + (declaredSlots() + constants.size() + operandSlots) * SLOT + Layout.FRAME_HEADER;
  }

  /** Byte offset from the frame pointer of a numbered slot. */
  int offset(int slot) {
    if (slot >= OPERANDS) {
      return Layout.FRAME_HEADER + (declaredSlots() + constants.size() + slot - OPERANDS) * SLOT;
    }
    if (slot >= CONSTANTS) {
      return Layout.FRAME_HEADER + (declaredSlots() + slot - CONSTANTS) * SLOT;
    }
    if (slot == RESULTS) {
      return -paramBytes();
    }
    return slot < paramSlots ? (slot - paramSlots) * SLOT : Layout.FRAME_HEADER + (slot - paramSlots) * SLOT;
  }
}
