package dev.skerry.bindings.wasi;

import dev.skerry.bindings.abi.Call;
import dev.skerry.bindings.wasi.Resolver.Last;
import dev.skerry.bindings.wasi.Resolver.Target;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/** The functions {@code path_*}: what names below an open folder mean. */
public final class PathCalls {

  private static final int SYMLINK_FOLLOW = 1 << 0;

  private static final int CREAT = 1 << 0;
  private static final int DIRECTORY = 1 << 1;
  private static final int EXCL = 1 << 2;
  private static final int TRUNC = 1 << 3;

  /** Rights that need a file opened for writing. */
  private static final long WRITING =
      Rights.FD_WRITE | Rights.FD_ALLOCATE | Rights.FD_DATASYNC | Rights.FD_FILESTAT_SET_SIZE;

  private final Descriptors descriptors;

  public PathCalls(Descriptors descriptors) {
    this.descriptors = descriptors;
  }

  /** {@code (fd, dirflags, path, path_len, oflags, rights, inheriting, fdflags, opened)}. */
  public void open(Call call) throws IOException {
    long opened = call.memory().check("opened", call.u32(8), Integer.BYTES);
    int oflags = call.i32(4);
    int fdflags = call.i32(7);
    if ((fdflags & ~Descriptor.ALL_FLAGS) != 0 || (oflags & ~(CREAT | DIRECTORY | EXCL | TRUNC)) != 0) {
      throw Errno.INVAL.failure();
    }
    OpenDirectory base = descriptors.directory(call.i32(0), Rights.PATH_OPEN
        | ((oflags & CREAT) != 0 ? Rights.PATH_CREATE_FILE : 0)
        | ((oflags & TRUNC) != 0 ? Rights.PATH_FILESTAT_SET_SIZE : 0));
    long rights = call.i64(5);
    long inheriting = call.i64(6) & base.inheriting();
    if ((rights & ~base.inheriting() & (Rights.FD_READ | Rights.FD_WRITE)) != 0) {
      throw Errno.NOTCAPABLE.failure();
    }
    if (descriptors.isFull()) {
      throw Errno.MFILE.failure();
    }
    boolean exclusive = (oflags & (CREAT | EXCL)) == (CREAT | EXCL);
    Last last = follows(call.i32(1)) && !exclusive ? Last.FOLLOW : Last.KEEP;
    Target target = Resolver.resolve(base, Resolver.path(call, 2, "path"), last);
    check(target, oflags, rights, exclusive);
    rights &= base.inheriting();
    Descriptor descriptor = target.stat() != null && target.stat().isDirectory()
        ? new OpenDirectory(target.location(), target.stat(), null, rights & Rights.DIRECTORY, inheriting, fdflags)
        : openFile(target, oflags, rights & Rights.FILE, inheriting, fdflags);
    call.memory().putInt("opened", opened, descriptors.add(descriptor));
  }

  /** Refuses what cannot be opened in this way. */
  private static void check(Target target, int oflags, long rights, boolean exclusive) throws Errno.Failure {
    FileStat stat = target.stat();
    boolean directory = (oflags & DIRECTORY) != 0;
    if (stat == null) {
      if ((oflags & CREAT) == 0) {
        throw Errno.NOENT.failure();
      }
      if (directory) {
        throw Errno.INVAL.failure();
      }
      if (target.slash()) {
        throw Errno.ISDIR.failure();
      }
      return;
    }
    if (exclusive) {
      throw Errno.EXIST.failure();
    }
    switch (stat.type()) {
      case SYMBOLIC_LINK -> throw Errno.LOOP.failure();
      case DIRECTORY -> {
        if ((rights & Rights.FD_WRITE) != 0 || (oflags & (TRUNC | CREAT)) != 0) {
          throw Errno.ISDIR.failure();
        }
      }
      case REGULAR_FILE -> {
        if (directory) {
          throw Errno.NOTDIR.failure();
        }
      }
      default -> throw Errno.NOTSUP.failure();
    }
  }

