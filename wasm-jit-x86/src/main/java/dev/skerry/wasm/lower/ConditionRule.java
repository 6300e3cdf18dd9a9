package dev.skerry.wasm.lower;

/** A rule for an instruction whose i32 is a truth that flags can say. */
interface ConditionRule extends Rule {

  /** Emits what sets the flags, as the last instruction; says which flags mean that the value is not 0. */
  Test test(Selection s, int instruction);

  /** Says so in a register. */
  @Override
  default void lower(Selection s, int instruction) {
    s.set(instruction, this);
  }
}
