package dev.skerry.bindings.wasi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Times to give to a file; null leaves one as it is. */
record FileTimes(FileTime accessed, FileTime modified) {

  private static final int ATIM = 1 << 0;
  private static final int ATIM_NOW = 1 << 1;
  private static final int MTIM = 1 << 2;
  private static final int MTIM_NOW = 1 << 3;

  /** From nanoseconds and the flags {@code fstflags}. */
  static FileTimes of(long accessed, long modified, int flags) throws Errno.Failure {
    if ((flags & ~(ATIM | ATIM_NOW | MTIM | MTIM_NOW)) != 0) {
      throw Errno.INVAL.failure();
    }
    return new FileTimes(time(accessed, (flags & ATIM) != 0, (flags & ATIM_NOW) != 0),
        time(modified, (flags & MTIM) != 0, (flags & MTIM_NOW) != 0));
  }

  private static FileTime time(long nanos, boolean given, boolean now) throws Errno.Failure {
    if (given && (now || nanos < 0)) {
      throw Errno.INVAL.failure();
    }
    return given ? FileTime.from(nanos, TimeUnit.NANOSECONDS) : now ? FileTime.from(Instant.now()) : null;
  }

  /** Sets them, on a symbolic link itself where the last name is one. */
  void set(Path path) throws IOException {
    Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(modified, accessed, null);
  }
}
