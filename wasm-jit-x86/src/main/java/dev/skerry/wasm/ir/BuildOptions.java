package dev.skerry.wasm.ir;

import dev.skerry.wasm.MemoryStrategy;

/**
 * How a graph is built.
 *
 * @param memory how accesses are kept within memories. GUARD leaves those to memory 0, with 32-bit addresses and static
 *     offsets below 2 GiB, to the guard zone; MASK forces those to memories with 32-bit addresses in; what they leave
 *     is checked as by CHECK
 * @param canonicalNaN puts each result of floating-point arithmetic through a choice of the canonical NaN for any NaN
 * @param fuel counts what each basic block costs
 * @param entry where control comes in
 */
public record BuildOptions(MemoryStrategy memory, boolean canonicalNaN, boolean fuel, Entry entry) {

  /** All accesses checked, from the function's begin. */
  public static final BuildOptions CHECKED = of(MemoryStrategy.CHECK);

  /** The guard zone used, from the function's begin. */
  public static final BuildOptions GUARDED = of(MemoryStrategy.GUARD);

  /** From the function's begin, with all kinds of NaN. */
  public static BuildOptions of(MemoryStrategy memory) {
    return new BuildOptions(memory, false, false, Entry.FUNCTION);
  }

  /**
   * Where control comes in: at the function's begin, or for on-stack replacement at the header of a loop. Then the
   * entry's only parameter is the frame pointer of tier 0, an i64, and locals and operands are loaded from the frame.
   *
   * @param loop byte offset in the module of the {@code loop} instruction, or -1 for the function's begin
   * @param operands byte offset from the frame pointer of the first operand slot
   */
  public record Entry(int loop, int operands) {

    public static final Entry FUNCTION = new Entry(-1, 0);

    boolean isLoop() {
      return loop >= 0;
    }
  }
}
