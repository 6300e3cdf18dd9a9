package dev.skerry.wasm.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The entries in one folder: each a file that appears whole or not at all, and never changes. Any number of processes
 * may use the folder at once; where two write the same entry, the last one's stays. Used entries get a new time, and
 * the oldest go when all take more bytes than they may.
 */
final class DiskStore {

  static final String SUFFIX = ".code";

  private static final String TEMPORARY = ".writing-";
  private static final Duration ABANDONED = Duration.ofHours(1);
  private static final AtomicLong SEQUENCE = new AtomicLong();

  private final Path folder;
  private final byte[] userKey;
  private final long maxBytes;

  /** @throws IOException if the folder cannot be made, or others may use it */
  DiskStore(Path folder, byte[] userKey, long maxBytes) throws IOException {
    this.folder = folder;
    this.userKey = userKey.clone();
    this.maxBytes = maxBytes;
    PrivateFiles.requireFolder(folder, SUFFIX, TEMPORARY);
  }

  byte[] userKey() {
    return userKey;
  }

  Path folder() {
    return folder;
  }

  /** The most bytes that one entry may have. */
  long maxEntryBytes() {
    return maxBytes;
  }

  Path path(CacheKey key) {
    return folder.resolve(key.fileName());
  }

  /**
   * The file of an entry; null if there is none.
   *
   * @throws IOException if what is there is no file of this user's own
   */
  FileChannel open(CacheKey key) throws IOException {
    Path path = path(key);
    if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
      return null;
    }
    try {
      return PrivateFiles.open(path);
    } catch (NoSuchFileException evicted) {
      return null;
    }
  }

  /** Notes that an entry was used. */
  void touch(CacheKey key) {
    touch(path(key), Instant.now());
  }

  private static void touch(Path path, Instant now) {
    try {
      Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(FileTime.from(now), null, null);
    } catch (IOException gone) {
      // Another process evicted it meanwhile: then there is nothing to note.
      return;
    }
  }

  /** Removes what lies in an entry's place, whatever it is; a link goes, not what it leads to. */
  void delete(CacheKey key) {
    try {
      Files.deleteIfExists(path(key));
    } catch (IOException stays) {
      // A folder with something in it: it is no entry, and is found to be none each time.
      return;
    }
  }

  /** What writes the bytes of an entry. */
  interface Contents {

    void write(FileChannel file) throws IOException;
  }

  /** Replaces an entry; the file as it is now, open for reading. */
  FileChannel replace(CacheKey key, Contents contents) throws IOException {
    Path temporary = folder.resolve(TEMPORARY + ProcessHandle.current().pid() + "-" + SEQUENCE.incrementAndGet());
    FileChannel file = create(temporary);
    boolean done = false;
    try {
      contents.write(file);
      Files.move(temporary, path(key), StandardCopyOption.ATOMIC_MOVE);
      done = true;
      return file;
    } finally {
      if (!done) {
        file.close();
        Files.deleteIfExists(temporary);
      }
    }
  }

  private FileChannel create(Path temporary) throws IOException {
    try {
      Files.deleteIfExists(temporary);
      return PrivateFiles.create(temporary);
    } catch (NoSuchFileException gone) {
      throw new IOException("the folder is not there any more", gone);
    } catch (AccessDeniedException closed) {
      throw new IOException("this user may not write there", closed);
    }
  }

  private record Stored(Path path, long bytes, FileTime used) {
  }

  /** Deletes the entries that were not used for longest until the rest fits; how many went. */
  int evict() throws IOException {
    List<Stored> entries = new ArrayList<>();
    long bytes = 0;
    Instant now = Instant.now();
    FileTime abandoned = FileTime.from(now.minus(ABANDONED));
    FileTime ahead = FileTime.from(now.plus(ABANDONED));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path path : files) {
        BasicFileAttributes found = attributes(path);
        String name = path.getFileName().toString();
        boolean own = name.endsWith(SUFFIX) || name.startsWith(TEMPORARY);
        if (found != null && own && found.lastModifiedTime().compareTo(ahead) > 0) {
          // The clock was set back since: from now on it ages, or it would stay longer than all others.
          touch(path, now);
        }
        if (found != null && name.endsWith(SUFFIX)) {
          entries.add(new Stored(path, found.size(), found.lastModifiedTime()));
          bytes += found.size();
        } else if (found != null && name.startsWith(TEMPORARY) && found.lastModifiedTime().compareTo(abandoned) < 0) {
          Files.deleteIfExists(path);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(Comparator.comparing(Stored::used));
    int evicted = 0;
    for (int i = 0; i < entries.size() && bytes > maxBytes; i++) {
      Files.deleteIfExists(entries.get(i).path());
      bytes -= entries.get(i).bytes();
      evicted++;
    }
    return evicted;
  }

  /** Null if another process deleted it meanwhile, or it is no file. */
  private static BasicFileAttributes attributes(Path path) throws IOException {
    try {
      BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return found.isRegularFile() ? found : null;
    } catch (NoSuchFileException gone) {
      return null;
    }
  }
}
