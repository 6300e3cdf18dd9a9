package dev.skerry.wasm.lower;

/** How an instruction of the graph becomes machine instructions. */
interface Rule {

  /**
   * Takes operands into this instruction, so that they are not computed where they stand. Called from the end of a
   * block to its start, so that an instruction that was itself taken knows where it will be.
   */
  default void cover(Covering covering, int instruction) {
  }

  /** Emits the instruction; not called for one that another has taken. */
  void lower(Selection s, int instruction);
}
