package dev.skerry.wasm.x64;

import java.util.List;

/** Forms that differ in the width of their operands alone, in bits: 8, 16, 32, 64, or 128, 256. */
public final class Widths {

  private final String template;
  private final List<Integer> widths;
  private final List<Row> rows;

  Widths(String template, List<Integer> widths, List<Row> rows) {
    this.template = template;
    this.widths = widths;
    this.rows = rows;
  }

  /** @throws IllegalArgumentException if there is no form of that width */
  public Row of(int bits) {
    int index = widths.indexOf(bits);
    if (index < 0) {
      throw new IllegalArgumentException(template + " has no form of " + bits + " bits");
    }
    return rows.get(index);
  }
}
