package dev.skerry.memory;

import static dev.skerry.memory.SystemCalls.MAP_ANONYMOUS;
import static dev.skerry.memory.SystemCalls.MAP_FIXED;
import static dev.skerry.memory.SystemCalls.MAP_PRIVATE;
import static dev.skerry.memory.SystemCalls.PROT_NONE;
import static dev.skerry.memory.SystemCalls.PROT_READ;
import static dev.skerry.memory.SystemCalls.PROT_WRITE;

/**
 * A reservation of address space with one accessible range in it; all else faults. It belongs to one tenant after the
 * other, and each finds it zero. Not thread-safe.
 */
final class Slot implements Region {

  /** What one slot can be taken for in place of another. */
  record Shape(long total, long start) {
  }

  private static final int ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS;

  private final SlotPool pool;
  private final Shape shape;
  private final long base;
  private long accessible;
  private long imageBytes;
  private long residentBytes;

  /**
   * Reserves; nothing is accessible yet.
   *
   * @throws NativeMemoryException if the system has no such address space, or no mapping more
   */
  Slot(SlotPool pool, Shape shape) {
    this.pool = pool;
    this.shape = shape;
    this.base = SystemCalls.mmap(0, shape.total, PROT_NONE, ANONYMOUS, -1, 0);
  }

  Shape shape() {
    return shape;
  }

  /** Bytes that {@link #scrub} left in memory; they are zero. */
  long residentBytes() {
    return residentBytes;
  }

  @Override
  public long address() {
    return base + shape.start;
  }

  @Override
  public boolean moves() {
    return false;
  }

  /** Makes exactly that many bytes from the start accessible; false if the system has no more. */
  boolean open(long byteLength) {
    if (byteLength < accessible) {
      if (!SystemCalls.mprotect(address() + byteLength, accessible - byteLength, PROT_NONE)) {
        return false;
      }
      accessible = byteLength;
      return true;
    }
    return byteLength == accessible || grow(accessible, byteLength);
  }

  @Override
  public boolean grow(long byteLength, long newByteLength) {
    long address = address() + byteLength;
    long more = newByteLength - byteLength;
    if (!SystemCalls.mprotect(address, more, PROT_READ | PROT_WRITE)) {
      pool.clear();
      if (!SystemCalls.mprotect(address, more, PROT_READ | PROT_WRITE)) {
        return false;
      }
    }
    accessible = newByteLength;
    return true;
  }

  /**
   * Puts a private view of the file's first bytes, whole pages, at the start: read until written, then copied page by
   * page. They must be accessible and untouched.
   */
  void mapImage(int fd, long byteLength) {
    SystemCalls.mmap(address(), byteLength, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd, 0);
    imageBytes = byteLength;
  }

  @Override
  public void free() {
    pool.give(this);
  }

  /** Makes every byte zero, and leaves at most so many in memory. */
  void scrub(long keepBytes) {
    if (imageBytes > 0) {
      // Dropping the pages of a private mapping would bring the image back: another mapping must take its place.
      SystemCalls.mmap(address(), imageBytes, PROT_READ | PROT_WRITE, ANONYMOUS | MAP_FIXED, -1, 0);
      imageBytes = 0;
    }
    residentBytes = Zeroing.zero(address(), accessible, keepBytes);
  }

  void unmap() {
    SystemCalls.munmap(base, shape.total);
  }
}
