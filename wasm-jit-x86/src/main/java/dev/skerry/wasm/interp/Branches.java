package dev.skerry.wasm.interp;

import static dev.skerry.memory.NativeAccess.getInt;

import dev.skerry.wasm.runtime.Layout;

/** Taken branches. Each polls for an interrupt, so that every cycle of guest code does. */
final class Branches {

  private Branches() {
  }

  /** The target of the branch that ends at {@code pc}. */
  static long take(long pc, long store) {
    if (getInt(store + Layout.STORE_INTERRUPT) != 0) {
      throw PollStop.INSTANCE;
    }
    return pc + getInt(pc - 4);
  }

  /**
   * The target of a {@code br_table} that ends at {@code pc}, before its list of branches. The index is clamped without
   * a branch, which could be mispredicted.
   */
  static long table(int index, long pc, long store) {
    int count = getInt(pc - 8);
    int outside = (count - 1 - index | index) >> Integer.SIZE - 1;
    int chosen = index & ~outside | count & outside;
    return take(pc + (chosen + 1L) * Op.UNIT, store);
  }
}
