package dev.skerry.memory;

import static dev.skerry.memory.SystemCalls.MAP_ANONYMOUS;
import static dev.skerry.memory.SystemCalls.MAP_FIXED;
import static dev.skerry.memory.SystemCalls.MAP_PRIVATE;
import static dev.skerry.memory.SystemCalls.MAP_SHARED;
import static dev.skerry.memory.SystemCalls.PROT_NONE;
import static dev.skerry.memory.SystemCalls.PROT_READ;
import static dev.skerry.memory.SystemCalls.PROT_WRITE;

/**
 * A reservation of address space with one accessible range in it; all else faults. It belongs to one tenant after the
 * other, and each finds it zero. Not thread-safe.
 */
final class Slot implements Region {

  /**
   * What one slot can be taken for in place of another.
   *
   * @param total bytes of address space
   * @param start where the accessible range begins
   * @param sharedBytes how many from the start are of a file of the slot's own, so that they can be mapped a second
   *     time; 0 for memory that cannot
   */
  record Shape(long total, long start, long sharedBytes) {

    Shape(long total, long start) {
      this(total, start, 0);
    }

    // Written out: linking a record's own equals and hashCode takes some 10 ms of every start.
    @Override
    public boolean equals(Object other) {
      return other instanceof Shape that && total == that.total && start == that.start
          && sharedBytes == that.sharedBytes;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(31 * (31 * total + start) + sharedBytes);
    }
  }

  private static final int NO_FILE = -1;
  private static final int ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS;

  private final SlotPool pool;
  private final Shape shape;
  private final long base;
  private final int fd;
  private long accessible;
  private long imageBytes;
  private long residentBytes;
  private boolean hadViews;

  /**
   * Reserves; nothing is accessible yet.
   *
   * @throws NativeMemoryException if the system has no such address space, or no mapping or file more
   */
  Slot(SlotPool pool, Shape shape) {
    this.pool = pool;
    this.shape = shape;
    this.base = SystemCalls.mmap(0, shape.total, PROT_NONE, ANONYMOUS, -1, 0);
    this.fd = shape.sharedBytes == 0 ? NO_FILE : mapFile();
  }

  private int mapFile() {
    int file = NO_FILE;
    try {
      file = SystemCalls.memfd("skerry-memory", shape.sharedBytes, false);
      SystemCalls.mmap(address(), shape.sharedBytes, PROT_NONE, MAP_SHARED | MAP_FIXED, file, 0);
      return file;
    } catch (NativeMemoryException e) {
      SystemCalls.munmap(base, shape.total);
      if (file != NO_FILE) {
        SystemCalls.close(file);
      }
      throw e;
    }
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

  @Override
  public void zero(long offset, long byteLength) {
    if (fd == NO_FILE) {
      Zeroing.zero(address() + offset, byteLength, Zeroing.WINDOW);
    } else {
      SystemCalls.madvise(address() + offset, byteLength, SystemCalls.MADV_REMOVE);
    }
  }

  /** False if the pages are of a file of the slot's own, which the bytes must be written to. */
  boolean takesImages() {
    return fd == NO_FILE;
  }

  /**
   * Puts a private view of the file's first bytes, whole pages, at the start: read until written, then copied page by
   * page. They must be accessible and untouched.
   */
  void mapImage(int fd, long byteLength) {
    SystemCalls.mmap(address(), byteLength, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd, 0);
    imageBytes = byteLength;
  }

  /**
   * Puts pages of another slot's file in place of this slot's own; all of them must be accessible in both.
   *
   * @throws NativeMemoryException if the other slot has no file, or the system has no mapping more
   */
  void mapView(long offset, Slot source, long sourceOffset, long byteLength, boolean writable) {
    if (source.fd == NO_FILE) {
      throw new NativeMemoryException("only a shareable memory can be mapped a second time");
    }
    hadViews = true;
    source.hadViews = true;
    SystemCalls.mmap(address() + offset, byteLength, writable ? PROT_READ | PROT_WRITE : PROT_READ,
        MAP_SHARED | MAP_FIXED, source.fd, sourceOffset);
  }

  /** Puts zero pages of this slot's own in place of those, in one step: at no time is there a hole. */
  void revokeView(long offset, long byteLength) {
    SystemCalls.mmap(address() + offset, byteLength, PROT_READ | PROT_WRITE, ANONYMOUS | MAP_FIXED, -1, 0);
  }

  /** Views tie the pages of two tenants together: such slots are not handed on. */
  @Override
  public void free() {
    if (hadViews) {
      unmap();
    } else {
      pool.give(this);
    }
  }

  /** Makes every byte zero, and leaves at most so many in memory. */
  void scrub(long keepBytes) {
    if (imageBytes > 0) {
      // Dropping the pages of a private mapping would bring the image back: another mapping must take its place.
      SystemCalls.mmap(address(), imageBytes, PROT_READ | PROT_WRITE, ANONYMOUS | MAP_FIXED, -1, 0);
      imageBytes = 0;
    }
    if (fd == NO_FILE) {
      residentBytes = Zeroing.zero(address(), accessible, keepBytes);
    } else if (accessible > 0) {
      // Dropping the pages of a shared mapping would leave them in the file: they must be cut out of it.
      SystemCalls.madvise(address(), accessible, SystemCalls.MADV_REMOVE);
    }
  }

  void unmap() {
    SystemCalls.munmap(base, shape.total);
    if (fd != NO_FILE) {
      SystemCalls.close(fd);
    }
  }
}
