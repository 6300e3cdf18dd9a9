package dev.skerry.bindings.wasi;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The open descriptors of one guest, by number; a new one gets the lowest number that is free. */
public final class Descriptors implements Closeable {

  /** How many descriptors one guest has at most. */
  public static final int MAX = 1024;

  /** What the listings of all open folders together may weigh: each holds on to its names. */
  private static final int MAX_NAMES = 1 << 20;

  private final List<Descriptor> table = new ArrayList<>();

  /** Opens a descriptor. */
  int add(Descriptor descriptor) throws Errno.Failure {
    int free = table.indexOf(null);
    if (free >= 0) {
      table.set(free, descriptor);
      return free;
    }
    if (table.size() == MAX) {
      throw Errno.MFILE.failure();
    }
    table.add(descriptor);
    return table.size() - 1;
  }

  /** What the listing of a folder may weigh beside those of the others. */
  int roomForNames(OpenDirectory listed) {
    int room = MAX_NAMES;
    for (Descriptor other : table) {
      room -= other != listed && other instanceof OpenDirectory directory ? directory.weight() : 0;
    }
    return room;
  }

  boolean isFull() {
    return table.size() == MAX && table.indexOf(null) < 0;
  }

  Descriptor get(int number) throws Errno.Failure {
    Descriptor found = number >= 0 && number < table.size() ? table.get(number) : null;
    if (found == null) {
      throw Errno.BADF.failure();
    }
    return found;
  }

  OpenFile file(int number, long rights) throws Errno.Failure {
    Descriptor found = get(number);
    if (found instanceof OpenFile file) {
      file.need(rights);
      return file;
    }
    throw (found instanceof OpenDirectory ? Errno.ISDIR : Errno.SPIPE).failure();
  }

  OpenDirectory directory(int number, long rights) throws Errno.Failure {
    if (get(number) instanceof OpenDirectory directory) {
      directory.need(rights);
      return directory;
    }
    throw Errno.NOTDIR.failure();
  }

  void close(int number) throws IOException {
    Descriptor closing = get(number);
    table.set(number, null);
    closing.close();
  }

  /** Gives a descriptor another number, closing what had it. */
  void renumber(int from, int to) throws IOException {
    Descriptor moving = get(from);
    Descriptor closing = get(to);
    if (from != to) {
      table.set(to, moving);
      table.set(from, null);
      closing.close();
    }
  }

  /** Keeps what is open below a place that was renamed reachable. */
  void renamed(Path from, Path to) {
    for (Descriptor descriptor : table) {
      if (descriptor instanceof OpenFile file) {
        file.location().renamed(from, to);
      } else if (descriptor instanceof OpenDirectory directory) {
        directory.location().renamed(from, to);
      }
    }
  }

  /** Closes everything, and throws the first failure at the end. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (Descriptor descriptor : table.stream().filter(Objects::nonNull).toList()) {
      try {
        descriptor.close();
      } catch (IOException failed) {
        failure = failure == null ? failed : failure;
      }
    }
    table.clear();
    if (failure != null) {
      throw failure;
    }
  }
}
