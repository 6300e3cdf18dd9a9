package dev.skerry.bindings.wasi;

import dev.skerry.bindings.abi.Call;
import dev.skerry.bindings.abi.GuestMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The functions {@code fd_*} and {@code sock_*}: what can be done with an open descriptor. */
public final class FileCalls {

  /** How many bytes move at once; whatever sizes a guest declares, no more than this is taken for them. */
  private static final int CHUNK = 1 << 16;

  private static final int ADVICES = 6;

  private final Descriptors descriptors;
  private final byte[] chunk = new byte[CHUNK];

  public FileCalls(Descriptors descriptors) {
    this.descriptors = descriptors;
  }

  /** Moves up to so many bytes into {@link #chunk}; -1 at the end. */
  @FunctionalInterface
  private interface Source {
    int read(long done, int size) throws IOException;
  }

  /** Moves so many bytes out of {@link #chunk}. */
  @FunctionalInterface
  private interface Sink {
    void write(long done, int size) throws IOException;
  }

  /** {@code (fd, iovs, iovs_len, nread)}. */
  public void read(Call call) throws IOException {
    long result = call.memory().check("nread", call.u32(3), Integer.BYTES);
    Descriptor descriptor = descriptors.get(call.i32(0));
    refuseDirectory(descriptor);
    descriptor.need(Rights.FD_READ);
    Iovecs iovecs = Iovecs.read(call, 1);
    long count = scatter(call, iovecs, descriptor instanceof OpenFile,
        (done, size) -> descriptor.read(chunk, size, call::poll));
    call.memory().putInt("nread", result, (int) count);
  }

  /** {@code (fd, iovs, iovs_len, offset, nread)}. */
  public void pread(Call call) throws IOException {
    long result = call.memory().check("nread", call.u32(4), Integer.BYTES);
    OpenFile file = descriptors.file(call.i32(0), Rights.FD_READ | Rights.FD_SEEK);
    long offset = offset(call.i64(3));
    Iovecs iovecs = Iovecs.read(call, 1);
    long count = scatter(call, iovecs, true, (done, size) -> file.readAt(offset + done, chunk, size));
    call.memory().putInt("nread", result, (int) count);
  }

  /** {@code (fd, iovs, iovs_len, nwritten)}. */
  public void write(Call call) throws IOException {
    long result = call.memory().check("nwritten", call.u32(3), Integer.BYTES);
    Descriptor descriptor = descriptors.get(call.i32(0));
    refuseDirectory(descriptor);
    descriptor.need(Rights.FD_WRITE);
    Iovecs iovecs = Iovecs.read(call, 1);
    long count = gather(call, iovecs, (done, size) -> descriptor.write(chunk, size));
    descriptor.flush();
    call.memory().putInt("nwritten", result, (int) count);
  }

  /** {@code (fd, iovs, iovs_len, offset, nwritten)}; a file opened for appending is appended to, as on Linux. */
  public void pwrite(Call call) throws IOException {
    long result = call.memory().check("nwritten", call.u32(4), Integer.BYTES);
    OpenFile file = descriptors.file(call.i32(0), Rights.FD_WRITE | Rights.FD_SEEK);
    long offset = offset(call.i64(3));
    Iovecs iovecs = Iovecs.read(call, 1);
    long base = file.has(Descriptor.APPEND) ? file.size() : offset;
    long count = gather(call, iovecs, (done, size) -> file.writeAt(base + done, chunk, size));
    call.memory().putInt("nwritten", result, (int) count);
  }

  private static long offset(long offset) throws Errno.Failure {
    if (offset < 0 || offset > Long.MAX_VALUE - Integer.MAX_VALUE) {
      throw Errno.INVAL.failure();
    }
    return offset;
  }

  private static void refuseDirectory(Descriptor descriptor) throws Errno.Failure {
    if (descriptor instanceof OpenDirectory) {
      throw Errno.ISDIR.failure();
    }
  }

  /** Fills the guest's buffers in order. A stream is read once, because a second read might wait for ever. */
  private long scatter(Call call, Iovecs iovecs, boolean again, Source source) throws IOException {
    GuestMemory memory = call.memory();
    long done = 0;
    int buffer = 0;
    long used = 0;
    while (done < iovecs.total()) {
      call.poll();
      int size = (int) Math.min(CHUNK, iovecs.total() - done);
      int count = source.read(done, size);
      for (int from = 0; from < count;) {
        int part = (int) Math.min(count - from, iovecs.sizes()[buffer] - used);
        memory.write("iovs", iovecs.addresses()[buffer] + used, chunk, from, part);
        from += part;
        used += part;
        if (used == iovecs.sizes()[buffer]) {
          buffer++;
          used = 0;
        }
      }
      done += Math.max(0, count);
      if (count < size || !again) {
        break;
      }
    }
    return done;
  }

