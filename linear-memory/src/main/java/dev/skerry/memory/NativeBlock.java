package dev.skerry.memory;

/**
 * A block of native memory for what the engine keeps outside the Java heap: contexts, tables, globals, stacks,
 * interpreter code; zeroed unless whoever allocates it will write it. Freed by {@link #close}, or when it becomes
 * unreachable; its address must not be used after that, so whoever keeps the address keeps the block.
 */
public final class NativeBlock implements AutoCloseable {

  private final Holding holding;
  private final long address;
  private final long byteLength;

  private NativeBlock(Region region, long byteLength) {
    this.address = region.address();
    this.byteLength = byteLength;
    this.holding = Holding.of(this, Holding.Kind.NATIVE_BLOCK, region, byteLength);
  }

  /**
   * A new zeroed block, aligned to 64 bytes; 0 bytes are allowed.
   *
   * @throws IllegalArgumentException if the length is negative
   * @throws NativeMemoryException if the system has no more memory
   */
  public static NativeBlock allocate(long byteLength) {
    return allocate(byteLength, byteLength);
  }

  /**
   * As {@link #allocate(long)}, for who writes the rest of it before anybody reads that: it may hold anything.
   *
   * @param zeroBytes how many bytes are zero, the first ones
   * @throws IllegalArgumentException also if those are less than none or more than all
   */
  public static NativeBlock allocate(long byteLength, long zeroBytes) {
    if (byteLength < 0 || zeroBytes < 0 || zeroBytes > byteLength) {
      throw new IllegalArgumentException(
          "a native block cannot have " + byteLength + " bytes, of which " + zeroBytes + " are zero");
    }
    return new NativeBlock(PlatformChoice.current().platform().allocate(byteLength, zeroBytes), byteLength);
  }

  /** Address of the first byte, the same for life. */
  public long address() {
    return address;
  }

  public long byteLength() {
    return byteLength;
  }

  @Override
  public void close() {
    holding.close();
  }
}
