package dev.skerry.wasm.ir;

import java.util.Arrays;

/**
 * The bodies of other functions that a graph contains. Each has positions of its own, behind those of the module, so
 * that the position of an instruction also says which calls led to it. Rows are in the order of their positions.
 */
public final class InlinedBodies {

  /** Ints of a row: first position, function, offset of its body in the module, position of the call. */
  public static final int FIELDS = 4;
  /** Where the index of the function is in a row. */
  public static final int FUNCTION = 1;
  /** Where the offset of the function's body in the module is in a row; the first position stands for it. */
  public static final int BODY = 2;
  /** Where the position of the call is in a row, which may be in another inlined body. */
  public static final int CALL = 3;

  private int[] rows = new int[4 * FIELDS];
  private int count;
  private int next;

  /** @param moduleBytes length of the module: positions below are offsets in it */
  public InlinedBodies(int moduleBytes) {
    next = moduleBytes;
  }

  /**
   * Adds a body.
   *
   * @param body offset of the body in the module
   * @param end offset of its end
   * @param call position of the call that it replaces
   * @return what is added to offsets in the body to have their positions, or -1 if there are no more
   */
  public int add(int function, int body, int end, int call) {
    if (next > Integer.MAX_VALUE - (end - body) - 1) {
      return -1;
    }
    if ((count + 1) * FIELDS > rows.length) {
      rows = Arrays.copyOf(rows, 2 * rows.length);
    }
    int row = count++ * FIELDS;
    rows[row] = next;
    rows[row + FUNCTION] = function;
    rows[row + BODY] = body;
    rows[row + CALL] = call;
    next += end - body + 1;
    return rows[row] - body;
  }

  public int[] rows() {
    return Arrays.copyOf(rows, count * FIELDS);
  }

  /** Where the row of a position is among the rows made so far, or -1 if it is an offset in the module. */
  public int find(int position) {
    return find(rows, count, position);
  }

  public int function(int row) {
    return rows[row + FUNCTION];
  }

  public int call(int row) {
    return rows[row + CALL];
  }

  /** Where the row of a position is in a table of rows, or -1 if it is an offset in the module. */
  public static int find(int[] rows, int position) {
    return find(rows, rows.length / FIELDS, position);
  }

  private static int find(int[] rows, int count, int position) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      if (rows[middle * FIELDS] <= position) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high < 0 ? -1 : high * FIELDS;
  }
}
