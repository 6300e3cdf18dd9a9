package dev.skerry.bindings.wasi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What is known about a file (type {@code filestat}); symbolic links are never followed. Times are nanoseconds. */
record FileStat(long device, long inode, FileType type, long links, long size, long accessed, long modified,
                long changed) {

  private static final String UNIX = "unix:dev,ino,mode,nlink,size,lastAccessTime,lastModifiedTime,ctime";

  /** What a stream that is no file says of itself. */
  static FileStat ofStream(FileType type) {
    return new FileStat(0, 0, type, 1, 0, 0, 0, 0);
  }

  static FileStat of(Path path) throws IOException {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return ofBasic(Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    }
    Map<String, Object> found = Files.readAttributes(path, UNIX, LinkOption.NOFOLLOW_LINKS);
    return new FileStat(number(found, "dev"), number(found, "ino"), FileType.ofMode((int) number(found, "mode")),
        number(found, "nlink"), number(found, "size"), time(found, "lastAccessTime"), time(found, "lastModifiedTime"),
        time(found, "ctime"));
  }

  /** The same, or null when there is no such file. */
  static FileStat ofExisting(Path path) throws IOException {
    try {
      return of(path);
    } catch (NoSuchFileException missing) {
      return null;
    }
  }

  private static FileStat ofBasic(BasicFileAttributes found) {
    FileType type = found.isDirectory() ? FileType.DIRECTORY : found.isSymbolicLink() ? FileType.SYMBOLIC_LINK
        : found.isRegularFile() ? FileType.REGULAR_FILE : FileType.UNKNOWN;
    Object key = found.fileKey();
    return new FileStat(0, key == null ? 0 : key.hashCode(), type, 1, found.size(),
        nanos(found.lastAccessTime()), nanos(found.lastModifiedTime()), nanos(found.lastModifiedTime()));
  }

  private static long number(Map<String, Object> attributes, String name) {
    return ((Number) attributes.get(name)).longValue();
  }

  private static long time(Map<String, Object> attributes, String name) {
    return nanos((FileTime) attributes.get(name));
  }

  private static long nanos(FileTime time) {
    return time.to(TimeUnit.NANOSECONDS);
  }

  boolean isDirectory() {
    return type == FileType.DIRECTORY;
  }

  boolean isLink() {
    return type == FileType.SYMBOLIC_LINK;
  }

  /** Whether its times can be set: Java opens what it sets the times of, and opening a pipe may wait for ever. */
  boolean hasTimes() {
    return switch (type) {
      case DIRECTORY, REGULAR_FILE, SYMBOLIC_LINK -> true;
      default -> false;
    };
  }

  /** Says whether both describe the same file. */
  boolean sameFile(FileStat other) {
    return other != null && device == other.device && inode == other.inode && type == other.type;
  }

  FileStat withSize(long newSize) {
    return new FileStat(device, inode, type, links, newSize, accessed, modified, changed);
  }

  byte[] bytes() {
    ByteBuffer bytes = Layout.structure(Layout.FILESTAT);
    bytes.putLong(0, device).putLong(8, inode).put(16, (byte) type.ordinal()).putLong(24, links).putLong(32, size)
        .putLong(40, accessed).putLong(48, modified).putLong(56, changed);
    return bytes.array();
  }
}
