package dev.skerry.wasm.format;

/**
 * A memory type (WASM core 2.3.12); sizes are pages of 64 KiB.
 *
 * @param shared whether several threads may use it at once; such a memory has an upper limit
 */
public record MemoryType(Limits limits, boolean shared) implements ExternType {

  /** The type of a memory that is not shared. */
  public MemoryType(Limits limits) {
    this(limits, false);
  }
}
