package dev.skerry.wasm;

/**
 * What one store may take in all. Reaching a limit makes {@code memory.grow} and {@code table.grow} answer -1, and
 * instantiation fail with a {@link LinkError}.
 *
 * @param memoryBytes bytes of all linear memories together; and as many again for instances and for the modules that
 *     are compiled for the store, with their code
 * @param tableElements elements of all tables together
 * @param instances module instances
 * @param stackBytes bytes of the stack of one activation
 * @param nesting how deep host functions may call back into Wasm
 */
public record StoreLimits(long memoryBytes, long tableElements, int instances, int stackBytes, int nesting) {

  public static final StoreLimits DEFAULT = new StoreLimits(4L << 30, 20_000_000, 10_000, 1 << 20, 64);

  /** @throws IllegalArgumentException for a negative number */
  public StoreLimits {
    if (memoryBytes < 0 || tableElements < 0 || instances < 0 || stackBytes < 0 || nesting < 0) {
      throw new IllegalArgumentException("a store's limits cannot be negative: " + memoryBytes + " bytes of memory, "
          + tableElements + " table elements, " + instances + " instances, " + stackBytes + " bytes of stack, nesting "
          + nesting);
    }
  }

  public StoreLimits withMemoryBytes(long bytes) {
    return new StoreLimits(bytes, tableElements, instances, stackBytes, nesting);
  }
}
