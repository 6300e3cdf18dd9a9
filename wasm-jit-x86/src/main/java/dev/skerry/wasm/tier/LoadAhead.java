package dev.skerry.wasm.tier;

import dev.skerry.wasm.cache.CodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which function of a module to load next from the cache in the background: those that a former run called, in its
 * order, ahead of the guest, which loads what it reaches first. Where the guest has come up, some are left to it, so
 * that the two do not go for the same function again and again. Thread-safe.
 */
final class LoadAhead {

  /** There is nothing left. */
  static final int NONE = -1;

  /** How many functions are left to a guest that has come up. */
  private static final int LEFT_TO_GUEST = 8;

  private final int[] functions;
  private final Map<Integer, Integer> places = new HashMap<>();
  /** The furthest place that the guest has called. */
  private int called = -1;
  private int next;
  /** Whether the end was reached, so that what was left out before comes now. */
  private boolean again;

  /**
   * What may be loaded.
   *
   * @param inOrderOfCalls functions, not loops, as an entry says, whoever made it: those elsewhere are left out
   * @param first the first function that the module defines
   * @param end behind the last one
   */
  LoadAhead(List<CodeId> inOrderOfCalls, int first, int end) {
    functions = inOrderOfCalls.stream().mapToInt(CodeId::function)
        .filter(function -> function >= first && function < end).toArray();
    for (int i = 0; i < functions.length; i++) {
      places.put(functions[i], i);
    }
  }

  /** The guest calls a function for the first time. */
  synchronized void called(int function) {
    Integer place = places.get(function);
    if (place != null && place > called) {
      called = place;
    }
  }

  /** The next function, which may have been loaded meanwhile; {@link #NONE} when all were named. */
  synchronized int next() {
    if (!again) {
      if (called >= 0 && next <= called + 1) {
        next = called + 1 + LEFT_TO_GUEST;
      }
      if (next < functions.length) {
        return functions[next++];
      }
      again = true;
      next = 0;
    }
    return next < functions.length ? functions[next++] : NONE;
  }
}
