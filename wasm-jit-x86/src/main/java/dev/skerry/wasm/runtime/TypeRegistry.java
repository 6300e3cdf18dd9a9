package dev.skerry.wasm.runtime;

import dev.skerry.wasm.format.FuncType;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;

/**
 * The canonical function types of one engine. A number is never given twice; a type that no module and no function
 * uses any more is forgotten. Thread-safe.
 */
public final class TypeRegistry {

  private final Map<FuncType, Entry> entries = new HashMap<>();
  private final ReferenceQueue<CanonicalType> dropped = new ReferenceQueue<>();
  private int last;

  /** Whoever keeps the number keeps the result. */
  public synchronized CanonicalType of(FuncType type) {
    for (Reference<?> gone = dropped.poll(); gone != null; gone = dropped.poll()) {
      Entry entry = (Entry) gone;
      entries.remove(entry.type, entry);
    }
    Entry known = entries.get(type);
    CanonicalType canonical = known == null ? null : known.get();
    if (canonical == null) {
      canonical = new CanonicalType(Math.incrementExact(last), type);
      last = canonical.id();
      entries.put(type, new Entry(type, canonical, dropped));
    }
    return canonical;
  }

  private static final class Entry extends WeakReference<CanonicalType> {

    private final FuncType type;

    Entry(FuncType type, CanonicalType canonical, ReferenceQueue<CanonicalType> queue) {
      super(canonical, queue);
      this.type = type;
    }
  }
}
