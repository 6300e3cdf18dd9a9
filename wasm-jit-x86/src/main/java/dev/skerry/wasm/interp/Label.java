package dev.skerry.wasm.interp;

import java.util.Arrays;

/** A place in the code that branches lead to, before or after it is known. */
final class Label {

  private int unit = -1;
  private int[] branches = new int[2];
  private int count;
  private boolean named;

  boolean isUsed() {
    return count > 0 || named;
  }

  /** Notes that something other than a branch leads here. */
  void name() {
    named = true;
  }

  /** The unit that it is bound to. */
  int unit() {
    return unit;
  }

  /** Notes a branch in that unit; its target is its word c. */
  void use(int branch) {
    if (count == branches.length) {
      branches = Arrays.copyOf(branches, 2 * count);
    }
    branches[count++] = branch;
  }

  void bind(int target) {
    unit = target;
  }

  /** Writes the distances into all branches; the label is bound. */
  void patch(int[] words) {
    for (int i = 0; i < count; i++) {
      words[branches[i] * 4 + 3] = (unit - branches[i] - 1) * Op.UNIT;
    }
  }
}
