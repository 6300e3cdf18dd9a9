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

  /** Of user mode with five-level page tables, the most that the kernel could ever give. */
  private static final long ADDRESS_SPACE = 1L << 56;

  private static final int ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS;

  @Override
  public Region reserve(long initialBytes, long maxBytes, long guardBytes) {
    if (guardBytes > ADDRESS_SPACE - maxBytes) {
      throw new NativeMemoryException("mmap of " + maxBytes + " bytes and a guard of " + guardBytes + " failed: "
          + Errno.describe(Errno.ENOMEM.number()));
    }
    long reserved = maxBytes + guardBytes;
    Mapping mapping = new Mapping(SystemCalls.mmap(0, reserved, PROT_NONE, ANONYMOUS, -1, 0), reserved);
    if (initialBytes > 0 && !mapping.grow(0, initialBytes)) {
      mapping.free();
      throw new NativeMemoryException("mprotect of the first " + initialBytes + " bytes of a linear memory failed: "
          + Errno.describe(Errno.ENOMEM.number()));
    }
    return mapping;
  }

  @Override
  public Region allocate(long byteLength) {
    if (byteLength < MAPPING_THRESHOLD) {
      return JdkPlatform.zeroed(byteLength);
    }
    return new Mapping(SystemCalls.mmap(0, byteLength, PROT_READ | PROT_WRITE, ANONYMOUS, -1, 0), byteLength);
  }

  @Override
  public boolean reservesAddressSpace() {
    return true;
  }

  private record Mapping(long address, long reservedBytes) implements Region {

    @Override
    public boolean grow(long byteLength, long newByteLength) {
      return SystemCalls.mprotect(address + byteLength, newByteLength - byteLength, PROT_READ | PROT_WRITE);
    }

    @Override
    public void free() {
      SystemCalls.munmap(address, reservedBytes);
    }
  }
}
