package dev.skerry.wasm.runtime;

import dev.skerry.wasm.Trap;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;

/** Objects by index, for guest code to hold the index: the least free one is given, from 1 on; 0 is no object. */
final class HandleTable<T> {

  private static final int FIRST_COLLECTION = 1024;

  private final int limit;
  private final String kind;
  private final BitSet used = new BitSet();
  private Object[] objects = new Object[16];
  private int count;
  /** No lower index is free. */
  private int firstFree = 1;
  private int nextCollection = FIRST_COLLECTION;

  /**
   * A table without objects.
   *
   * @param limit the most objects at once
   * @param kind what the objects are, for the trap that tells of the limit
   */
  HandleTable(int limit, String kind) {
    this.limit = limit;
    this.kind = kind;
  }

  int count() {
    return count;
  }

  /**
   * Gives an object the least free index.
   *
   * @throws Trap if there are as many objects as there may be
   */
  int add(T object) {
    if (count == limit) {
      throw Trap.host("the store refers to " + limit + " " + kind + " already, which is its limit");
    }
    int index = used.nextClearBit(firstFree);
    firstFree = index + 1;
    if (index == objects.length) {
      objects = Arrays.copyOf(objects, 2 * index);
    }
    used.set(index);
    objects[index] = object;
    count++;
    return index;
  }

  /** The object at an index, or null where there is none. */
  @SuppressWarnings("unchecked")
  T get(int index) {
    return index > 0 && index < objects.length ? (T) objects[index] : null;
  }

  /** Whether so many objects are there that those which nobody has should be looked for. */
  boolean isCollectionDue() {
    return count >= nextCollection;
  }

  /**
   * Gives back each index that is not live.
   *
   * @param gone is told each object whose index was given back
   * @param spare the next collection is not due before so many objects were added
   */
  void retain(BitSet live, Consumer<? super T> gone, long spare) {
    for (int index = used.nextSetBit(1); index > 0; index = used.nextSetBit(index + 1)) {
      if (!live.get(index)) {
        gone.accept(get(index));
        objects[index] = null;
        used.clear(index);
        firstFree = Math.min(firstFree, index);
        count--;
      }
    }
    nextCollection = (int) Math.min(limit, Math.max(Math.max(FIRST_COLLECTION, 2L * count), count + spare));
  }
}
