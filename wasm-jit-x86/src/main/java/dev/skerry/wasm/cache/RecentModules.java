package dev.skerry.wasm.cache;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The modules whose code is in memory: those that were used last, as long as all take no more bytes than they may. It
 * asks no module for anything, so its lock is the last one. Thread-safe.
 */
final class RecentModules {

  /** What a module takes that has no code. */
  private static final long LEAST_BYTES = 1;

  private final long maxBytes;
  private final Map<CacheKey, Held> held = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** A module, and what it took when it was weighed. */
  private record Held(CachedModule module, long bytes) {
  }

  RecentModules(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The module with that key; null if there is none. */
  synchronized CachedModule get(CacheKey key) {
    Held found = held.get(key);
    return found == null ? null : found.module;
  }

  /** The module with the same key that is there, else that one, which is from now on. */
  synchronized CachedModule getOrAdd(CachedModule module) {
    CachedModule there = get(module.key());
    if (there != null) {
      return there;
    }
    put(module, LEAST_BYTES);
    return module;
  }

  /** A module takes other bytes than before, and is used; if it had to go before, it comes back. */
  synchronized void weigh(CachedModule module, long bytesNow) {
    put(module, LEAST_BYTES + bytesNow);
  }

  private void put(CachedModule module, long now) {
    Held former = held.remove(module.key());
    bytes -= former == null ? 0 : former.bytes;
    if (now > maxBytes) {
      return;
    }
    held.put(module.key(), new Held(module, now));
    bytes += now;
    Iterator<Held> oldest = held.values().iterator();
    while (bytes > maxBytes) {
      bytes -= oldest.next().bytes;
      oldest.remove();
    }
  }

  synchronized List<CachedModule> all() {
    List<CachedModule> modules = new ArrayList<>();
    held.values().forEach(each -> modules.add(each.module));
    return modules;
  }

  synchronized void clear() {
    held.clear();
    bytes = 0;
  }
}
