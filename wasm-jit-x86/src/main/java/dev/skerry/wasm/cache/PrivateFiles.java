package dev.skerry.wasm.cache;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Files and folders that belong to this user and are closed to all others; links are never followed. */
final class PrivateFiles {

  private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> NEW_FOLDER =
      PosixFilePermissions.asFileAttribute(FOLDER);
  private static final FileAttribute<Set<PosixFilePermission>> NEW_FILE = PosixFilePermissions.asFileAttribute(FILE);
  private static final Path SELF = Path.of("/proc/self");
  private static final String OWNER = "unix:uid";

  private PrivateFiles() {
  }

  /**
   * Makes a folder, and those above it, if it is not there.
   *
   * @throws IOException if it is a link, no folder, somebody else's, or open to others and cannot be closed
   */
  static void requireFolder(Path folder) throws IOException {
    if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(folder, NEW_FOLDER);
    }
    PosixFileAttributes found = attributes(folder);
    if (!found.isDirectory()) {
      throw new IOException(folder + " is no folder");
    }
    requireOwn(folder);
    if (!FOLDER.containsAll(found.permissions())) {
      Files.setPosixFilePermissions(folder, FOLDER);
    }
  }

  private static PosixFileAttributes attributes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (UnsupportedOperationException e) {
      throw new IOException("the file system of " + path + " knows no permissions", e);
    }
  }

  private static void requireOwn(Path path) throws IOException {
    Object owner = Files.getAttribute(path, OWNER, LinkOption.NOFOLLOW_LINKS);
    if (!owner.equals(Files.getAttribute(SELF, OWNER, LinkOption.NOFOLLOW_LINKS))) {
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
