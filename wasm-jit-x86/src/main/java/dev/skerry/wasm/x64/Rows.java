package dev.skerry.wasm.x64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** All rows of all tables, and which of them an opcode may be. */
public final class Rows {

  private static final int MAPS = 4;
  private static final int OPCODES = 256;
  static final Row[] NONE = {};
  private static final List<Row> ALL = all(IntegerRows.TABLE, ControlRows.TABLE, AtomicRows.TABLE, SseFloatRows.TABLE,
      SseIntegerRows.TABLE, AvxFloatRows.TABLE, AvxIntegerRows.TABLE);
  private static final Row[][] LEGACY = index(false);
  private static final Row[][] VEX = index(true);

  private Rows() {
  }

  /** Every row, by {@link Row#id()}, which leaves gaps. */
  public static List<Row> all() {
    return ALL;
  }

  // Made at every start that runs machine code: by loops, for a cold JVM takes milliseconds for a stream or a lambda.

  private static List<Row> all(Table... tables) {
    List<Row> rows = new ArrayList<>();
    for (Table table : tables) {
      rows.addAll(table.rows());
    }
    return Collections.unmodifiableList(rows);
  }

  /** The rows with that opcode in that map; at most one of them matches any bytes. */
  static Row[] candidates(boolean vex, int map, int opcode) {
    return (vex ? VEX : LEGACY)[map * OPCODES + opcode];
  }

  private static Row[][] index(boolean vex) {
    Row[][] rows = new Row[MAPS * OPCODES][];
    Arrays.fill(rows, NONE);
    for (Row row : ALL) {
      Encoding encoding = row.encoding();
      if (encoding.vex() == vex) {
        int count = row.indexOf(OperandForm.Slot.OPCODE) >= 0 ? 8 : 1;
        for (int i = 0; i < count; i++) {
          int place = encoding.map() * OPCODES + encoding.opcode() + i;
          rows[place] = with(rows[place], row);
        }
      }
    }
    return rows;
  }

  /** The rows, and one more. */
  static Row[] with(Row[] rows, Row row) {
    Row[] more = Arrays.copyOf(rows, rows.length + 1);
    more[rows.length] = row;
    return more;
  }
}