  private static OpenFile openFile(Target target, int oflags, long rights, long inheriting, int fdflags)
      throws IOException {
    boolean missing = target.stat() == null;
    Set<OpenOption> options = new HashSet<>(Set.of(LinkOption.NOFOLLOW_LINKS));
    boolean write = (rights & WRITING) != 0 || missing || (oflags & TRUNC) != 0;
    if (write) {
      options.add(StandardOpenOption.WRITE);
    }
    if ((rights & Rights.FD_READ) != 0 || !write) {
      options.add(StandardOpenOption.READ);
    }
    if (missing) {
      options.add(StandardOpenOption.CREATE_NEW);
    }
    if ((oflags & TRUNC) != 0) {
      options.add(StandardOpenOption.TRUNCATE_EXISTING);
    }
    if ((fdflags & (Descriptor.SYNC | Descriptor.RSYNC)) != 0) {
      options.add(StandardOpenOption.SYNC);
    } else if ((fdflags & Descriptor.DSYNC) != 0) {
      options.add(StandardOpenOption.DSYNC);
    }
    FileChannel channel = FileChannel.open(target.path(), options);
    FileStat stat = missing ? FileStat.of(target.path()) : target.stat();
    return new OpenFile(channel, target.location(), stat, rights, inheriting, fdflags);
  }

  /** {@code (fd, path, path_len)}. */
  public void createDirectory(Call call) throws IOException {
    OpenDirectory base = descriptors.directory(call.i32(0), Rights.PATH_CREATE_DIRECTORY);
    Files.createDirectory(absent(base, Resolver.path(call, 1, "path")).path());
  }

  /** A place for something new. */
  private static Target absent(OpenDirectory base, String path) throws IOException {
    Target target = Resolver.resolve(base, path, Last.NAME);
    if (target.stat() != null) {
      throw Errno.EXIST.failure();
    }
    return target;
  }

  /** {@code (fd, flags, path, path_len, stat)}. */
  public void filestatGet(Call call) throws IOException {
    long result = call.memory().check("stat", call.u32(4), Layout.FILESTAT);
    OpenDirectory base = descriptors.directory(call.i32(0), Rights.PATH_FILESTAT_GET);
    Target target = Resolver.resolve(base, Resolver.path(call, 2, "path"), last(call.i32(1))).existing();
    call.memory().write("stat", result, target.stat().bytes(), 0, Layout.FILESTAT);
  }

  /** {@code (fd, flags, path, path_len, atim, mtim, fst_flags)}. */
  public void filestatSetTimes(Call call) throws IOException {
    OpenDirectory base = descriptors.directory(call.i32(0), Rights.PATH_FILESTAT_SET_TIMES);
    FileTimes times = FileTimes.of(call.i64(4), call.i64(5), call.i32(6));
    Target target = Resolver.resolve(base, Resolver.path(call, 2, "path"), last(call.i32(1))).existing();
    if (!target.stat().hasTimes()) {
      throw Errno.NOTSUP.failure();
    }
    times.set(target.path());
  }

  /** {@code (old_fd, old_flags, old_path, old_path_len, new_fd, new_path, new_path_len)}. */
  public void link(Call call) throws IOException {
    OpenDirectory oldBase = descriptors.directory(call.i32(0), Rights.PATH_LINK_SOURCE);
    OpenDirectory newBase = descriptors.directory(call.i32(4), Rights.PATH_LINK_TARGET);
    String oldPath = Resolver.path(call, 2, "old_path");
    String newPath = Resolver.path(call, 5, "new_path");
    if (follows(call.i32(1))) {
      throw Errno.INVAL.failure();
    }
    Target source = Resolver.resolve(oldBase, oldPath, Last.NAME).existing();
    if (source.stat().isDirectory()) {
      throw Errno.PERM.failure();
    }
    Target target = absent(newBase, newPath);
    if (target.slash()) {
      throw Errno.NOENT.failure();
    }
    Files.createLink(target.path(), source.path());
  }

  /** {@code (old_path, old_path_len, fd, new_path, new_path_len)}; links out of the folder cannot be made. */
  public void symlink(Call call) throws IOException {
    String content = Resolver.path(call, 0, "old_path");
    OpenDirectory base = descriptors.directory(call.i32(2), Rights.PATH_SYMLINK);
    String path = Resolver.path(call, 3, "new_path");
    if (content.isEmpty()) {
      throw Errno.NOENT.failure();
    }
    if (content.startsWith("/")) {
      throw Errno.PERM.failure();
    }
    Target target = absent(base, path);
    if (target.slash()) {
      throw Errno.NOENT.failure();
    }
    Files.createSymbolicLink(target.path(), Resolver.hostPath(target.path(), content));
  }

