package dev.skerry.wasm.pass;

import dev.skerry.wasm.ir.Graph;

/**
 * A parameter of a loop's header, an i32 or i64, that is greater by the same sum in each turn, modulo two to the power
 * of its bits: in turn {@code k}, counted from 0, it is {@code start + k * (step + constant)}.
 *
 * @param parameter the parameter
 * @param start what it is in the first turn, or {@link Graph#NONE} if the loop has several entries
 * @param next what all ways back carry for it
 * @param step an invariant of the loop that is added each turn, or {@link Graph#NONE} if that is a constant alone
 * @param constant what is added each turn besides, as a signed number
 */
public record Induction(int parameter, int start, int next, int step, long constant) {

  /** Says whether each turn adds a constant. */
  public boolean isConstant() {
    return step == Graph.NONE;
  }
}
