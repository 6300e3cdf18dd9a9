package dev.skerry.origin;

import dev.skerry.bindings.StorageArea;
import dev.skerry.fetch.PartitionKey;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage areas of one kind (Storage §4.3): one for each origin and top-level site, each with a quota, and a quota
 * for all together. In memory, or in a file that keeps them for later. Thread-safe.
 */
final class StorageShed implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("skerry.storage");
  /** Megabytes of the file that are kept in memory. */
  private static final int CACHE_MEGABYTES = 4;
  private static final String PREFIX = "local ";

  private final MVStore file;
  private final long most;
  private final Map<String, Area> areas = new HashMap<>();
  private long taken;
  private boolean refused;
  private boolean closed;

  /** @param file null for a shed in memory */
  private StorageShed(MVStore file, long most) {
    this.file = file;
    this.most = most;
  }

  /** @param most bytes of all areas together */
  static StorageShed inMemory(long most) {
    return new StorageShed(null, most);
  }

  /**
   * Opens or makes the file.
   *
   * @throws IllegalArgumentException when it cannot be used
   */
  static StorageShed in(Path path, long most) {
    try {
      MVStore store = new MVStore.Builder().fileName(path.toString()).cacheSize(CACHE_MEGABYTES).open();
      StorageShed shed = new StorageShed(store, most);
      store.getMapNames().stream().filter(name -> name.startsWith(PREFIX)).forEach(name -> shed.area(name, 0));
      return shed;
    } catch (MVStoreException error) {
      throw new IllegalArgumentException("the storage file " + path + " cannot be opened: it is in use, or damaged, "
          + "or its folder is missing", error);
    }
  }

  /**
   * The area of a partition.
   *
   * @param most bytes of its names and values
   */
  StorageArea area(PartitionKey key, long most) {
    return area(PREFIX + key.topLevelSite() + " " + key.frameOrigin() + (key.crossSiteAncestor() ? " cross-site" : ""),
        most);
  }

  /** Whether what was set last had no room in all areas together. */
  synchronized boolean isFull() {
    return refused;
  }

  private synchronized Area area(String name, long limit) {
    Area area = areas.get(name);
    if (area == null) {
      MVMap<String, String> kept = file == null ? null : file.openMap(name);
      area = new Area(kept);
      areas.put(name, area);
      taken += area.bytes;
    }
    area.most = limit;
    return area;
  }

  /** Names and values, guarded by the shed. */
  private final class Area implements StorageArea {

    /** Null in memory. */
    private final MVMap<String, String> kept;
    private final SortedMap<String, String> values = new TreeMap<>();
    private long most;
    private long bytes;

    Area(MVMap<String, String> kept) {
      this.kept = kept;
      if (kept != null) {
        values.putAll(kept);
        values.forEach((name, value) -> bytes += size(name) + size(value));
      }
    }

    private long size(String text) {
      return text == null ? 0 : (long) text.length() * Character.BYTES;
    }

    @Override
    public String get(String name) {
      synchronized (StorageShed.this) {
        return values.get(name);
      }
    }

    @Override
    public boolean set(String name, String value) {
      synchronized (StorageShed.this) {
        String before = values.get(name);
        long more = size(value) - size(before) + (before == null ? size(name) : 0);
        refused = more > 0 && taken + more > StorageShed.this.most;
        if (closed || refused || more > 0 && bytes + more > most) {
          return false;
        }
        count(more);
        values.put(name, value);
        if (kept != null) {
          kept.put(name, value);
        }
        return true;
      }
    }

    @Override
    public void remove(String name) {
      synchronized (StorageShed.this) {
        String before = values.remove(name);
        if (before != null) {
          count(-size(name) - size(before));
          if (kept != null && !closed) {
            kept.remove(name);
          }
        }
      }
    }

    @Override
    public void clear() {
      synchronized (StorageShed.this) {
        count(-bytes);
        values.clear();
        if (kept != null && !closed) {
          kept.clear();
        }
      }
    }

    private void count(long more) {
      bytes += more;
      taken += more;
    }

    @Override
    public int size() {
      synchronized (StorageShed.this) {
        return values.size();
      }
    }

    @Override
    public String name(int index) {
      synchronized (StorageShed.this) {
        return index < values.size() ? values.keySet().stream().skip(index).findFirst().orElse(null) : null;
      }
    }
  }

  /** Writes what was set and closes the file; what is set afterwards is kept nowhere. Idempotent, and never fails. */
  @Override
  public void close() {
    if (file != null) {
      synchronized (this) {
        closed = true;
      }
      try {
        // A store that cannot be written while it closes would try so for ever: so it is written before.
        file.commit();
        file.close();
      } catch (MVStoreException error) {
        file.closeImmediately();
        LOG.warn("what pages stored last is not kept: {}", error.getMessage());
      }
    }
  }
}
