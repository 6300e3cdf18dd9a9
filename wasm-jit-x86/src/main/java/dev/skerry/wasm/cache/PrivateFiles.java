package dev.skerry.wasm.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;

/** Files and folders that belong to this user and are closed to all others; links are never followed. */
final class PrivateFiles {

  private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> NEW_FOLDER =
      PosixFilePermissions.asFileAttribute(FOLDER);
  private static final FileAttribute<Set<PosixFilePermission>> NEW_FILE = PosixFilePermissions.asFileAttribute(FILE);
  private static final String OWNER = "unix:uid";
  private static final Path STATUS = Path.of("/proc/self/status");
  /** Behind it are the real, effective, saved and file system's numbers (proc(5)). */
  private static final String UID_LINE = "\nUid:";
  private static final int UID_WORD = 4;

  /** Null until it is asked for. */
  private static Integer uid;

  private PrivateFiles() {
  }

  /**
   * The number of the user that this process is to the file system. Not the owner of its folder in /proc: for some
   * programs that is another one.
   */
  private static synchronized int uid() throws IOException {
    if (uid == null) {
      String status = Files.readString(STATUS, StandardCharsets.ISO_8859_1);
      int line = status.indexOf(UID_LINE);
      if (line < 0) {
        throw new IOException(STATUS + " does not say whose this process is");
      }
      StringTokenizer words = new StringTokenizer(status.substring(line));
      for (int i = 0; i < UID_WORD; i++) {
        words.nextToken();
      }
      uid = Integer.parseUnsignedInt(words.nextToken());
    }
    return uid;
  }

  /**
   * Makes a folder, and those above it, if it is not there. One that others may read or write is closed to them if it
   * holds nothing else.
   *
   * @param names how the names of all that should be in it begin or end
   * @throws IOException if it is a link, no folder, somebody else's, or open to others and not to be closed
   */
  static void requireFolder(Path folder, String... names) throws IOException {
    if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(folder, NEW_FOLDER);
    }
    PosixFileAttributes found = attributes(folder);
    if (!found.isDirectory()) {
      throw new IOException(folder + (found.isSymbolicLink() ? " is a link: name what it leads to" : " is no folder"));
    }
    requireOwn(folder);
    if (!found.permissions().contains(PosixFilePermission.OWNER_EXECUTE)) {
      throw new IOException(folder + " is closed to this user");
    }
    if (!FOLDER.containsAll(found.permissions())) {
      requireNothingElse(folder, names);
      Files.setPosixFilePermissions(folder, FOLDER);
    }
  }

  private static void requireNothingElse(Path folder, String[] names) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String found = file.getFileName().toString();
        if (Arrays.stream(names).noneMatch(name -> found.startsWith(name) || found.endsWith(name))) {
          throw new IOException(folder + " is open to other users and holds other files, so it is not closed to them: "
              + "name a folder that is empty, or has mode 700");
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** What went wrong, in words: of some exceptions the message is nothing but a file's name. */
  static String reason(IOException failed) {
    if (failed instanceof FileSystemException thrown && thrown.getReason() == null) {
      String what = thrown instanceof NoSuchFileException ? " is not there"
          : thrown instanceof AccessDeniedException ? " is closed to this user"
          : thrown instanceof FileAlreadyExistsException ? " is there already"
          : " cannot be used";
      return thrown.getFile() + what;
    }
    return failed.getMessage() == null ? failed.toString() : failed.getMessage();
  }

  private static PosixFileAttributes attributes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (UnsupportedOperationException e) {
      throw new IOException("the file system of " + path + " knows no permissions", e);
    }
  }

  private static void requireOwn(Path path) throws IOException {
    if (!Files.getAttribute(path, OWNER, LinkOption.NOFOLLOW_LINKS).equals(uid())) {
      throw new IOException(path + " belongs to another user");
    }
  }

  /** @throws IOException if it is a link, or anything else than a file of this user that nobody else can use */
  static void requireFile(Path file) throws IOException {
    PosixFileAttributes found = attributes(file);
    if (!found.isRegularFile()) {
      throw new IOException(file + " is no file");
    }
    requireOwn(file);
    if (!EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)
        .containsAll(found.permissions())) {
      throw new IOException(file + " is open to other users: its mode should be 600");
    }
  }

  /** A file that must be there, as {@link #requireFile}. */
  static FileChannel open(Path file) throws IOException {
    requireFile(file);
    return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  /** A file that must not be there. */
  static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE,
        StandardOpenOption.READ), NEW_FILE);
  }

  /** The folder that a variable of the environment names, else one below the user's home; null if there is none. */
  static Path userFolder(Map<String, String> environment, String variable, String belowHome) {
    String named = environment.getOrDefault(variable, "");
    if (named.startsWith("/")) {
      return Path.of(named);
    }
    String home = environment.getOrDefault("HOME", "");
    return home.startsWith("/") ? Path.of(home, belowHome) : null;
  }
}
