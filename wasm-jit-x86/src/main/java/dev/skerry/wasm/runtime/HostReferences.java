package dev.skerry.wasm.runtime;

import dev.skerry.wasm.Trap;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
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

  /** Values that a mark may look at for each reference that was made since the one before. */
  private static final int VALUES_PER_REFERENCE = 16;
  private static final int VALUES_PER_POLL = 1 << 16;

  private final StoreState store;
  private final Map<Object, Integer> indices = new IdentityHashMap<>();
  private final ReferenceRoots roots = new ReferenceRoots();
  private final List<WeakReference<ExceptionInstance>> exceptions = new ArrayList<>();
  private final HandleTable<Object> objects = new HandleTable<>(MAX_OBJECTS, "host objects");
  private final BitSet pinned = new BitSet();

  HostReferences(StoreState store) {
    this.store = store;
  }

  /** The tables and globals that hold host references. */
  ReferenceRoots roots() {
    return roots;
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
    int ref = objects.add(object);
    indices.put(object, ref);
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
    Object object = objects.get(ref);
    if (object == null) {
      throw new IllegalArgumentException("the store has no extern reference " + ref);
    }
    return object;
  }

  /** How many objects there are references to. */
  int count() {
    return objects.count();
  }

  boolean isCollectionDue() {
    return objects.isCollectionDue();
  }

  /**
   * Gives references back. All that guest code holds is in its place on the stacks, and no host function runs.
   *
   * @param tier0End where the tier-0 frames of the running activation end
   */
  void collect(long tier0End) {
    Mark mark = new Mark();
    store.activations().scan(tier0End, mark);
    roots.visit(slot -> mark.visit((int) slot));
    exceptions.removeIf(reference -> reference.get() == null);
    for (WeakReference<ExceptionInstance> reference : exceptions) {
      ExceptionInstance exception = reference.get();
      if (exception != null) {
        for (long slot : exception.payload()) {
          mark.visit((int) slot);
        }
      }
    }
    objects.retain(mark.live, indices::remove, mark.values / VALUES_PER_REFERENCE);
  }

  private final class Mark implements ReferenceVisitor {
    private final BitSet live = (BitSet) pinned.clone();
    private long values;

    @Override
    public void visit(int value) {
      if (++values % VALUES_PER_POLL == 0) {
        store.pollBetweenSlices();
      }
      if (objects.get(value) != null) {
        live.set(value);
      }
    }
  }
}
