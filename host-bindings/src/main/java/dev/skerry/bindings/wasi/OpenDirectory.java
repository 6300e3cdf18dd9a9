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

  /** Of a name in a listing; longer ones count as several. */
  private static final int CHARACTERS = 16;

  private final Location location;
  private final FileStat known;
  private final String preopenName;
  private List<String> names;
  private int weight;

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
   * @param room what it may weigh
   */
  List<String> names(boolean afresh, int room) throws IOException {
    Path path = verified();
    if (afresh || names == null) {
      names = null;
      weight = 0;
      int taken = 0;
      List<String> found = new ArrayList<>(List.of(".", ".."));
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          String name = entry.getFileName().toString();
          taken += 1 + name.length() / CHARACTERS;
          if (taken > room) {
            throw Errno.OVERFLOW.failure();
          }
          found.add(name);
        }
      } catch (DirectoryIteratorException failed) {
        throw failed.getCause();
      }
      names = found;
      weight = taken;
    }
    return names;
  }

  /** What the listing that is held weighs, in names of a usual length. */
  int weight() {
    return weight;
  }

  @Override
  public void close() {
    names = null;
    weight = 0;
  }
}
