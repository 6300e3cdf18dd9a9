package dev.skerry.wasm.lower;

import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;
import java.util.HashMap;
import java.util.Map;

/**
 * For each SSE row the row of VEX form that computes the same, 128 bits wide: what SSE reads and overwrites, VEX reads
 * from an operand of its own behind the destination. And the row that does so with both halves of 256 bits.
 */
final class VexForms {

  private static final Row[] OF = new Row[Row.ID_LIMIT];
  private static final Row[] WIDE = new Row[Row.ID_LIMIT];

  static {
    Map<String, Row> byNotation = new HashMap<>();
    for (Row row : Rows.all()) {
      byNotation.put(row.toString(), row);
    }
    for (Row row : Rows.all()) {
      String wide = "v" + row.toString().replace("+xmm", "=xmm, xmm").replace("xmm0", "xmm");
      OF[row.id()] = byNotation.get(wide);
      WIDE[row.id()] = byNotation.get(wide.replace("xm128", "ym256").replace("xmm", "ymm"));
    }
  }

  private VexForms() {
  }

  /** The VEX form of an SSE row with 256 bits, or null. */
  static Row wide(Row sse) {
    return WIDE[sse.id()];
  }

  /** The VEX form of an SSE row, or null. */
  static Row of(Row sse) {
    return OF[sse.id()];
  }
}
