package dev.skerry.wasm.x64;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** All rows of all tables, and which of them an opcode may be. */
public final class Rows {

  private static final int MAPS = 4;
  private static final int OPCODES = 256;
  private static final Row[] NONE = {};
  private static final List<Row> ALL = Stream.of(
      IntegerRows.TABLE, ControlRows.TABLE, AtomicRows.TABLE, SseFloatRows.TABLE, SseIntegerRows.TABLE,
      AvxFloatRows.TABLE, AvxIntegerRows.TABLE).flatMap(table -> table.rows().stream()).toList();
  private static final Row[][] LEGACY = index(false);
  private static final Row[][] VEX = index(true);

  private Rows() {
  }

  /** Every row, by {@link Row#id()}, which leaves gaps. */
  public static List<Row> all() {
    return ALL;
  }

  /** The rows with that opcode in that map; at most one of them matches any bytes. */
  static Row[] candidates(boolean vex, int map, int opcode) {
    return (vex ? VEX : LEGACY)[map * OPCODES + opcode];
  }

  private static Row[][] index(boolean vex) {
    List<List<Row>> lists = new ArrayList<>(Collections.nCopies(MAPS * OPCODES, List.of()));
    for (Row row : ALL) {
      Encoding encoding = row.encoding();
      if (encoding.vex() == vex) {
        int count = row.indexOf(OperandForm.Slot.OPCODE) >= 0 ? 8 : 1;
        for (int i = 0; i < count; i++) {
          int place = encoding.map() * OPCODES + encoding.opcode() + i;
          lists.set(place, Stream.concat(lists.get(place).stream(), Stream.of(row)).toList());
        }
      }
    }
    return lists.stream().map(list -> list.toArray(NONE)).toArray(Row[][]::new);
  }
}
