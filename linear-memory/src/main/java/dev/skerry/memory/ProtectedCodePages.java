package dev.skerry.memory;

import static dev.skerry.memory.SystemCalls.MAP_ANONYMOUS;
import static dev.skerry.memory.SystemCalls.MAP_PRIVATE;
import static dev.skerry.memory.SystemCalls.PROT_EXEC;
import static dev.skerry.memory.SystemCalls.PROT_NONE;
import static dev.skerry.memory.SystemCalls.PROT_READ;
import static dev.skerry.memory.SystemCalls.PROT_WRITE;

/**
 * Code in pages that are inaccessible, then writable, then executable, then inaccessible again. Each block has pages of
 * its own, for a page that others run cannot be written.
 */
final class ProtectedCodePages extends CodePages {

  private final String why;
  private final long base;
  private final long total;

  /**
   * @param why what kept code from being in a file, one phrase
   * @throws NativeMemoryException if the machine lets no written page become executable
   */
  ProtectedCodePages(long byteLength, String why) {
    this.why = why;
    total = byteLength;
    base = SystemCalls.mmap(0, byteLength, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    try {
      write(0, new byte[0], granule(), false);
      erase(0, granule());
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
    return Unsafes.PAGE_BYTES;
  }

  @Override
  String way() {
    return "written first, made executable after, for " + why;
  }

  /** mprotect interrupts every core that runs this process, so no barrier is needed for reused pages. */
  @Override
  void write(long offset, byte[] code, long room, boolean reused) {
    protect(offset, room, PROT_READ | PROT_WRITE);
    NativeAccess.copy(code, 0, base + offset, code.length);
    NativeAccess.fill(base + offset + code.length, room - code.length, TRAP);
    protect(offset, room, PROT_READ | PROT_EXEC);
  }

  @Override
  void erase(long offset, long room) {
    protect(offset, room, PROT_NONE);
    SystemCalls.madvise(base + offset, room, SystemCalls.MADV_DONTNEED);
  }

  @Override
  public void free() {
    SystemCalls.munmap(base, total);
  }

  private void protect(long offset, long room, int protection) {
    if (!SystemCalls.mprotect(base + offset, room, protection)) {
      throw new NativeMemoryException("the system has no mapping or memory for " + room + " bytes of code");
    }
  }
}
