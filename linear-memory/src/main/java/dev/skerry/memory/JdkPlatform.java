package dev.skerry.memory;

import sun.misc.Unsafe;

/**
 * Memory of the JDK alone, for every system: allocated off-heap, zeroed by hand, moved when it outgrows its room. It
 * has no guards, and no code of ours runs.
 */
@SuppressWarnings({"deprecation", "removal"})
final class JdkPlatform implements Platform {

  private static final Unsafe UNSAFE = Unsafes.UNSAFE;

  /** A cache line, and the widest vector that compiled code may want aligned. */
  private static final long ALIGNMENT = 64;

  @Override
  public Region reserve(long initialBytes, long maxBytes, MemoryLayout layout) {
    if (layout.fixed()) {
      throw new NativeMemoryException("memory from the JDK has no guard and no fixed address, the layout needs both");
    }
    long initial = layout.accessibleBytes(initialBytes);
    return new Room(initial, layout.accessibleBytes(maxBytes), initial);
  }

  @Override
  public Region reserveShareable(long initialBytes, long maxBytes, MemoryLayout layout) {
    throw new NativeMemoryException("memory from the JDK cannot be mapped a second time");
  }

  @Override
  public Region allocate(long byteLength, long zeroBytes) {
    return new Room(byteLength, byteLength, zeroBytes);
  }

  @Override
  public ImageContent image(long address, long byteLength) {
    return ImageContent.Copied.from(address, allocate(byteLength, 0), byteLength);
  }

  @Override
  public Region stack(long byteLength) {
    return allocate(byteLength, byteLength);
  }

  /** None: no machine code runs here, so no signal arrives on these stacks. */
  @Override
  public long stackReserve() {
    return 0;
  }

  /** Bytes below the accessible length are the owner's; those between it and the capacity are of any value. */
  private static final class Room implements Region {

    private final long maxBytes;
    private long capacity;
    private long base;

    Room(long initialBytes, long maxBytes, long zeroBytes) {
      this.maxBytes = maxBytes;
      this.capacity = initialBytes;
      this.base = allocate(initialBytes);
      NativeAccess.fill(address(), zeroBytes, (byte) 0);
    }

    @Override
    public long address() {
      return (base + ALIGNMENT - 1) & -ALIGNMENT;
    }

    @Override
    public boolean moves() {
      return true;
    }

    /** Takes half as much again as it had, so that growing page by page copies each byte a constant number of times. */
    @Override
    public boolean grow(long byteLength, long newByteLength) {
      if (newByteLength > capacity) {
        long newCapacity = Math.max(newByteLength, Math.min(maxBytes, capacity + capacity / 2));
        long newBase;
        try {
          newBase = allocate(newCapacity);
        } catch (NativeMemoryException e) {
          return false;
        }
        long from = address();
        long old = base;
        base = newBase;
        capacity = newCapacity;
        NativeAccess.copy(from, address(), byteLength);
        UNSAFE.freeMemory(old);
      }
      NativeAccess.fill(address() + byteLength, newByteLength - byteLength, (byte) 0);
      return true;
    }

    @Override
    public void free() {
      UNSAFE.freeMemory(base);
    }

    private static long allocate(long byteLength) {
      try {
        return UNSAFE.allocateMemory(Math.addExact(byteLength, ALIGNMENT));
      } catch (OutOfMemoryError | ArithmeticException e) {
        throw new NativeMemoryException("allocating " + byteLength + " bytes off-heap failed: " + e.getMessage(), e);
      }
    }
  }
}
