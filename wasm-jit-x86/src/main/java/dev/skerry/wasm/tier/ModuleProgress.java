package dev.skerry.wasm.tier;

import dev.skerry.wasm.cache.CachedModule;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the functions and loops of one module are on their way to machine code, and how hot they were found. Never
 * refers to the module. Thread-safe.
 */
final class ModuleProgress {

  /** A state: not asked for. */
  static final byte COLD = 0;
  /** A state: asked for and queued, perhaps more than once. */
  static final byte WANTED = 1;
  /** A state: being compiled, compiled or refused, for good. */
  static final byte SETTLED = 2;

  private final byte[] states;
  private final int[] heat;
  private final Map<Long, Integer> loopHeat = new HashMap<>();
  private volatile CachedModule cached;
  /** What looks into the cache, as long as nobody did. */
  private Runnable lookup;

  /** @param functions how many functions the module has, imported ones included */
  ModuleProgress(int functions) {
    states = new byte[functions];
    heat = new int[functions];
  }

  /** The module's code in the cache; null if there is no cache, or nobody looked yet. */
  CachedModule cached() {
    return cached;
  }

  void cached(CachedModule found) {
    cached = found;
  }

  synchronized void lookup(Runnable later) {
    lookup = later;
  }

  /** What looks into the cache, for the first who asks; else null. */
  synchronized Runnable takeLookup() {
    Runnable taken = lookup;
    lookup = null;
    return taken;
  }

  private static long key(int function, int loop) {
    return (long) function << Integer.SIZE | loop;
  }

  /** Notes that a function was found running; true when it has just become so hot that it is to be compiled. */
  synchronized boolean heatUp(int function, int threshold) {
    return ++heat[function] >= threshold && want(function);
  }

  /** Notes that a loop was found running; true when it has just become so hot that it is to be compiled. */
  synchronized boolean heatUp(int function, int loop, int threshold) {
    return loopHeat.merge(key(function, loop), 1, Integer::sum) == threshold;
  }

  /** How often a loop was found running. */
  synchronized int heat(int function, int loop) {
    return loopHeat.getOrDefault(key(function, loop), 0);
  }

  /** How often a function was found running. */
  synchronized int heat(int function) {
    return heat[function];
  }

  /** Asks for a function; false if somebody did before. */
  synchronized boolean want(int function) {
    if (states[function] != COLD) {
      return false;
    }
    states[function] = WANTED;
    return true;
  }

  /** Begins what was asked for; false if somebody did before. */
  synchronized boolean begin(int function) {
    boolean first = states[function] != SETTLED;
    states[function] = SETTLED;
    return first;
  }

  synchronized void settle(int function) {
    states[function] = SETTLED;
  }

  synchronized boolean isSettled(int function) {
    return states[function] == SETTLED;
  }
}
