package dev.skerry.memory;

import static dev.skerry.memory.SystemCalls.MAP_SHARED;
import static dev.skerry.memory.SystemCalls.PROT_EXEC;
import static dev.skerry.memory.SystemCalls.PROT_NONE;
import static dev.skerry.memory.SystemCalls.PROT_READ;

/**
 * Code in a file without a name, mapped to be executed and written through its descriptor: no writable mapping of it
 * exists at any time. Pages become executable in steps, as far as code reaches.
 */
final class FileCodePages extends CodePages {

  /** A cache line. */
  private static final long GRANULE = 64;

  /** Few mprotect calls for much code, little memory for little. */
  private static final long STEP = 64 << 10;

  private final int fd;
  private final long base;
  private final long total;
  private long executable;

  /** @throws NativeMemoryException if the machine refuses executable files in memory, or lacks membarrier */
  FileCodePages(long byteLength) {
    total = byteLength;
    SystemCalls.requireCoreSync();
    fd = SystemCalls.memfd("skerry-code", byteLength, true);
    try {
      base = SystemCalls.mmap(0, byteLength, PROT_NONE, MAP_SHARED, fd, 0);
    } catch (NativeMemoryException e) {
      SystemCalls.close(fd);
      throw e;
    }
    try {
      extendTo(1);
    } catch (NativeMemoryException e) {
      free();
      throw e;
    }
  }

  @Override
  public long address() {
    return base;
  }

  @Override
  long granule() {
    return GRANULE;
  }

  @Override
  String way() {
    return "written through a file descriptor, mapped to be executed only";
  }

  @Override
  void write(long offset, byte[] code, long room, boolean reused) {
    extendTo(offset + room);
    try (NativeBlock staging = staged(code, room)) {
      SystemCalls.pwrite(fd, staging.address(), room, offset);
    }
    if (reused) {
      SystemCalls.syncCores();
    }
  }

  @Override
  void erase(long offset, long room) {
    try (NativeBlock staging = staged(new byte[0], room)) {
      SystemCalls.pwrite(fd, staging.address(), room, offset);
    }
  }

  @Override
  public void free() {
    SystemCalls.munmap(base, total);
    SystemCalls.close(fd);
  }

  private void extendTo(long end) {
    if (end <= executable) {
      return;
    }
    long newEnd = Math.min(total, (end + STEP - 1) / STEP * STEP);
    try (NativeBlock traps = staged(new byte[0], newEnd - executable)) {
      SystemCalls.pwrite(fd, traps.address(), newEnd - executable, executable);
    }
    if (!SystemCalls.mprotect(base + executable, newEnd - executable, PROT_READ | PROT_EXEC)) {
      throw new NativeMemoryException("the system has no mapping for more executable pages");
    }
    executable = newEnd;
  }
}
