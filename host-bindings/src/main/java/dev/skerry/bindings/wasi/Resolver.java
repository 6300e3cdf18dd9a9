package dev.skerry.bindings.wasi;

import dev.skerry.bindings.abi.Call;
import dev.skerry.bindings.abi.GuestMemory;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Turns a guest's path into a place below an open folder, or refuses it. The path is walked component by component; no
 * operation ever follows a symbolic link by itself, because each is read and walked here too. Absolute paths and links,
 * and {@code ..} above the folder, are refused with {@link Errno#PERM}. One guest cannot change what it walks while it
 * walks; somebody else who changes folders at that moment can (Java has no openat for every operation), so folders are
 * granted to one guest that others do not write to.
 */
final class Resolver {

  /** What happens to a symbolic link in the last place. */
  enum Last {
    FOLLOW,
    /** The link itself is meant, unless a slash after it asks for what it points to. */
    KEEP,
    /** The link itself is meant; a slash after it makes it no directory. */
    NAME
  }

  /**
   * A place.
   *
   * @param path on the host
   * @param stat what is there, or null
   * @param named whether the path ended with a name: not with a dot or two
   * @param slash whether the path ended with a slash, so that a directory is meant
   */
  record Target(OpenDirectory base, Path path, FileStat stat, boolean named, boolean slash) {

    Location location() {
      return new Location(base.location().root(), path);
    }

    /** The same, once it is known that something is there. */
    Target existing() throws Errno.Failure {
      if (stat == null) {
        throw Errno.NOENT.failure();
      }
      return this;
    }
  }

  /** The longest path in bytes (PATH_MAX on Linux). */
  static final int MAX_PATH = 4096;

  /** How many symbolic links a path may lead through (as on Linux). */
  private static final int MAX_LINKS = 40;

  private final OpenDirectory base;
  private final List<Path> folders = new ArrayList<>();
  private final Deque<String> left = new ArrayDeque<>();
  private boolean slash;
  private int links;

  private Resolver(OpenDirectory base) {
    this.base = base;
  }

  /** Reads the path that a guest passed as {@code (ptr, len)} in this slot and the next. */
  static String path(Call call, int slot, String what) throws IOException {
    GuestMemory memory = call.memory();
    long address = memory.check(what, call.u32(slot), call.u32(slot + 1));
    if (call.u32(slot + 1) > MAX_PATH) {
      throw Errno.NAMETOOLONG.failure();
    }
    String path;
    try {
      path = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(memory.bytes(what, address, call.u32(slot + 1)))).toString();
    } catch (CharacterCodingException malformed) {
      throw Errno.ILSEQ.failure();
    }
    if (path.indexOf('\0') >= 0) {
      throw Errno.INVAL.failure();
    }
    return path;
  }

  static Target resolve(OpenDirectory base, String path, Last last) throws IOException {
    return new Resolver(base).walk(path, last);
  }

  private Target walk(String path, Last last) throws IOException {
    folders.add(base.verified());
    push(path);
    boolean named = false;
    while (!left.isEmpty()) {
      String name = left.pop();
      named = !name.equals(".") && !name.equals("..");
      if (name.equals("..")) {
        ascend();
      }
      if (!named) {
        continue;
      }
      Path place = child(name);
      FileStat stat = FileStat.ofExisting(place);
      boolean end = left.isEmpty();
      if (stat == null && !end) {
        throw Errno.NOENT.failure();
      }
      if (stat != null && stat.isLink() && (!end || last == Last.FOLLOW || last == Last.KEEP && slash)) {
        follow(place);
      } else if (stat != null && stat.isDirectory()) {
        folders.add(place);
      } else if (stat != null && (!end || slash)) {
        throw Errno.NOTDIR.failure();
      } else {
        return new Target(base, place, stat, true, slash);
      }
    }
    Path folder = top();
    return new Target(base, folder, FileStat.of(folder), named, slash);
  }

  /** Puts a path's components in front of those that are left. */
  private void push(String path) throws Errno.Failure {
    if (path.isEmpty()) {
      throw Errno.NOENT.failure();
    }
    if (path.startsWith("/")) {
      throw Errno.PERM.failure();
    }
    if (left.isEmpty() && path.endsWith("/")) {
      slash = true;
    }
    List<String> names = Arrays.stream(path.split("/")).filter(name -> !name.isEmpty()).toList();
    for (int i = names.size() - 1; i >= 0; i--) {
      left.push(names.get(i));
    }
  }

  private void ascend() throws Errno.Failure {
    if (folders.size() == 1) {
      throw Errno.PERM.failure();
    }
    folders.remove(folders.size() - 1);
  }

  private void follow(Path link) throws IOException {
    if (++links > MAX_LINKS) {
      throw Errno.LOOP.failure();
    }
    Path target = Files.readSymbolicLink(link);
    if (target.isAbsolute()) {
      throw Errno.PERM.failure();
    }
    push(target.toString());
  }

  private Path top() {
    return folders.get(folders.size() - 1);
  }

  /** A name in the current folder, which must be one single name to the host, too. */
  private Path child(String name) throws Errno.Failure {
    Path single = hostPath(top(), name);
    if (single.isAbsolute() || single.getNameCount() != 1 || !single.toString().equals(name)) {
      throw Errno.INVAL.failure();
    }
    return top().resolve(single);
  }

  /** What that text is to the file system of a place, which may be unable to name it. */
  static Path hostPath(Path place, String text) throws Errno.Failure {
    try {
      return place.getFileSystem().getPath(text);
    } catch (InvalidPathException unnameable) {
      throw Errno.ILSEQ.failure();
    }
  }
}
