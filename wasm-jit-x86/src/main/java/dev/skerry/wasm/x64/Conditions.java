package dev.skerry.wasm.x64;

import java.util.List;

/** Forms that differ in their condition alone. */
public final class Conditions {

  private final List<Row> rows;

  Conditions(List<Row> rows) {
    this.rows = rows;
  }

  /** The form for that condition. */
  public Row of(Condition condition) {
    return rows.get(condition.ordinal());
  }
}
