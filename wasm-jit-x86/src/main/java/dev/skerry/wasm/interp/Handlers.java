package dev.skerry.wasm.interp;

import java.util.ArrayList;
import java.util.List;

/** The rows of a function's {@link HandlerTable} while it is translated. */
final class Handlers {

  private record Row(int from, int to, int kind, int tag, Label target, int place, int depth) {
  }

  private final List<Row> rows = new ArrayList<>();

  /**
   * A row that catches.
   *
   * @param slot the slot from which on it is given reference and values
   * @param depth of the block that catches; outer ones have a smaller one
   */
  void add(int from, int to, int kind, int tag, Label target, int slot, int depth) {
    target.name();
    rows.add(new Row(from, to, kind, tag, target, slot, depth));
  }

  /** A row that leaves it to the blocks up to a depth. */
  void delegate(int from, int to, int depth, int deepest) {
    rows.add(new Row(from, to, HandlerTable.DELEGATE, HandlerTable.ANY, null, deepest, depth));
  }

  /** The table, for code that begins behind so many units. */
  HandlerTable table(FramePlan plan, int units) {
    if (rows.isEmpty()) {
      return HandlerTable.NONE;
    }
    int[] table = new int[rows.size() * HandlerTable.COLUMNS];
    int at = 0;
    for (Row row : rows) {
      table[at++] = row.from + units;
      table[at++] = row.to + units;
      table[at++] = row.kind;
      table[at++] = row.tag;
      table[at++] = row.target == null ? 0 : row.target.unit() + units;
      table[at++] = row.target == null ? row.place : plan.offset(row.place);
      table[at++] = row.depth;
    }
    return new HandlerTable(table, plan.frameBytes());
  }
}
