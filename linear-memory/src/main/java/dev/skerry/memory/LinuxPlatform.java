package dev.skerry.memory;

import static dev.skerry.memory.SystemCalls.MAP_ANONYMOUS;
import static dev.skerry.memory.SystemCalls.MAP_PRIVATE;
import static dev.skerry.memory.SystemCalls.PROT_NONE;
import static dev.skerry.memory.SystemCalls.PROT_READ;
import static dev.skerry.memory.SystemCalls.PROT_WRITE;

/**
 * Memory of Linux on x86-64: reserved without access, grown by protection, zeroed by the kernel because every mapping
 * is fresh. MAP_NORESERVE is left out on purpose: so the kernel accounts for pages as they become writable, and a
 * growth that it will not back is refused instead of ending in its out-of-memory killer.
 */
final class LinuxPlatform implements Platform {

  /** From this size on a mapping of its own is cheaper than malloc and zeroing; glibc's own threshold. */
  private static final long MAPPING_THRESHOLD = 128 << 10;

  private static final int ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS;

  private final JdkPlatform jdk = new JdkPlatform();

  @Override
  public Region reserve(long initialBytes, long maxBytes, MemoryLayout layout) {
    long room = Math.max(maxBytes, layout.roomBytes());
    long total = room > Long.MAX_VALUE - layout.guardBytes() ? Long.MAX_VALUE : room + layout.guardBytes();
    Mapping mapping;
    try {
      mapping = new Mapping(SystemCalls.mmap(0, total, PROT_NONE, ANONYMOUS, -1, 0), total);
    } catch (NativeMemoryException e) {
      if (layout.fixed()) {
        throw e;
      }
      return jdk.reserve(initialBytes, maxBytes, layout);
    }
    if (initialBytes > 0 && !mapping.grow(0, initialBytes)) {
      mapping.free();
      throw new NativeMemoryException(
          "the system will not back " + initialBytes + " bytes for a linear memory: mprotect answered ENOMEM");
    }
    return mapping;
  }

  @Override
  public Region allocate(long byteLength) {
    if (byteLength < MAPPING_THRESHOLD) {
      return jdk.allocate(byteLength);
    }
    return new Mapping(SystemCalls.mmap(0, byteLength, PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0), byteLength);
  }

  /** @param total bytes of address space, guard included */
  private record Mapping(long address, long total) implements Region {

    @Override
    public boolean moves() {
      return false;
    }

    @Override
    public boolean grow(long byteLength, long newByteLength) {
      return SystemCalls.mprotect(address + byteLength, newByteLength - byteLength, PROT_READ | PROT_WRITE);
    }

    @Override
    public void free() {
      SystemCalls.munmap(address, total);
    }
  }
}
