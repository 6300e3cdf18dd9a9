package dev.skerry.wasm.runtime;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The host objects that a store's {@code externref}s stand for, by index; 0 is null. */
public final class HostReferences {

  private final Map<Object, Integer> indices = new IdentityHashMap<>();
  private final List<Object> objects = new ArrayList<>();

  public int refOf(Object object) {
    if (object == null) {
      return 0;
    }
    Integer known = indices.get(object);
    if (known != null) {
      return known;
    }
    objects.add(object);
    indices.put(object, objects.size());
    return objects.size();
  }

  public Object objectOf(int ref) {
    if (ref == 0) {
      return null;
    }
    if (ref < 0 || ref > objects.size()) {
      throw new IllegalArgumentException("the store has no extern reference " + ref);
    }
    return objects.get(ref - 1);
  }
}
