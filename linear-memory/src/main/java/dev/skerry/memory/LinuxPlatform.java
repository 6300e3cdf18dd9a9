package dev.skerry.memory;

import static dev.skerry.memory.SystemCalls.MAP_ANONYMOUS;
import static dev.skerry.memory.SystemCalls.MAP_PRIVATE;
import static dev.skerry.memory.SystemCalls.PROT_READ;
import static dev.skerry.memory.SystemCalls.PROT_WRITE;

/**
 * Memory of Linux on x86-64: reserved without access, grown by protection, taken again from a pool. MAP_NORESERVE is
 * left out on purpose: so the kernel accounts for pages as they become writable, and a growth that it will not back is
 * refused instead of ending in its out-of-memory killer.
 */
final class LinuxPlatform implements Platform {

  /** From this size on a mapping of its own is cheaper than malloc and zeroing; glibc's own threshold. */
  private static final long MAPPING_THRESHOLD = 128 << 10;

  /** From this size on mapping an image costs less than copying it into a slot whose pages are there. */
  private static final long IMAGE_THRESHOLD = 1 << 20;

  private static final int MAX_IDLE_SLOTS = 256;
  private static final long MAX_IDLE_RESIDENT_BYTES = 64 << 20;

  /** Under a stack's limit: what a signal handler, and a frame too small to be checked, may use. */
  private static final long STACK_RESERVE = 128 << 10;

  /** Around every stack; more than any frame that is not checked. */
  private static final long STACK_GUARD = 1 << 20;

  private final JdkPlatform jdk = new JdkPlatform();
  private final SlotPool pool = new SlotPool(MAX_IDLE_SLOTS, MAX_IDLE_RESIDENT_BYTES);

  @Override
  public Region reserve(long initialBytes, long maxBytes, MemoryLayout layout) {
    try {
      return pool.take(
          new Slot.Shape(total(maxBytes, layout), 0), layout.accessibleBytes(initialBytes));
    } catch (NativeMemoryException e) {
      if (layout.fixed()) {
        throw e;
      }
      return jdk.reserve(initialBytes, maxBytes, layout);
    }
  }

  @Override
  public Region reserveShareable(long initialBytes, long maxBytes, MemoryLayout layout) {
    long most = layout.accessibleBytes(maxBytes);
    return pool.take(new Slot.Shape(total(maxBytes, layout), 0, most), layout.accessibleBytes(initialBytes));
  }

  /** Address space of a memory; more than there is where that is not a number. */
  private static long total(long maxBytes, MemoryLayout layout) {
    long most = layout.accessibleBytes(maxBytes) + MemoryLayout.UNIT - 1 & -MemoryLayout.UNIT;
    long room = Math.max(layout.masked() ? most : maxBytes, layout.roomBytes());
    return room > Long.MAX_VALUE - layout.guardBytes() ? Long.MAX_VALUE : room + layout.guardBytes();
  }

  @Override
  public Region allocate(long byteLength, long zeroBytes) {
    if (byteLength < MAPPING_THRESHOLD) {
      return jdk.allocate(byteLength, zeroBytes);
    }
    return new Mapping(
        SystemCalls.mmap(0, byteLength, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), byteLength);
  }

  /** An image that no file can be had for is copied. */
  @Override
  public ImageContent image(long address, long byteLength) {
    if (byteLength >= IMAGE_THRESHOLD) {
      try {
        return ImageContent.Mapped.from(address, byteLength);
      } catch (NativeMemoryException e) {
        return jdk.image(address, byteLength);
      }
    }
    return jdk.image(address, byteLength);
  }

  @Override
  public Region stack(long byteLength) {
    long accessible = byteLength + STACK_RESERVE;
    return pool.take(new Slot.Shape(STACK_GUARD + accessible + STACK_GUARD, STACK_GUARD), accessible);
  }

  @Override
  public long stackReserve() {
    return STACK_RESERVE;
  }

  private record Mapping(long address, long byteLength) implements Region {

    @Override
    public boolean moves() {
      return false;
    }

    @Override
    public boolean grow(long oldByteLength, long newByteLength) {
      return false;
    }

    @Override
    public void free() {
      SystemCalls.munmap(address, byteLength);
    }
  }
}
