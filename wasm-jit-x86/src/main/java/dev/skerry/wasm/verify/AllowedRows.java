package dev.skerry.wasm.verify;

import dev.skerry.wasm.lower.CpuFeatures;
import dev.skerry.wasm.x64.Row;
import dev.skerry.wasm.x64.Rows;

/** Which rows code may have: those with a known effect that the processor has, for others end the process (rule 1). */
final class AllowedRows {

  private AllowedRows() {
  }

  /** By row, whether code for a processor with these features may have it. */
  static boolean[] of(CpuFeatures features) {
    boolean[] allowed = new boolean[Row.ID_LIMIT];
    for (Row row : Rows.all()) {
      allowed[row.id()] = Effects.of(row) != null && features.allow(row);
    }
    return allowed;
  }

  /** Those of this machine; where no machine code can run at all, those of the least that code is made for. */
  static boolean[] here() {
    return Here.ALLOWED;
  }

  /** Asks the processor, when first needed. */
  private static final class Here {

    static final boolean[] ALLOWED = of(features());

    private static CpuFeatures features() {
      CpuFeatures current = CpuFeatures.current();
      return current.suffice() ? current : CpuFeatures.floor();
    }
  }
}