  /** {@code (fd, path, path_len, buf, buf_len, size)}: as much of the link's content as fits. */
  public void readlink(Call call) throws IOException {
    long buffer = call.memory().check("buf", call.u32(3), call.u32(4));
    long size = call.memory().check("size", call.u32(5), Integer.BYTES);
    OpenDirectory base = descriptors.directory(call.i32(0), Rights.PATH_READLINK);
    Target target = Resolver.resolve(base, Resolver.path(call, 1, "path"), Last.NAME).existing();
    if (!target.stat().isLink()) {
      throw Errno.INVAL.failure();
    }
    Path content = Files.readSymbolicLink(target.path());
    if (content.isAbsolute()) {
      throw Errno.PERM.failure();
    }
    byte[] bytes = content.toString().getBytes(StandardCharsets.UTF_8);
    int count = (int) Math.min(bytes.length, call.u32(4));
    call.memory().write("buf", buffer, bytes, 0, count);
    call.memory().putInt("size", size, count);
  }

  /** {@code (fd, path, path_len)}. */
  public void removeDirectory(Call call) throws IOException {
    OpenDirectory base = descriptors.directory(call.i32(0), Rights.PATH_REMOVE_DIRECTORY);
    Target target = Resolver.resolve(base, Resolver.path(call, 1, "path"), Last.NAME).existing();
    if (!target.stat().isDirectory()) {
      throw Errno.NOTDIR.failure();
    }
    if (!target.named()) {
      throw Errno.INVAL.failure();
    }
    Files.delete(target.path());
  }

  /** {@code (fd, path, path_len)}. */
  public void unlinkFile(Call call) throws IOException {
    OpenDirectory base = descriptors.directory(call.i32(0), Rights.PATH_UNLINK_FILE);
    Target target = Resolver.resolve(base, Resolver.path(call, 1, "path"), Last.NAME).existing();
    if (target.stat().isDirectory()) {
      throw Errno.ISDIR.failure();
    }
    Files.delete(target.path());
  }

  /** {@code (fd, old_path, old_path_len, new_fd, new_path, new_path_len)}. */
  public void rename(Call call) throws IOException {
    OpenDirectory oldBase = descriptors.directory(call.i32(0), Rights.PATH_RENAME_SOURCE);
    OpenDirectory newBase = descriptors.directory(call.i32(3), Rights.PATH_RENAME_TARGET);
    String oldPath = Resolver.path(call, 1, "old_path");
    String newPath = Resolver.path(call, 4, "new_path");
    Target source = Resolver.resolve(oldBase, oldPath, Last.NAME).existing();
    Target target = Resolver.resolve(newBase, newPath, Last.NAME);
    if (!source.named() || target.stat() != null && !target.named()) {
      throw Errno.BUSY.failure();
    }
    boolean directory = source.stat().isDirectory();
    if (directory && !target.path().equals(source.path()) && target.path().startsWith(source.path())) {
      throw Errno.INVAL.failure();
    }
    if (!directory && target.slash()) {
      throw Errno.NOTDIR.failure();
    }
    if (target.stat() != null && !target.path().equals(source.path())) {
      checkReplaceable(target, directory);
    }
    Files.move(source.path(), target.path(), StandardCopyOption.ATOMIC_MOVE);
    descriptors.renamed(source.path(), target.path());
  }

  private static void checkReplaceable(Target target, boolean byDirectory) throws IOException {
    boolean directory = target.stat().isDirectory();
    if (directory != byDirectory) {
      throw (directory ? Errno.ISDIR : Errno.NOTDIR).failure();
    }
    if (directory) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(target.path())) {
        if (entries.iterator().hasNext()) {
          throw Errno.NOTEMPTY.failure();
        }
      }
    }
  }

  private static boolean follows(int flags) throws Errno.Failure {
    if ((flags & ~SYMLINK_FOLLOW) != 0) {
      throw Errno.INVAL.failure();
    }
    return flags == SYMLINK_FOLLOW;
  }

  private static Last last(int flags) throws Errno.Failure {
    return follows(flags) ? Last.FOLLOW : Last.KEEP;
  }
}
