package dev.skerry.wasm.tier;

import java.util.HashMap;
import java.util.Map;

/**
 * How far the functions and loops of one module are on their way to machine code, and how hot they were found. Never
 * refers to the module. Thread-safe.
 */
final class ModuleProgress {

  /** A state: not asked for. */
  static final byte COLD = 0;
  /** A state: asked for, queued or being compiled. */
  static final byte WANTED = 1;
  /** A state: compiled or refused, for good. */
  static final byte SETTLED = 2;

  private final byte[] states;
  private final int[] heat;
  private final Map<Long, Integer> loopHeat = new HashMap<>();

  /** @param functions how many functions the module has, imported ones included */
  ModuleProgress(int functions) {
    states = new byte[functions];
    heat = new int[functions];
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

  synchronized void settle(int function) {
    states[function] = SETTLED;
  }

  synchronized boolean isSettled(int function) {
    return states[function] == SETTLED;
  }
}
