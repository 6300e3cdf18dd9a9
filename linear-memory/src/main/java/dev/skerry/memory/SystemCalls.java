package dev.skerry.memory;

import com.kenai.jffi.NativeMethod;
import com.kenai.jffi.NativeMethods;
import com.kenai.jffi.PageManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Raw system calls of Linux on x86-64. jffi is asked once, for a page and for {@code RegisterNatives}; every later call
 * goes through our own stub on that page. The page is writable first and executable after, never both.
 *
 * <p>Numbers and constants: asm/unistd_64.h, asm-generic/mman-common.h, linux/mman.h.
 */
final class SystemCalls {

  static final int PROT_NONE = 0;
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int PROT_EXEC = 4;

  static final int MAP_SHARED = 0x01;
  static final int MAP_PRIVATE = 0x02;
  static final int MAP_FIXED = 0x10;
  static final int MAP_ANONYMOUS = 0x20;

  static final int MADV_DONTNEED = 4;
  static final int MADV_REMOVE = 9;

  /** Since Linux 6.3; older kernels answer EINVAL, and make every memfd executable. */
  static final int MFD_EXEC = 0x10;
  static final int MFD_NOEXEC_SEAL = 0x08;
  private static final int MFD_CLOEXEC = 0x01;

  private static final int MEMBARRIER_QUERY = 0;
  private static final int MEMBARRIER_PRIVATE = 1 << 3;
  private static final int MEMBARRIER_REGISTER_PRIVATE = 1 << 4;
  private static final int MEMBARRIER_SYNC_CORE = 1 << 5;
  private static final int MEMBARRIER_REGISTER_SYNC_CORE = 1 << 6;

  /** Without it jffi, where the temporary folder refuses, would unpack its library into the current folder. */
  private static final String EXTRACT_DIR = "jffi.extract.dir";

  private static final int CLOSE = 3;
  private static final int MMAP = 9;
  private static final int MPROTECT = 10;
  private static final int MUNMAP = 11;
  private static final int RT_SIGACTION = 13;
  private static final int PREAD64 = 17;
  private static final int PWRITE64 = 18;
  private static final int MINCORE = 27;
  private static final int MADVISE = 28;
  private static final int FTRUNCATE = 77;
  private static final int MEMFD_CREATE = 319;
  private static final int MEMBARRIER = 324;

  private static final int KERNEL_SIGSET_BYTES = 8;

  /** Results from -4095 to -1 are negated error numbers. */
  private static final long LAST_ERROR = -4095;

  /**
   * {@code long call(JNIEnv*, jclass, long number, long a, long b, long c, long d, long e, long f)}: moves the
   * arguments from System V's places (rdx, rcx, r8, r9, stack) to the kernel's (rax; rdi, rsi, rdx, r10, r8, r9).
   */
  private static final int[] STUB = {
    0xF3, 0x0F, 0x1E, 0xFA,       // endbr64
    0x48, 0x89, 0xD0,             // mov rax, rdx
    0x48, 0x89, 0xCF,             // mov rdi, rcx
    0x4C, 0x89, 0xC6,             // mov rsi, r8
    0x4C, 0x89, 0xCA,             // mov rdx, r9
    0x4C, 0x8B, 0x54, 0x24, 0x08, // mov r10, [rsp + 8]
    0x4C, 0x8B, 0x44, 0x24, 0x10, // mov r8, [rsp + 16]
    0x4C, 0x8B, 0x4C, 0x24, 0x18, // mov r9, [rsp + 24]
    0x0F, 0x05,                   // syscall
    0xC3,                         // ret
  };

  /** What answers system calls: the machine's kernel, or one that a test lets refuse some. */
  interface Kernel {

    /** As the raw call: a result, or a negated error number. */
    long call(long number, long a, long b, long c, long d, long e, long f);
  }

  private static volatile Kernel kernel = SystemCalls::call;
  private static volatile boolean syncsCores;

  private SystemCalls() {
  }

