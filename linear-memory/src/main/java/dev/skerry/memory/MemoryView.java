package dev.skerry.memory;

/**
 * A part of a shareable memory that is mapped in another one. Closing it takes it away: from then on there are zeroes,
 * never a hole, and nobody who reads meanwhile faults.
 */
public final class MemoryView implements AutoCloseable {

  private final LinearMemory target;
  private final long offset;
  private final long byteLength;
  private boolean closed;

  MemoryView(LinearMemory target, long offset, long byteLength) {
    this.target = target;
    this.offset = offset;
    this.byteLength = byteLength;
  }

  /** Where the view begins in the memory that it is mapped in. */
  public long offset() {
    return offset;
  }

  public long byteLength() {
    return byteLength;
  }

  /** Takes the view away, once; views that overlap it lose those pages too. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      target.revoke(offset, byteLength);
    }
  }
}
