package dev.skerry.memory;

import java.util.EnumSet;
import java.util.Set;

/** A kernel that refuses what some machines refuse; for a JVM of its own, before anything else is done there. */
public final class RefusingKernel {

  private static final int MMAP = 9;
  private static final int MPROTECT = 10;
  private static final int MEMFD_CREATE = 319;
  private static final int MEMBARRIER = 324;
  private static final long LARGE = 1L << 30;

  /** What is refused, by whom. */
  public enum Refusal {
    /** {@code vm.memfd_noexec=2}. */
    EXECUTABLE_FILES,
    /** A filter of system calls, as containers have. */
    FILES,
    /** Linux before 6.3, which knows neither flag of these and makes every such file executable. */
    FLAGS_OF_FILES,
    /** Linux before 4.16. */
    CORE_SYNC,
    /** A filter of system calls that came after the process was registered for them. */
    BARRIERS,
    /** A policy against memory that was written and then executed. */
    EXECUTION,
    /** {@code vm.overcommit_memory=2} at its limit: pages that become writable. */
    WRITABLE_PAGES,
    /** {@code RLIMIT_AS}: reservations. */
    ROOM
  }

  private static final SystemCalls.Kernel MACHINE = SystemCalls.kernel();

  private RefusingKernel() {
  }

  /** Refuses that, and nothing else, from now on. */
  public static void refuse(Refusal first, Refusal... more) {
    // Whatever the first native memory needs is there.
    NativeSupport.isNative();
    Set<Refusal> all = EnumSet.of(first, more);
    SystemCalls.kernel((number, a, b, c, d, e, f) -> {
      Errno errno = answer(all, (int) number, b, c);
      return errno == null ? MACHINE.call(number, a, b, c, d, e, f) : -errno.number();
    });
  }

  /** Refuses nothing from now on. */
  public static void allow() {
    SystemCalls.kernel(MACHINE);
  }

  private static Errno answer(Set<Refusal> all, int number, long second, long third) {
    return switch (number) {
      case MEMFD_CREATE -> answerFile(all, second);
      case MEMBARRIER -> all.contains(Refusal.CORE_SYNC) ? Errno.ENOSYS
          : all.contains(Refusal.BARRIERS) ? Errno.EPERM : null;
      case MPROTECT -> {
        if (all.contains(Refusal.EXECUTION) && (third & SystemCalls.PROT_EXEC) != 0) {
          yield Errno.EACCES;
        }
        yield isRefusedPage(all, third) ? Errno.ENOMEM : null;
      }
      case MMAP -> isRefusedPage(all, third) || all.contains(Refusal.ROOM) && second >= LARGE ? Errno.ENOMEM : null;
      default -> null;
    };
  }

  private static boolean isRefusedPage(Set<Refusal> all, long protection) {
    return all.contains(Refusal.WRITABLE_PAGES) && (protection & SystemCalls.PROT_WRITE) != 0;
  }

  private static Errno answerFile(Set<Refusal> all, long flags) {
    if (all.contains(Refusal.FILES)) {
      return Errno.EPERM;
    }
    if (all.contains(Refusal.EXECUTABLE_FILES) && (flags & SystemCalls.MFD_EXEC) != 0) {
      return Errno.EACCES;
    }
    boolean flagged = (flags & (SystemCalls.MFD_EXEC | SystemCalls.MFD_NOEXEC_SEAL)) != 0;
    return all.contains(Refusal.FLAGS_OF_FILES) && flagged ? Errno.EINVAL : null;
  }
}
