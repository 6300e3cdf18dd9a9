package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.clamp;
import static dev.skerry.memory.NativeAccess.copy;
import static dev.skerry.memory.NativeAccess.getInt;
import static dev.skerry.memory.NativeAccess.getLong;
import static dev.skerry.memory.NativeAccess.putLong;

import dev.skerry.wasm.Trap;
import dev.skerry.wasm.runtime.Layout;

/**
 * Calls and function entry. What leads to a call is clamped by arithmetic too behind each check, to the null reference:
 * a processor that expects the check to succeed calls nothing else meanwhile.
 */
final class Frames {

  private static final int SLOT = 8;

  private Frames() {
  }

  /** Writes the header of a callee's frame. */
  static void link(long frame, long pc, long fp, long context, long function) {
    putLong(frame + Layout.FRAME_RETURN, pc);
    putLong(frame + Layout.FRAME_CALLER, fp);
    putLong(frame + Layout.FRAME_CALLER_CONTEXT, context);
    putLong(frame + Layout.FRAME_FUNCTION, function);
  }

  /**
   * Puts a callee's frame in place of the current one, for a tail call.
   *
   * @param results where the current function's parameters began
   * @param pc address of the TAIL unit
   * @return the callee's frame
   */
  static long replace(long results, long pc, long fp, long function) {
    long returnTo = getLong(fp + Layout.FRAME_RETURN);
    long caller = getLong(fp + Layout.FRAME_CALLER);
    long callerContext = getLong(fp + Layout.FRAME_CALLER_CONTEXT);
    int argumentBytes = getInt(pc + 12);
    copy(fp + getInt(pc + 8), results, argumentBytes);
    link(results + argumentBytes, returnTo, caller, callerContext, function);
    return results + argumentBytes;
  }

  /** Checks the stack, polls, zeroes the locals, writes the constants; the address of the first instruction. */
  static long enter(long pc, long fp, long store) {
    if (fp + getInt(pc - 12) > getLong(store + Layout.STORE_STACK_LIMIT)) {
      throw Raise.trap(Trap.Kind.STACK_EXHAUSTED);
    }
    if (getInt(store + Layout.STORE_INTERRUPT) != 0) {
      throw PollStop.INSTANCE;
    }
    long slot = fp + Layout.FRAME_HEADER;
    for (int left = getInt(pc - 8); left > 0; left--) {
      putLong(slot, 0);
      slot += SLOT;
    }
    long next = pc;
    for (int left = getInt(pc - 4); left > 0; left--) {
      putLong(slot, getLong(next + 8));
      slot += SLOT;
      next += Op.UNIT;
    }
    return next;
  }

  /** The descriptor that a {@code call_indirect} means; {@code pc} is the address of its second unit. */
  static long element(long context, long index, long pc, long store) {
    long table = getLong(context + getInt(pc + 4));
    long at = getLong(index);
    long length = getLong(table + Layout.RECORD_LENGTH);
    if (Long.compareUnsigned(at, length) >= 0) {
      throw Raise.trap(Trap.Kind.UNDEFINED_ELEMENT);
    }
    int ref = getInt(getLong(table + Layout.RECORD_BASE) + clamp(at, length - 1) * Integer.BYTES);
    return referred(ref, getInt(pc - 4), store, Trap.Kind.UNINITIALIZED_ELEMENT);
  }

  /** The descriptor that a reference means, which must be of the canonical type given. */
  static long referred(int ref, int type, long store, Trap.Kind ifNull) {
    int count = getInt(store + Layout.STORE_FUNCTION_COUNT);
    if (ref <= 0 || ref >= count) {
      throw Raise.trap(ifNull);
    }
    long function = getLong(getLong(store + Layout.STORE_FUNCTIONS) + clamp(ref, count - 1) * SLOT);
    int difference = getInt(function + Layout.FUNCTION_TYPE) ^ type;
    if (difference != 0) {
      throw Raise.trap(Trap.Kind.INDIRECT_CALL_TYPE_MISMATCH);
    }
    return function & ~((difference | -difference) >> Integer.SIZE - 1);
  }

  /** The index of a table's element, if that is a function of the instance itself; else -1. The index is unsigned. */
  static int ownFunction(long table, long at, long context, long store) {
    long length = getLong(table + Layout.RECORD_LENGTH);
    if (Long.compareUnsigned(at, length) >= 0) {
      return -1;
    }
    int ref = getInt(getLong(table + Layout.RECORD_BASE) + clamp(at, length - 1) * Integer.BYTES);
    int count = getInt(store + Layout.STORE_FUNCTION_COUNT);
    if (ref <= 0 || ref >= count) {
      return -1;
    }
    long function = getLong(getLong(store + Layout.STORE_FUNCTIONS) + clamp(ref, count - 1) * SLOT);
    return getLong(function + Layout.FUNCTION_CONTEXT) == context ? getInt(function + Layout.FUNCTION_INDEX) : -1;
  }

  static void checkNonNull(long slot) {
    if (getInt(slot) == 0) {
      throw Raise.trap(Trap.Kind.NULL_REFERENCE);
    }
  }

  /** The address of an element of a table; the index is unsigned. */
  static long tableElement(long table, long at) {
    long length = getLong(table + Layout.RECORD_LENGTH);
    if (Long.compareUnsigned(at, length) >= 0) {
      throw Raise.trap(Trap.Kind.TABLE_OUT_OF_BOUNDS);
    }
    return getLong(table + Layout.RECORD_BASE) + clamp(at, length - 1) * Integer.BYTES;
  }
}
