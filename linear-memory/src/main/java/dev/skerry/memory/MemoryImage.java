package dev.skerry.memory;

import java.lang.ref.Reference;

/**
 * What the linear memories of one module begin with, taken once and given to each. Immutable; may be closed while
 * memories that began with it live.
 */
public final class MemoryImage implements AutoCloseable {

  private final ImageContent content;
  private final long byteLength;
  private final Holding holding;
  private boolean closed;

  private MemoryImage(ImageContent content, long byteLength) {
    this.content = content;
    this.byteLength = byteLength;
    this.holding = Holding.of(this, Holding.Kind.MEMORY_IMAGE, content, byteLength);
  }

  /**
   * The first {@code byteLength} bytes of the memory as they are now, and what follows them in their page.
   *
   * @throws IndexOutOfBoundsException if the memory has not so many
   * @throws NativeMemoryException if the system has no more memory
   */
  public static MemoryImage of(LinearMemory memory, long byteLength) {
    long address = memory.check(0, byteLength);
    long wholePages = (byteLength + Unsafes.PAGE_BYTES - 1) & -Unsafes.PAGE_BYTES;
    ImageContent content = PlatformChoice.current().platform().image(address, wholePages);
    Reference.reachabilityFence(memory);
    return new MemoryImage(content, wholePages);
  }

  /** Bytes that memories begin with; whole pages. */
  public long byteLength() {
    return byteLength;
  }

  /** Puts the bytes at the start of a region that is zero and has at least so many accessible ones. */
  synchronized void putInto(Region region) {
    if (closed) {
      throw new IllegalStateException("the memory image is closed");
    }
    if (byteLength > 0) {
      content.putInto(region);
    }
    Reference.reachabilityFence(this);
  }

  @Override
  public synchronized void close() {
    closed = true;
    holding.close();
  }
}
