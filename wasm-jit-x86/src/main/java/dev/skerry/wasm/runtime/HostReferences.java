package dev.skerry.wasm.runtime;

import dev.skerry.wasm.Trap;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The host objects that a store's {@code externref}s stand for, by index; 0 is null. They are kept until the store is
 * closed, so their number is limited.
 */
public final class HostReferences {

  /** The most objects that one store may refer to. */
  public static final int MAX_OBJECTS = 1 << 20;

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
    if (objects.size() == MAX_OBJECTS) {
      throw Trap.host("the store refers to " + MAX_OBJECTS + " host objects already, which is its limit");
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
