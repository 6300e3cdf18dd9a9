package dev.skerry.bindings.wasi;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where something below a preopened folder is. Java's file operations take names, and a guest can put a symbolic link
 * where a folder was, so a name is trusted only for the operation before which every folder on the way was seen to be a
 * real one. Renaming through the same guest moves the locations below.
 */
final class Location {

  private final Path root;
  private Path path;

  /** @param path {@code root} or below it */
  Location(Path root, Path path) {
    this.root = root;
    this.path = path;
  }

  Path root() {
    return root;
  }

  Path path() {
    return path;
  }

  /** What is there now, reached through real folders alone; null when nothing is. */
  FileStat stat() throws IOException {
    Path at = root;
    FileStat found = FileStat.ofExisting(at);
    for (Path name : root.relativize(path)) {
      if (found == null || !found.isDirectory()) {
        return null;
      }
      if (!name.toString().isEmpty()) {
        at = at.resolve(name);
        found = FileStat.ofExisting(at);
      }
    }
    return found;
  }

  /** Follows a renaming of this place or of a folder above it. */
  void renamed(Path from, Path to) {
    if (path.startsWith(from)) {
      path = to.resolve(from.relativize(path)).normalize();
    }
  }
}
