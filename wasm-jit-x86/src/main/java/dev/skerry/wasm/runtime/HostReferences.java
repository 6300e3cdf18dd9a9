package dev.skerry.wasm.runtime;

import dev.skerry.wasm.Trap;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The host objects that a store's {@code externref}s stand for, by index; 0 is null. None is ever given back. */
public final class HostReferences {

  /** How many objects one store refers to at most, so that no guest can fill the host's memory with handles. */
  public static final int MAX = 1 << 20;

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
    if (objects.size() == MAX) {
      throw Trap.host("the store refers to " + MAX + " host objects already");
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
