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

  private static final byte[] NOTHING = {};

  private final int fd;
  private final long base;
  private final long total;
  private long executable;
  /** What is about to be written, a step at most; made with the first code, and used again. */
  private Region staging;

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
    writeStaged(offset, code, room);
    if (reused) {
      SystemCalls.syncCores();
    }
  }

  @Override
  void erase(long offset, long room) {
    writeStaged(offset, NOTHING, room);
  }

  /** Writes the code and traps after it. */
  private void writeStaged(long offset, byte[] code, long room) {
    if (staging == null) {
      staging = PlatformChoice.current().platform().allocate(STEP, 0);
    }
    for (long done = 0; done < room; done += STEP) {
      int from = (int) Math.min(code.length, done);
      int length = (int) Math.min(STEP, code.length - from);
      long part = Math.min(STEP, room - done);
      NativeAccess.copy(code, from, staging.address(), length);
      NativeAccess.fill(staging.address() + length, part - length, TRAP);
      SystemCalls.pwrite(fd, staging.address(), part, offset + done);
    }
  }

  @Override
  public void free() {
    SystemCalls.munmap(base, total);
    SystemCalls.close(fd);
    if (staging != null) {
      staging.free();
    }
  }

  private void extendTo(long end) {
    if (end <= executable) {
      return;
    }
    long newEnd = Math.min(total, (end + STEP - 1) / STEP * STEP);
    writeStaged(executable, NOTHING, newEnd - executable);
    if (!SystemCalls.mprotect(base + executable, newEnd - executable, PROT_READ | PROT_EXEC)) {
      throw new NativeMemoryException("the system has no mapping for more executable pages");
    }
    executable = newEnd;
  }
}
