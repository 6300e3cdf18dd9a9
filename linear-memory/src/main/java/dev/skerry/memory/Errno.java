package dev.skerry.memory;

import java.util.Arrays;

/** The error numbers of Linux that memory calls answer with (errno(3), asm-generic/errno.h). */
enum Errno {
  EPERM(1, "operation not permitted"),
  ENOENT(2, "no such file or directory"),
  EINTR(4, "interrupted"),
  EBADF(9, "bad file descriptor"),
  EAGAIN(11, "try again, or over the limit of locked memory"),
  ENOMEM(12, "out of memory, address space or mappings"),
  EACCES(13, "permission denied"),
  EFAULT(14, "bad address"),
  EBUSY(16, "busy"),
  EEXIST(17, "range is already mapped"),
  EINVAL(22, "invalid argument"),
  ENFILE(23, "too many open files in the system"),
  EMFILE(24, "too many open files in the process"),
  EFBIG(27, "file too large"),
  ENOSPC(28, "no space left"),
  ENOSYS(38, "no such system call"),
  EOVERFLOW(75, "value too large"),
  EOPNOTSUPP(95, "not supported");

  private final int number;
  private final String reason;

  Errno(int number, String reason) {
    this.number = number;
    this.reason = reason;
  }

  int number() {
    return number;
  }

  /** A name and a reason for people: {@code ENOMEM, out of memory, address space or mappings}. */
  static String describe(int number) {
    return Arrays.stream(values())
        .filter(errno -> errno.number == number)
        .map(errno -> errno.name() + ", " + errno.reason)
        .findFirst()
        .orElse("error number " + number);
  }
}
