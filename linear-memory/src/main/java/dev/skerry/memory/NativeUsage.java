package dev.skerry.memory;

/**
 * What this process holds now through this module, and how often something was collected without having been closed.
 *
 * @param memories live linear memories
 * @param memoryBytes their accessible bytes
 * @param blocks live native blocks
 * @param blockBytes their bytes
 * @param leaks objects that were collected without a close, since the process began
 */
public record NativeUsage(long memories, long memoryBytes, long blocks, long blockBytes, long leaks) {

  /** The state at this moment; figures of different columns may be some instructions apart. */
  public static NativeUsage current() {
    return new NativeUsage(
        Holding.Kind.LINEAR_MEMORY.count(), Holding.Kind.LINEAR_MEMORY.bytes(),
        Holding.Kind.NATIVE_BLOCK.count(), Holding.Kind.NATIVE_BLOCK.bytes(),
        Holding.leaks());
  }
}
