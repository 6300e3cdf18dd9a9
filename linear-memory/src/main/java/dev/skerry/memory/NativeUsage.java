package dev.skerry.memory;

/**
 * What this process holds now through this module, and how often something was collected without having been closed.
 *
 * @param memories linear memories and their accessible bytes
 * @param blocks native blocks and their bytes
 * @param codeSpaces code spaces and the bytes that they reserve
 * @param stacks native stacks and the bytes that code may use of them
 * @param images memory images and their bytes
 * @param leaks objects that were collected without a close, since the process began
 */
public record NativeUsage(Share memories, Share blocks, Share codeSpaces, Share stacks, Share images,
    long leaks) {

  /** Live objects of one kind, and their bytes. */
  public record Share(long count, long bytes) {
  }

  /** The state at this moment; figures of different columns may be some instructions apart. */
  public static NativeUsage current() {
    return new NativeUsage(Holding.Kind.LINEAR_MEMORY.share(), Holding.Kind.NATIVE_BLOCK.share(),
        Holding.Kind.CODE_SPACE.share(), Holding.Kind.NATIVE_STACK.share(), Holding.Kind.MEMORY_IMAGE.share(),
        Holding.leaks());
  }
}
