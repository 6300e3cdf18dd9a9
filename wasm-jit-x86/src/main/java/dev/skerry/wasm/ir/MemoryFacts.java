package dev.skerry.wasm.ir;

/**
 * What a function can rely on about the memories of its instance.
 *
 * @param shared whether other threads may write one of them
 * @param leastLengths bytes that each has at least, always
 * @param imported how many are imported: those may be one and the same, an instance's own are none of its others
 */
public record MemoryFacts(boolean shared, long[] leastLengths, int imported) {

  /** Nothing is known. */
  static final MemoryFacts NONE = new MemoryFacts(false, new long[0], Integer.MAX_VALUE);

  /** Whether two memories are not the same one. */
  public boolean areDistinct(int memory, int other) {
    return memory != other && Math.max(memory, other) >= imported;
  }
}
