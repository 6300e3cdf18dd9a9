package dev.skerry.wasm.format;

/**
 * A memory type (WASM core 2.3.12); sizes are pages of 64 KiB.
 *
 * @param shared whether several threads may use it at once; such a memory has an upper limit
 * @param address the type of its addresses: i32 or i64
 */
public record MemoryType(Limits limits, boolean shared, ValType address) implements ExternType {

  /** @throws IllegalArgumentException if the addresses are no integers, or a shared memory has no upper limit */
  public MemoryType {
    if (!address.equals(ValType.I32) && !address.equals(ValType.I64)) {
      throw new IllegalArgumentException("a memory has addresses of type i32 or i64, not " + address);
    }
    if (shared && !limits.bounded()) {
      throw new IllegalArgumentException("a shared memory needs an upper limit");
    }
  }

  /** The type of a memory that is not shared and has 32-bit addresses. */
  public MemoryType(Limits limits) {
    this(limits, false, ValType.I32);
  }

  /** The type with other limits. */
  public MemoryType with(Limits other) {
    return new MemoryType(other, shared, address);
  }
}
