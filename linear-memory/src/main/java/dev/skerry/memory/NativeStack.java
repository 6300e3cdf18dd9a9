package dev.skerry.memory;

/**
 * A stack of native memory for one activation, zero at first: it grows down from {@link #top} to {@link #limit}. Where
 * memory is native, 128 KiB below the limit stay accessible for signal handlers, and what lies under them and over the
 * top faults.
 */
public final class NativeStack implements AutoCloseable {

  private final Holding holding;
  private final long limit;
  private final long byteLength;

  private NativeStack(Region region, long reserve, long byteLength) {
    this.limit = region.address() + reserve;
    this.byteLength = byteLength;
    this.holding = Holding.of(this, Holding.Kind.NATIVE_STACK, region, byteLength);
  }

  /**
   * A stack with so many bytes between top and limit, a positive multiple of 64 KiB.
   *
   * @throws NativeMemoryException if the system has no more address space, mappings or memory
   */
  public static NativeStack reserve(long byteLength) {
    if (byteLength <= 0 || byteLength % MemoryLayout.UNIT != 0) {
      throw new IllegalArgumentException("a stack has a multiple of 64 KiB, not " + byteLength + " bytes");
    }
    Platform platform = PlatformChoice.current().platform();
    return new NativeStack(platform.stack(byteLength), platform.stackReserve(), byteLength);
  }

  /** Address after the highest byte, aligned to 64 bytes: where the stack pointer starts. */
  public long top() {
    return limit + byteLength;
  }

  /** The lowest address that code may use; it checks against this. */
  public long limit() {
    return limit;
  }

  /** Bytes between top and limit. */
  public long byteLength() {
    return byteLength;
  }

  /** Gives the stack back. Nobody may run on it, or have frames on it that will be resumed. */
  @Override
  public void close() {
    holding.close();
  }
}
