package dev.skerry.wasm.runtime;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * The exceptions that a store's {@code exnref}s stand for, by index; 0 is null. An exception gets an index when guest
 * code can have a reference to it. Indices are given back by a mark over tables, globals, the stack of all activations
 * and the exceptions themselves, which takes every slot that could be a reference for one.
 */
public final class ExceptionReferences {

  /** The most exceptions that guest code may refer to at once. */
  public static final int MAX_EXCEPTIONS = 1 << 20;

  private final StoreState store;
  private final ReferenceRoots roots = new ReferenceRoots();
  private final HandleTable<ExceptionInstance> exceptions = new HandleTable<>(MAX_EXCEPTIONS, "exceptions");

  ExceptionReferences(StoreState store) {
    this.store = store;
  }

  /** The tables and globals that hold exceptions. */
  ReferenceRoots roots() {
    return roots;
  }

  /** The reference to an exception; nothing is given back. */
  public int refOf(ExceptionInstance exception) {
    if (exception.ref() == 0) {
      exception.ref(exceptions.add(exception));
    }
    return exception.ref();
  }

  /**
   * As {@link #refOf}, where all that guest code holds is in its place on the stacks.
   *
   * @param tier0End where the tier-0 frames of the running activation end
   */
  int refOf(ExceptionInstance exception, long tier0End) {
    if (exception.ref() == 0 && exceptions.isCollectionDue()) {
      collect(exception, tier0End);
    }
    return refOf(exception);
  }

  /** The exception behind a reference, or null where there is none. */
  public ExceptionInstance exceptionOf(int ref) {
    return exceptions.get(ref);
  }

  private void collect(ExceptionInstance thrown, long tier0End) {
    BitSet live = new BitSet();
    Deque<ExceptionInstance> found = new ArrayDeque<>();
    found.add(thrown);
    store.activations().scan(tier0End, value -> mark(value, live, found));
    roots.visit(slot -> mark(slot, live, found));
    while (!found.isEmpty()) {
      for (long slot : found.remove().payload()) {
        mark(slot, live, found);
      }
    }
    exceptions.retain(live, exception -> exception.ref(0), 0);
  }

  private void mark(long slot, BitSet live, Deque<ExceptionInstance> found) {
    ExceptionInstance exception = slot == (int) slot ? exceptions.get((int) slot) : null;
    if (exception != null && !live.get((int) slot)) {
      live.set((int) slot);
      found.add(exception);
    }
  }
}