  /**
   * Makes every other method of this class usable; called once.
   *
   * @throws NativeMemoryException if the machine gives no executable page
   * @throws LinkageError if jffi's library cannot be unpacked or loaded
   */
  static void bootstrap() {
    if (System.getProperty(EXTRACT_DIR) == null) {
      System.setProperty(EXTRACT_DIR, System.getProperty("java.io.tmpdir"));
    }
    PageManager pages = PageManager.getInstance();
    long page = pages.allocatePages(1, PageManager.PROT_READ | PageManager.PROT_WRITE);
    if (page == -1) {
      throw new NativeMemoryException("no page for the system-call stub: mmap was refused");
    }
    for (int i = 0; i < STUB.length; i++) {
      NativeAccess.putByte(page + i, (byte) STUB[i]);
    }
    pages.protectPages(page, 1, PageManager.PROT_READ | PageManager.PROT_EXEC);
    String protection = protectionOf(page);
    if (!protection.startsWith("r-x")) {
      pages.freePages(page, 1);
      throw new NativeMemoryException("the system-call stub did not become executable, its page is " + protection);
    }
    NativeMethods.register(SystemCalls.class, List.of(new NativeMethod(page, "call", "(JJJJJJJ)J")));
  }

  static Kernel kernel() {
    return kernel;
  }

  static void kernel(Kernel other) {
    kernel = other;
  }

  /** What /proc/self/maps says of the page, for jffi drops the result of mprotect. */
  private static String protectionOf(long page) {
    String start = Long.toHexString(page) + "-";
    try {
      String maps = Files.readString(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1);
      int line = maps.startsWith(start) ? 0 : maps.indexOf("\n" + start) + 1;
      int protection = maps.indexOf(' ', line) + 1;
      return maps.startsWith(start, line) ? maps.substring(protection, protection + 4) : "not mapped";
    } catch (IOException e) {
      throw new NativeMemoryException("/proc/self/maps cannot be read: " + e.getMessage(), e);
    }
  }

  private static native long call(long number, long a, long b, long c, long d, long e, long f);

  static long mmap(long address, long byteLength, int protection, int flags, int fd, long offset) {
    long result = kernel.call(MMAP, address, byteLength, protection, flags, fd, offset);
    if (isError(result)) {
      throw failure(result, "mmap(0x%x, %d, prot %d, flags 0x%x, fd %d, %d)",
          address, byteLength, protection, flags, fd, offset);
    }
    return result;
  }

  /** False if the system has no more memory (or mappings) to give, which is an answer; anything else is an error. */
  static boolean mprotect(long address, long byteLength, int protection) {
    long result = kernel.call(MPROTECT, address, byteLength, protection, 0, 0, 0);
    if (result == -Errno.ENOMEM.number()) {
      return false;
    }
    if (isError(result)) {
      throw failure(result, "mprotect(0x%x, %d, prot %d)", address, byteLength, protection);
    }
    return true;
  }

  static void munmap(long address, long byteLength) {
    long result = kernel.call(MUNMAP, address, byteLength, 0, 0, 0, 0);
    if (isError(result)) {
      throw failure(result, "munmap(0x%x, %d)", address, byteLength);
    }
  }

  static void madvise(long address, long byteLength, int advice) {
    long result = kernel.call(MADVISE, address, byteLength, advice, 0, 0, 0);
    if (isError(result)) {
      throw failure(result, "madvise(0x%x, %d, %d)", address, byteLength, advice);
    }
  }

  /** Writes a byte for each page of the range to {@code residence}: its lowest bit says whether the page is there. */
  static void mincore(long address, long byteLength, long residence) {
    long result = kernel.call(MINCORE, address, byteLength, residence, 0, 0, 0);
    if (isError(result)) {
      throw failure(result, "mincore(0x%x, %d, 0x%x)", address, byteLength, residence);
    }
  }

  /**
   * A file of that many zero bytes that has no path, closed on exec.
   *
   * @param label what /proc shows of it
   * @param executable true to ask for MFD_EXEC, false to ask for the seal against it
   */
  static int memfd(String label, long byteLength, boolean executable) {
    byte[] name = label.getBytes(StandardCharsets.US_ASCII);
    int flags = executable ? MFD_EXEC : MFD_NOEXEC_SEAL;
    long fd;
    try (NativeBlock terminated = NativeBlock.allocate(name.length + 1)) {
      NativeAccess.copy(name, 0, terminated.address(), name.length);
      fd = kernel.call(MEMFD_CREATE, terminated.address(), MFD_CLOEXEC | flags, 0, 0, 0, 0);
      if (fd == -Errno.EINVAL.number()) {
        fd = kernel.call(MEMFD_CREATE, terminated.address(), MFD_CLOEXEC, 0, 0, 0, 0);
      }
    }
    if (isError(fd)) {
      throw failure(fd, "memfd_create(%s, flags 0x%x)", label, MFD_CLOEXEC | flags);
    }
    long result = kernel.call(FTRUNCATE, fd, byteLength, 0, 0, 0, 0);
    if (isError(result)) {
      close((int) fd);
      throw failure(result, "ftruncate(memfd, %d)", byteLength);
    }
    return (int) fd;
  }

