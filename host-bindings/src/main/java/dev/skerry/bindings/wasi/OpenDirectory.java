package dev.skerry.bindings.wasi;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An open folder: the top of what can be reached through it. */
final class OpenDirectory extends Descriptor {

  /** The largest folder that can be listed. */
  private static final int MAX_ENTRIES = 1 << 20;

  private final Location location;
  private final FileStat known;
  private final String preopenName;
  private List<String> names;

  /** @param preopenName the guest's name of a preopened folder; null for one that the guest opened itself */
  OpenDirectory(Location location, FileStat known, String preopenName, long rights, long inheriting, int flags) {
    super(rights, inheriting, flags);
    this.location = location;
    this.known = known;
    this.preopenName = preopenName;
  }

  /** A folder that the embedder grants, with all rights. */
  static OpenDirectory preopen(Path root, String name) throws IOException {
    Path real = root.toRealPath();
    FileStat stat = FileStat.of(real);
    if (!stat.isDirectory()) {
      throw Errno.NOTDIR.failure();
    }
    return new OpenDirectory(new Location(real, real), stat, name, Rights.DIRECTORY, Rights.DIRECTORY | Rights.FILE, 0);
  }

  Location location() {
    return location;
  }

  String preopenName() {
    return preopenName;
  }

  /** The folder's place, seen to be this folder just now. */
  Path verified() throws IOException {
    if (!known.sameFile(location.stat())) {
      throw Errno.NOENT.failure();
    }
    return location.path();
  }

  @Override
  FileStat stat() throws IOException {
    verified();
    return location.stat();
  }

  /**
   * The names in the folder, {@code .} and {@code ..} first: a snapshot, so that a position in it keeps its meaning.
   *
   * @param afresh whether to take a new one
   */
  List<String> names(boolean afresh) throws IOException {
    Path path = verified();
    if (afresh || names == null) {
      List<String> found = new ArrayList<>(List.of(".", ".."));
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          if (found.size() == MAX_ENTRIES) {
            throw Errno.OVERFLOW.failure();
          }
          found.add(entry.getFileName().toString());
        }
      } catch (DirectoryIteratorException failed) {
        throw failed.getCause();
      }
      names = found;
    }
    return names;
  }

  @Override
  public void close() {
    names = null;
  }
}
