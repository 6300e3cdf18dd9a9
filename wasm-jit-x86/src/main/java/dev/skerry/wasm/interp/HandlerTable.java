package dev.skerry.wasm.interp;

import java.util.function.IntPredicate;

/**
 * Where a function catches exceptions: rows for ranges of its code, those of inner blocks before those of outer ones.
 * Nothing is done for it while nothing is thrown.
 */
public final class HandlerTable {

  /** A function that catches nothing. */
  public static final HandlerTable NONE = new HandlerTable(new int[0], 0);

  /** Stands for the tag of a row that catches all. */
  static final int ANY = -1;

  // What a row is.
  static final int CATCH = 0;
  static final int CATCH_REF = 1;
  /** The reference comes before the values. */
  static final int CATCH_LEGACY = 2;
  /** What is thrown in the range is caught by blocks up to a depth only. */
  static final int DELEGATE = 3;

  // Columns: units from which and up to which, what, tag, unit to go on at, place of the values or the depth to
  // delegate to, depth of the block.
  static final int COLUMNS = 7;
  private static final int FROM = 0;
  private static final int TO = 1;
  private static final int KIND = 2;
  private static final int TAG = 3;
  private static final int TARGET = 4;
  private static final int PLACE = 5;
  private static final int DEPTH = 6;

  private final int[] rows;
  private final int frameBytes;

  /** @param frameBytes bytes from the frame pointer to the frame's end */
  HandlerTable(int[] rows, int frameBytes) {
    this.rows = rows;
    this.frameBytes = frameBytes;
  }

  /**
   * The row that catches what is thrown in a unit of the code, or -1.
   *
   * @param isTag says whether a tag of the module is that of the exception
   */
  public int find(long unit, IntPredicate isTag) {
    int deepest = Integer.MAX_VALUE;
    for (int row = 0; row < rows.length; row += COLUMNS) {
      if (unit < rows[row + FROM] || unit >= rows[row + TO] || rows[row + DEPTH] > deepest) {
        continue;
      }
      if (rows[row + KIND] == DELEGATE) {
        deepest = rows[row + PLACE];
      } else if (rows[row + TAG] == ANY || isTag.test(rows[row + TAG])) {
        return row;
      }
    }
    return -1;
  }

  /**
   * The table for the same code with other units between.
   *
   * @param places by unit, and for the end: where it is now
   */
  HandlerTable moved(int[] places) {
    int[] moved = rows.clone();
    for (int row = 0; row < moved.length; row += COLUMNS) {
      moved[row + FROM] = places[rows[row + FROM]];
      moved[row + TO] = places[rows[row + TO]];
      moved[row + TARGET] = places[rows[row + TARGET]];
    }
    return new HandlerTable(moved, frameBytes);
  }

  /** The unit where a row goes on. */
  public int target(int row) {
    return rows[row + TARGET];
  }

  /** Offset from the frame pointer of what a row is given: reference and values. */
  public int place(int row) {
    return rows[row + PLACE];
  }

  /** Says whether a row is given the values that the exception carries. */
  public boolean takesValues(int row) {
    return rows[row + TAG] != ANY;
  }

  /** Says whether a row is given the reference, before the values. */
  public boolean takesReferenceFirst(int row) {
    return rows[row + KIND] == CATCH_LEGACY;
  }

  /** Says whether a row is given the reference, behind the values. */
  public boolean takesReferenceLast(int row) {
    return rows[row + KIND] == CATCH_REF;
  }

  public int frameBytes() {
    return frameBytes;
  }
}