  /** Writes all of the bytes. */
  static void pwrite(int fd, long from, long byteLength, long offset) {
    for (long done = 0; done < byteLength;) {
      long result = kernel.call(PWRITE64, fd, from + done, byteLength - done, offset + done, 0, 0);
      if (isError(result) && result != -Errno.EINTR.number()) {
        throw failure(result, "pwrite64(fd %d, %d bytes, at %d)", fd, byteLength - done, offset + done);
      }
      done += Math.max(result, 0);
    }
  }

  /** Reads all of the bytes, which the file must have. */
  static void pread(int fd, long to, long byteLength, long offset) {
    for (long done = 0; done < byteLength;) {
      long result = kernel.call(PREAD64, fd, to + done, byteLength - done, offset + done, 0, 0);
      if (isError(result) && result != -Errno.EINTR.number() || result == 0) {
        throw failure(result, "pread64(fd %d, %d bytes, at %d)", fd, byteLength - done, offset + done);
      }
      done += Math.max(result, 0);
    }
  }

  static void close(int fd) {
    kernel.call(CLOSE, fd, 0, 0, 0, 0, 0);
  }

  /** @throws NativeMemoryException if the kernel cannot make every core drop the instructions that it has fetched */
  static void requireCoreSync() {
    long known = membarrier(MEMBARRIER_QUERY);
    if ((known & MEMBARRIER_SYNC_CORE) == 0 || (known & MEMBARRIER_REGISTER_SYNC_CORE) == 0) {
      throw new NativeMemoryException("membarrier cannot make cores drop what they fetched, it knows only 0x"
          + Long.toHexString(known));
    }
  }

  /**
   * Makes every core that runs this process drop the instructions that it has fetched. The first call registers the
   * process for that, which takes some milliseconds.
   */
  static void syncCores() {
    if (!syncsCores) {
      membarrier(MEMBARRIER_REGISTER_SYNC_CORE);
      syncsCores = true;
    }
    membarrier(MEMBARRIER_SYNC_CORE);
  }

  /** Lets {@link #barrier} be called; takes some milliseconds. False if the kernel refuses it, or does not know it. */
  static boolean registerBarrier() {
    long known = kernel.call(MEMBARRIER, MEMBARRIER_QUERY, 0, 0, 0, 0, 0);
    return !isError(known) && (known & MEMBARRIER_PRIVATE) != 0
        && !isError(kernel.call(MEMBARRIER, MEMBARRIER_REGISTER_PRIVATE, 0, 0, 0, 0, 0))
        && !isError(kernel.call(MEMBARRIER, MEMBARRIER_PRIVATE, 0, 0, 0, 0, 0));
  }

  /** A full memory barrier on every thread of the process. */
  static void barrier() {
    if (isError(kernel.call(MEMBARRIER, MEMBARRIER_PRIVATE, 0, 0, 0, 0, 0))) {
      // A process that was restored from an image is registered no more.
      membarrier(MEMBARRIER_REGISTER_PRIVATE);
      membarrier(MEMBARRIER_PRIVATE);
    }
  }

  private static long membarrier(int command) {
    long result = kernel.call(MEMBARRIER, command, 0, 0, 0, 0, 0);
    if (isError(result)) {
      throw failure(result, "membarrier(%d)", command);
    }
    return result;
  }

  /** Reads the action of a signal to {@code old} and sets it from {@code action}, where they are not 0. */
  static void sigaction(int signal, long action, long old) {
    long result = kernel.call(RT_SIGACTION, signal, action, old, KERNEL_SIGSET_BYTES, 0, 0);
    if (isError(result)) {
      throw failure(result, "rt_sigaction(%d, 0x%x, 0x%x)", signal, action, old);
    }
  }

  private static boolean isError(long result) {
    return result < 0 && result >= LAST_ERROR;
  }

  private static NativeMemoryException failure(long result, String call, Object... arguments) {
    return new NativeMemoryException(String.format(call, arguments) + " failed: " + Errno.describe((int) -result));
  }
}
