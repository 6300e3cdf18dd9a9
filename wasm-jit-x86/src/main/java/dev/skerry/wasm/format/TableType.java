package dev.skerry.wasm.format;

/**
 * A table type (WASM core 2.3.13).
 *
 * @param address the type of its indices: i32 or i64
 */
public record TableType(ValType element, Limits limits, ValType address) implements ExternType {

  /** The type of a table with 32-bit indices. */
  public TableType(ValType element, Limits limits) {
    this(element, limits, ValType.I32);
  }

  /** The type with other limits. */
  public TableType with(Limits other) {
    return new TableType(element, other, address);
  }
}
