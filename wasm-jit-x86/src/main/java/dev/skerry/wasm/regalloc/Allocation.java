package dev.skerry.wasm.regalloc;

/**
 * A {@link Lir} whose registers have places.
 *
 * @param lir as it was
 * @param flow its blocks and slots
 * @param words those of the Lir, with registers replaced by machine registers and frame slots; operands that fixed uses
 *     and definitions name stay as they were
 * @param moves copies to be made
 * @param moveStart by slot of {@link Flow}: where its copies start, which come before the instruction, or, of parallel
 *     moves, are the instruction
 * @param slots sizes of the places in the frame
 * @param dropped by instruction: whether it is not to be emitted, since its result is made where it is needed
 */
record Allocation(Lir lir, Flow flow, int[] words, Moves moves, int[] moveStart, Slots slots, boolean[] dropped) {

  /** Allocates. */
  static Allocation of(Lir lir) {
    Flow flow = new Flow(lir);
    Liveness liveness = new Liveness(flow);
    Intervals intervals = new Intervals(flow, liveness);
    LinearScan scan = new LinearScan(intervals);
    return new Rewriting(flow, liveness, intervals, scan).allocation();
  }
}
