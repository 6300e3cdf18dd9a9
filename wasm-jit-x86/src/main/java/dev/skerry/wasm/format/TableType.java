package dev.skerry.wasm.format;

/**
 * A table type (WASM core 2.3.13).
 *
 * @param address the type of its indices: i32 or i64
 */
public record TableType(ValType element, Limits limits, ValType address) implements ExternType {

  /** @throws IllegalArgumentException if the elements are no references, or the indices no integers */
  public TableType {
    if (!element.isReference()) {
      throw new IllegalArgumentException("a table holds references, not " + element);
    }
    if (!address.equals(ValType.I32) && !address.equals(ValType.I64)) {
      throw new IllegalArgumentException("a table has indices of type i32 or i64, not " + address);
    }
  }

  /** The type of a table with 32-bit indices. */
  public TableType(ValType element, Limits limits) {
    this(element, limits, ValType.I32);
  }

  /** The type with other limits. */
  public TableType with(Limits other) {
    return new TableType(element, other, address);
  }
}
