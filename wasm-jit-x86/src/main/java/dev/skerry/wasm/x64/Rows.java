package dev.skerry.wasm.x64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** All rows of all tables, and which of them an opcode may be. */
public final class Rows {

  private static final int MAPS = 4;
  private static final int OPCODES = 256;
  private static final Row[] NONE = {};
  private static final List<Row> ALL = gather(
      IntegerRows.TABLE, ControlRows.TABLE, AtomicRows.TABLE, SseFloatRows.TABLE, SseIntegerRows.TABLE,
      AvxFloatRows.TABLE, AvxIntegerRows.TABLE);

  private Rows() {
  }

  /** Every row, by {@link Row#id()}, which leaves gaps. */
  public static List<Row> all() {
    return ALL;
  }

  /** The rows with that opcode in that map; at most one of them matches any bytes. */
  static Row[] candidates(boolean vex, int map, int opcode) {
    return (vex ? ByOpcode.VEX : ByOpcode.LEGACY)[map * OPCODES + opcode];
  }

  private static List<Row> gather(Table... tables) {
    List<Row> all = new ArrayList<>();
    for (Table table : tables) {
      all.addAll(table.rows());
    }
    return Collections.unmodifiableList(all);
  }

  /** Made when something is decoded for people. */
  private static final class ByOpcode {

    static final Row[][] LEGACY = index(false);
    static final Row[][] VEX = index(true);

    private static Row[][] index(boolean vex) {
      Row[][] lists = new Row[MAPS * OPCODES][];
      Arrays.fill(lists, NONE);
      for (Row row : ALL) {
        Encoding encoding = row.encoding();
        if (encoding.vex() == vex) {
          int first = encoding.map() * OPCODES + encoding.opcode();
          int count = row.indexOf(OperandForm.Slot.OPCODE) >= 0 ? 8 : 1;
          for (int place = first; place < first + count; place++) {
            lists[place] = Arrays.copyOf(lists[place], lists[place].length + 1);
            lists[place][lists[place].length - 1] = row;
          }
        }
      }
      return lists;
    }
  }
}
