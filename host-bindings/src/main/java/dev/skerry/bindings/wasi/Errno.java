package dev.skerry.bindings.wasi;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The error numbers of WASI preview 1 (type {@code errno}) that this host answers with. */
public enum Errno {
  SUCCESS(0), ACCES(2), AGAIN(6), BADF(8), BUSY(10), DQUOT(19), EXIST(20), FBIG(22), ILSEQ(25), INTR(27),
  INVAL(28), IO(29), ISDIR(31), LOOP(32), MFILE(33), MLINK(34), NAMETOOLONG(37), NFILE(41), NOENT(44),
  NOSPC(51), NOSYS(52), NOTDIR(54), NOTEMPTY(55), NOTSOCK(57), NOTSUP(58), OVERFLOW(61), PERM(63), PIPE(64),
  ROFS(69), SPIPE(70), TXTBSY(74), XDEV(75), NOTCAPABLE(76);

  /** What Java's exceptions mean; the first row that fits counts. */
  private static final Map<Class<? extends Exception>, Errno> BY_TYPE = new LinkedHashMap<>();

  /** What the operating system's own words mean, where Java has no exception of its own. */
  private static final Map<String, Errno> BY_REASON = Map.ofEntries(
      Map.entry("Broken pipe", PIPE),
      Map.entry("Device or resource busy", BUSY),
      Map.entry("Directory not empty", NOTEMPTY),
      Map.entry("Disk quota exceeded", DQUOT),
      Map.entry("File name too long", NAMETOOLONG),
      Map.entry("File too large", FBIG),
      Map.entry("Invalid argument", INVAL),
      Map.entry("Invalid cross-device link", XDEV),
      Map.entry("Is a directory", ISDIR),
      Map.entry("No space left on device", NOSPC),
      Map.entry("Not a directory", NOTDIR),
      Map.entry("Operation not permitted", PERM),
      Map.entry("Operation not supported", NOTSUP),
      Map.entry("Read-only file system", ROFS),
      Map.entry("Text file busy", TXTBSY),
      Map.entry("Too many levels of symbolic links", LOOP),
      Map.entry("Too many links", MLINK),
      Map.entry("Too many open files", MFILE),
      Map.entry("Too many open files in system", NFILE));

  static {
    BY_TYPE.put(NoSuchFileException.class, NOENT);
    BY_TYPE.put(FileAlreadyExistsException.class, EXIST);
    BY_TYPE.put(DirectoryNotEmptyException.class, NOTEMPTY);
    BY_TYPE.put(NotDirectoryException.class, NOTDIR);
    BY_TYPE.put(NotLinkException.class, INVAL);
    BY_TYPE.put(AccessDeniedException.class, ACCES);
    BY_TYPE.put(AtomicMoveNotSupportedException.class, XDEV);
    BY_TYPE.put(FileSystemLoopException.class, LOOP);
    BY_TYPE.put(ClosedByInterruptException.class, INTR);
    BY_TYPE.put(ClosedChannelException.class, BADF);
    BY_TYPE.put(NonReadableChannelException.class, BADF);
    BY_TYPE.put(NonWritableChannelException.class, BADF);
    BY_TYPE.put(UnsupportedOperationException.class, NOTSUP);
    BY_TYPE.put(SecurityException.class, ACCES);
  }

  private final int number;

  Errno(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The failure as an exception, for places that are deep inside a call. */
  public Failure failure() {
    return new Failure(this);
  }

  /** The number for what a file operation threw; {@link #IO} when nothing better is known. */
  public static Errno of(Exception exception) {
    for (Map.Entry<Class<? extends Exception>, Errno> row : BY_TYPE.entrySet()) {
      if (row.getKey().isInstance(exception)) {
        return row.getValue();
      }
    }
    String reason = exception instanceof FileSystemException file ? file.getReason() : exception.getMessage();
    return reason == null ? IO : BY_REASON.entrySet().stream()
        .filter(row -> reason.startsWith(row.getKey()))
        .max(Comparator.comparingInt(row -> row.getKey().length()))
        .map(Map.Entry::getValue).orElse(IO);
  }

  /** A function ends with this number. */
  public static final class Failure extends IOException {

    private static final long serialVersionUID = 1L;

    private final Errno errno;

    Failure(Errno errno) {
      super(errno.name());
      this.errno = errno;
    }

    public Errno errno() {
      return errno;
    }

    @Override
    public Throwable fillInStackTrace() {
      return this;
    }
  }
}
