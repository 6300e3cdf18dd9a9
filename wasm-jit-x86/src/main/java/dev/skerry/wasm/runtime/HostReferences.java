package dev.skerry.wasm.runtime;

import dev.skerry.wasm.Trap;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The host objects that a store's {@code externref}s stand for, by index; 0 is null. The index of an object that no
 * guest can have any more is given back, by a mark over tables, globals, exceptions and the stacks of all activations,
 * which takes every value that could be a reference for one. What is pinned stays.
 */
public final class HostReferences {

  /** The most objects that one store may refer to. */
  public static final int MAX_OBJECTS = 1 << 20;

  private static final int FIRST_COLLECTION = 1024;
  /** Values that a mark may look at for each reference that was made since the one before. */
  private static final int VALUES_PER_REFERENCE = 16;
  private static final int VALUES_PER_POLL = 1 << 16;

  private final StoreState store;
  private final Map<Object, Integer> indices = new IdentityHashMap<>();
  private final List<TableInstance> tables = new ArrayList<>();
  private final List<GlobalInstance> globals = new ArrayList<>();
  private final List<WeakReference<ExceptionInstance>> exceptions = new ArrayList<>();
  private Object[] objects = new Object[16];
  private final BitSet used = new BitSet();
  private final BitSet pinned = new BitSet();
  private int count;
  /** No lower index is free. */
  private int firstFree = 1;
  private int nextCollection = FIRST_COLLECTION;

  HostReferences(StoreState store) {
    this.store = store;
  }

  /** Takes note of a table that holds host references. */
  void root(TableInstance table) {
    tables.add(table);
  }

  void forget(TableInstance table) {
    tables.remove(table);
  }

  /** Takes note of a global that holds a host reference. */
  void root(GlobalInstance global) {
    globals.add(global);
  }

  /** Takes note of an exception that carries host references, as long as anybody has it. */
  void root(ExceptionInstance exception) {
    exceptions.add(new WeakReference<>(exception));
  }

  /**
   * The reference to an object, for guest code to have at once: where no guest can have it any more it is given back.
   *
   * @throws Trap if there are too many
   */
  public int refOf(Object object) {
    if (object == null) {
      return 0;
    }
    Integer known = indices.get(object);
    if (known != null) {
      return known;
    }
    if (count == MAX_OBJECTS) {
      throw Trap.host("the store refers to " + MAX_OBJECTS + " host objects already, which is its limit");
    }
    int ref = used.nextClearBit(firstFree);
    firstFree = ref + 1;
    if (ref == objects.length) {
      objects = Arrays.copyOf(objects, 2 * ref);
    }
    used.set(ref);
    objects[ref] = object;
    indices.put(object, ref);
    count++;
    return ref;
  }

  /** As {@link #refOf}; it stays valid until the store is closed. */
  public int pinnedRefOf(Object object) {
    int ref = refOf(object);
    pin(ref);
    return ref;
  }

  /** Keeps a reference until the store is closed. */
  void pin(int ref) {
    if (ref != 0) {
      pinned.set(ref);
    }
  }

  /** The object behind a reference; null for 0. */
  public Object objectOf(int ref) {
    if (ref == 0) {
      return null;
    }
    if (!used.get(ref < 0 ? 0 : ref)) {
      throw new IllegalArgumentException("the store has no extern reference " + ref);
    }
    return objects[ref];
  }

  /** How many objects there are references to. */
  int count() {
    return count;
  }

  boolean isCollectionDue() {
    return count >= nextCollection;
  }

  /**
   * Gives references back. All that guest code holds is in its place on the stacks, and no host function runs.
   *
   * @param tier0End where the tier-0 frames of the running activation end
   */
  void collect(long tier0End) {
    Mark mark = new Mark();
    store.activations().scan(tier0End, mark);
    for (TableInstance table : tables) {
      for (long i = 0; i < table.size(); i++) {
        mark.visit(table.get(i));
      }
    }
    globals.forEach(global -> mark.visit((int) global.get()));
    exceptions.removeIf(reference -> reference.get() == null);
    for (WeakReference<ExceptionInstance> reference : exceptions) {
      ExceptionInstance exception = reference.get();
      if (exception != null) {
        for (long slot : exception.payload()) {
          mark.visit((int) slot);
        }
      }
    }
    sweep(mark.live);
    nextCollection = (int) Math.min(MAX_OBJECTS,
        Math.max(Math.max(FIRST_COLLECTION, 2L * count), count + mark.values / VALUES_PER_REFERENCE));
  }

  private final class Mark implements ReferenceVisitor {
    private final BitSet live = (BitSet) pinned.clone();
    private long values;

    @Override
    public void visit(int value) {
      if (++values % VALUES_PER_POLL == 0) {
        store.pollBetweenSlices();
      }
      if (value > 0 && value < objects.length) {
        live.set(value);
      }
    }
  }

  private void sweep(BitSet live) {
    for (int ref = used.nextSetBit(1); ref > 0; ref = used.nextSetBit(ref + 1)) {
      if (!live.get(ref)) {
        indices.remove(objects[ref]);
        objects[ref] = null;
        used.clear(ref);
        firstFree = Math.min(firstFree, ref);
        count--;
      }
    }
  }
}