  /** Drains the guest's buffers in order; a failure after the first bytes is reported by the next call. */
  private long gather(Call call, Iovecs iovecs, Sink sink) throws IOException {
    GuestMemory memory = call.memory();
    long done = 0;
    int buffer = 0;
    long used = 0;
    while (done < iovecs.total()) {
      call.poll();
      int size = (int) Math.min(CHUNK, iovecs.total() - done);
      for (int to = 0; to < size;) {
        int part = (int) Math.min(size - to, iovecs.sizes()[buffer] - used);
        memory.read("iovs", iovecs.addresses()[buffer] + used, chunk, to, part);
        to += part;
        used += part;
        if (used == iovecs.sizes()[buffer]) {
          buffer++;
          used = 0;
        }
      }
      try {
        sink.write(done, size);
      } catch (IOException failed) {
        if (done == 0) {
          throw failed;
        }
        break;
      }
      done += size;
    }
    return done;
  }

  /** {@code (fd, offset, whence, newoffset)}. */
  public void seek(Call call) throws IOException {
    long result = call.memory().check("newoffset", call.u32(3), Long.BYTES);
    int whence = call.i32(2);
    boolean asksOnly = call.i64(1) == 0 && whence == 1;
    OpenFile file = descriptors.file(call.i32(0), asksOnly ? Rights.FD_TELL : Rights.FD_SEEK);
    long base = switch (whence) {
      case 0 -> 0;
      case 1 -> file.offset();
      case 2 -> file.size();
      default -> throw Errno.INVAL.failure();
    };
    long offset = base + call.i64(1);
    if (offset < 0) {
      throw Errno.INVAL.failure();
    }
    file.seek(offset);
    call.memory().putLong("newoffset", result, offset);
  }

  /** {@code (fd, offset)}. */
  public void tell(Call call) throws IOException {
    long result = call.memory().check("offset", call.u32(1), Long.BYTES);
    call.memory().putLong("offset", result, descriptors.file(call.i32(0), Rights.FD_TELL).offset());
  }

  /** {@code (fd)}. */
  public void close(Call call) throws IOException {
    descriptors.close(call.i32(0));
  }

  /** {@code (fd, to)}. */
  public void renumber(Call call) throws IOException {
    descriptors.renumber(call.i32(0), call.i32(1));
  }

  /** {@code (fd)}. */
  public void sync(Call call) throws IOException {
    Descriptor descriptor = descriptors.get(call.i32(0));
    descriptor.need(Rights.FD_SYNC);
    descriptor.sync(true);
  }

  /** {@code (fd)}. */
  public void datasync(Call call) throws IOException {
    Descriptor descriptor = descriptors.get(call.i32(0));
    descriptor.need(Rights.FD_DATASYNC);
    descriptor.sync(false);
  }

  /** {@code (fd, offset, len, advice)}: checked and otherwise ignored, as POSIX allows. */
  public void advise(Call call) throws IOException {
    Descriptor descriptor = descriptors.get(call.i32(0));
    if (descriptor instanceof OpenDirectory) {
      throw Errno.BADF.failure();
    }
    descriptors.file(call.i32(0), Rights.FD_ADVISE);
    if (call.u32(3) >= ADVICES || call.i64(1) < 0 || call.i64(2) < 0) {
      throw Errno.INVAL.failure();
    }
  }

  /** {@code (fd, offset, len)}: the file becomes at least that long. */
  public void allocate(Call call) throws IOException {
    if (descriptors.get(call.i32(0)) instanceof OpenDirectory) {
      throw Errno.BADF.failure();
    }
    OpenFile file = descriptors.file(call.i32(0), Rights.FD_ALLOCATE);
    long end = call.i64(1) + call.i64(2);
    if (call.i64(1) < 0 || call.i64(2) <= 0 || end < 0) {
      throw Errno.INVAL.failure();
    }
    if (end > file.size()) {
      file.resize(end);
    }
  }

  /** {@code (fd, stat)}. */
  public void fdstatGet(Call call) throws IOException {
    long result = call.memory().check("stat", call.u32(1), Layout.FDSTAT);
    Descriptor descriptor = descriptors.get(call.i32(0));
    FileType type = descriptor instanceof OpenDirectory ? FileType.DIRECTORY
        : descriptor instanceof OpenFile ? FileType.REGULAR_FILE : descriptor.stat().type();
    ByteBuffer bytes = Layout.structure(Layout.FDSTAT);
    bytes.put(0, (byte) type.ordinal()).putShort(2, (short) descriptor.flags()).putLong(8, descriptor.rights())
        .putLong(16, descriptor.inheriting());
    call.memory().write("stat", result, bytes.array(), 0, Layout.FDSTAT);
  }

  /** {@code (fd, flags)}. */
  public void fdstatSetFlags(Call call) throws IOException {
    Descriptor descriptor = descriptors.get(call.i32(0));
    descriptor.need(Rights.FD_FDSTAT_SET_FLAGS);
    descriptor.setFlags(call.i32(1));
  }

