package dev.skerry.bindings.wasi;

import java.io.Closeable;
import java.io.IOException;

/** Something open. Rights only ever shrink; the base ones bound what the guest may do with it. */
abstract sealed class Descriptor implements Closeable permits Input, Output, OpenFile, OpenDirectory {

  static final int APPEND = 1 << 0;
  static final int DSYNC = 1 << 1;
  static final int NONBLOCK = 1 << 2;
  static final int RSYNC = 1 << 3;
  static final int SYNC = 1 << 4;
  static final int ALL_FLAGS = APPEND | DSYNC | NONBLOCK | RSYNC | SYNC;

  private long rights;
  private long inheriting;
  private int flags;

  Descriptor(long rights, long inheriting, int flags) {
    this.rights = rights;
    this.inheriting = inheriting;
    this.flags = flags;
  }

  abstract FileStat stat() throws IOException;

  /** Makes what was written durable. */
  void sync(boolean metadata) throws IOException {
  }

  long rights() {
    return rights;
  }

  long inheriting() {
    return inheriting;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  int flags() {
    return flags;
  }

  /** Changes the flags; only appending and not blocking can change on something open, as with {@code fcntl}. */
  void setFlags(int changed) throws Errno.Failure {
    if ((changed & ~ALL_FLAGS) != 0) {
      throw Errno.INVAL.failure();
    }
    if (((changed ^ flags) & ~(APPEND | NONBLOCK)) != 0) {
      throw Errno.NOTSUP.failure();
    }
    flags = changed;
  }

  void reduceRights(long base, long inherited) throws Errno.Failure {
    if ((base & ~rights) != 0 || (inherited & ~inheriting) != 0) {
      throw Errno.NOTCAPABLE.failure();
    }
    rights = base;
    inheriting = inherited;
  }

  /** Demands all of these rights. What was not opened for reading or writing is a bad descriptor, as in POSIX. */
  void need(long needed) throws Errno.Failure {
    long missing = needed & ~rights;
    if (missing != 0) {
      throw ((missing & (Rights.FD_READ | Rights.FD_WRITE)) != 0 ? Errno.BADF : Errno.NOTCAPABLE).failure();
    }
  }

  /** Moves bytes from here to an array; the number of bytes, or -1 at the end. */
  int read(byte[] target, int size, Runnable poll) throws IOException {
    throw Errno.BADF.failure();
  }

  /** Moves bytes from an array to here, all of them. */
  void write(byte[] source, int size) throws IOException {
    throw Errno.BADF.failure();
  }

  /** Hands written bytes on. */
  void flush() throws IOException {
  }
}
