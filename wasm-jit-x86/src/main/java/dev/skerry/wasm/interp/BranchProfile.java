package dev.skerry.wasm.interp;

import java.util.Arrays;

/**
 * How often a function's branches went which way, as {@link CountingCode} counted it: a hint that may say anything, as
 * whoever ran may do something else next. Immutable.
 */
public final class BranchProfile {

  /** Nothing was counted. */
  public static final BranchProfile NONE = new BranchProfile(new int[0], new int[0], new int[0]);

  /** Of the ways of a branch with a condition: it holds, or not. */
  public static final int HOLDS = 0;
  public static final int FAILS = 1;

  /** By branch: its byte offset in the module, ascending; where its ways are among the counts. */
  private final int[] offsets;
  private final int[] firsts;
  private final int[] counts;

  /** Calls that must have been counted for one function to be the usual one. */
  private static final int LEAST_CALLS = 100;

  /**
   * A profile.
   *
   * @param offsets byte offsets in the module of branches, ascending
   * @param firsts for each of them the index of its first count
   * @param counts none below 0: {@link #HOLDS} and {@link #FAILS}, or each label of a {@code br_table}, the default
   *     last; or of an indirect call one more than a function, in how many more calls that was meant than not, and how
   *     many there were
   */
  public BranchProfile(int[] offsets, int[] firsts, int[] counts) {
    this.offsets = offsets.clone();
    this.firsts = firsts.clone();
    this.counts = counts.clone();
  }

  public boolean isEmpty() {
    return offsets.length == 0;
  }

  /** The branch at a byte offset in the module, or a number below 0 if nothing is known about it. */
  public int find(int offset) {
    return Arrays.binarySearch(offsets, offset);
  }

  /** How many ways a branch has. */
  public int ways(int branch) {
    return (branch + 1 < firsts.length ? firsts[branch + 1] : counts.length) - firsts[branch];
  }

  /** How often a branch went a way; not below 0. */
  public int count(int branch, int way) {
    return counts[firsts[branch] + way];
  }

  /** The function of the module that at least 15 of 16 calls of a {@code call_indirect} were of, or -1. */
  public int usualCallee(int offset) {
    int call = find(offset);
    return call >= 0 && ways(call) == 3 && count(call, 2) >= LEAST_CALLS && count(call, 1) >= count(call, 2) / 8 * 7
        ? count(call, 0) - 1 : -1;
  }
}