  /** {@code (fd, rights, inheriting)}. */
  public void fdstatSetRights(Call call) throws IOException {
    descriptors.get(call.i32(0)).reduceRights(call.i64(1), call.i64(2));
  }

  /** {@code (fd, stat)}. */
  public void filestatGet(Call call) throws IOException {
    long result = call.memory().check("stat", call.u32(1), Layout.FILESTAT);
    Descriptor descriptor = descriptors.get(call.i32(0));
    descriptor.need(Rights.FD_FILESTAT_GET);
    call.memory().write("stat", result, descriptor.stat().bytes(), 0, Layout.FILESTAT);
  }

  /** {@code (fd, size)}. */
  public void filestatSetSize(Call call) throws IOException {
    if (descriptors.get(call.i32(0)) instanceof OpenDirectory) {
      throw Errno.BADF.failure();
    }
    OpenFile file = descriptors.file(call.i32(0), Rights.FD_FILESTAT_SET_SIZE);
    if (call.i64(1) < 0) {
      throw Errno.INVAL.failure();
    }
    file.resize(call.i64(1));
  }

  /** {@code (fd, atim, mtim, fst_flags)}: by name, so it fails once the name means something else. */
  public void filestatSetTimes(Call call) throws IOException {
    Descriptor descriptor = descriptors.get(call.i32(0));
    descriptor.need(Rights.FD_FILESTAT_SET_TIMES);
    FileTimes times = FileTimes.of(call.i64(1), call.i64(2), call.i32(3));
    if (descriptor instanceof OpenDirectory directory) {
      times.set(directory.verified());
    } else if (descriptor instanceof OpenFile file && file.known().sameFile(file.location().stat())) {
      times.set(file.location().path());
    } else {
      throw Errno.NOENT.failure();
    }
  }

  /** {@code (fd, prestat)}. */
  public void prestatGet(Call call) throws IOException {
    long result = call.memory().check("prestat", call.u32(1), Layout.PRESTAT);
    ByteBuffer bytes = Layout.structure(Layout.PRESTAT).putInt(4, preopenName(call).length);
    call.memory().write("prestat", result, bytes.array(), 0, Layout.PRESTAT);
  }

  /** {@code (fd, path, path_len)}. */
  public void prestatDirName(Call call) throws IOException {
    long result = call.memory().check("path", call.u32(1), call.u32(2));
    byte[] name = preopenName(call);
    if (name.length > call.u32(2)) {
      throw Errno.NAMETOOLONG.failure();
    }
    call.memory().write("path", result, name, 0, name.length);
  }

  private byte[] preopenName(Call call) throws Errno.Failure {
    if (descriptors.get(call.i32(0)) instanceof OpenDirectory directory && directory.preopenName() != null) {
      return directory.preopenName().getBytes(StandardCharsets.UTF_8);
    }
    throw Errno.BADF.failure();
  }

  /** {@code (fd, buf, buf_len, cookie, bufused)}: entries from a position on, the last cut where the buffer ends. */
  public void readdir(Call call) throws IOException {
    GuestMemory memory = call.memory();
    long capacity = call.u32(2);
    long buffer = memory.check("buf", call.u32(1), capacity);
    long result = memory.check("bufused", call.u32(4), Integer.BYTES);
    OpenDirectory directory = descriptors.directory(call.i32(0), Rights.FD_READDIR);
    long cookie = call.i64(3);
    List<String> names = directory.names(cookie == 0, descriptors.roomForNames(directory));
    Path folder = directory.location().path();
    long used = 0;
    for (long i = cookie < 0 ? names.size() : cookie; i < names.size() && used < capacity; i++) {
      call.poll();
      byte[] entry = entry(folder, names.get((int) i), i + 1);
      int part = (int) Math.min(entry.length, capacity - used);
      memory.write("buf", buffer + used, entry, 0, part);
      used += part;
    }
    memory.putInt("bufused", result, (int) used);
  }

  private static byte[] entry(Path folder, String name, long next) throws IOException {
    FileStat stat = name.equals("..") ? null : FileStat.ofExisting(name.equals(".") ? folder : folder.resolve(name));
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer entry = Layout.structure(Layout.DIRENT + bytes.length);
    FileType type = name.equals("..") ? FileType.DIRECTORY : stat == null ? FileType.UNKNOWN : stat.type();
    entry.putLong(0, next).putLong(8, stat == null ? 0 : stat.inode()).putInt(16, bytes.length)
        .put(20, (byte) type.ordinal()).put(Layout.DIRENT, bytes);
    return entry.array();
  }

  /** Every {@code sock_*} function: this host gives no sockets, so nothing that is open is one. */
  public void socket(Call call) throws IOException {
    descriptors.get(call.i32(0));
    throw Errno.NOTSOCK.failure();
  }
}
