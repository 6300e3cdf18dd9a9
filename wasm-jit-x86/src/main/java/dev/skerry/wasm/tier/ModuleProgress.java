package dev.skerry.wasm.tier;

import dev.skerry.wasm.cache.CachedModule;
import dev.skerry.wasm.cache.CodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How far the functions and loops of one module are on their way to machine code, and how hot they were found. Never
 * refers to the module. Thread-safe.
 */
final class ModuleProgress {

  /** A state: not asked for. */
  static final byte COLD = 0;
  /** A state: asked for and queued, perhaps more than once. */
  static final byte WANTED = 1;
  /** A state: being compiled or loaded. */
  static final byte BEGUN = 2;
  /** A state: compiled or refused, for good. */
  static final byte SETTLED = 3;

  /** So many functions must be missing in the cache before it is no longer relied on, */
  private static final int LEAST_NEWS = 64;
  /** and one of so many that are called. */
  private static final int NEWS_OF = 8;

  private final byte[] states;
  private final int[] heat;
  private final Map<Long, Integer> loopHeat = new HashMap<>();
  /** Loops that were asked for. */
  private final Set<Long> loops = new HashSet<>();
  /** What became hot against all expectations. */
  private final Set<CodeId> unexpected = new HashSet<>();
  /** How many functions were called. */
  private int called;
  /** Those that an earlier run did not call. */
  private final Set<Integer> missing = new LinkedHashSet<>();
  private volatile CachedModule cached;
  /** Whether an earlier run found out what gets hot. */
  private volatile boolean expected;
  private volatile boolean awaitsLookup;
  /** What looks into the cache, as long as nobody did. */
  private Runnable lookup;
  /** What comes from the cache in the background; null if nothing does. */
  private volatile LoadAhead ahead;

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
    expected = found.isHit();
    cached = found;
    lookedUp();
  }

  void loadAhead(LoadAhead from) {
    ahead = from;
  }

  /** What comes from the cache in the background; null if nothing does. */
  LoadAhead ahead() {
    return ahead;
  }

  /** The guest calls a function for the first time. */
  void called(int function) {
    LoadAhead known = ahead;
    if (known != null) {
      known.called(function);
    }
    synchronized (this) {
      called++;
    }
  }

  /**
   * The guest calls a function that is not in the cache, but should be.
   *
   * @return what to compile for the next run by that: nothing if a former run called other functions only now and then,
   *     for what it left out is seldom called; all such functions once they have become many
   */
  synchronized List<Integer> missing(int function) {
    if (!expected) {
      return List.of(function);
    }
    missing.add(function);
    if (missing.size() < LEAST_NEWS || missing.size() < called / NEWS_OF) {
      return List.of();
    }
    expected = false;
    return List.copyOf(missing);
  }

  /** Nobody looks into the cache any more, whatever came of it. */
  void lookedUp() {
    awaitsLookup = false;
  }

  synchronized void lookup(Runnable later) {
    lookup = later;
    awaitsLookup = true;
  }

  /** Whether nothing should be compiled yet, for the cache may have it. */
  boolean awaitsLookup() {
    return awaitsLookup;
  }

  /** Whether an earlier run found out what gets hot, which is in the cache then. */
  boolean isExpected() {
    return expected;
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

  /**
   * Notes that a function (loop -1) or a loop of it was found running; true when it is to be given machine code, for it
   * was found running so often, and nobody asked before.
   */
  synchronized boolean heatUp(int function, int loop, int threshold) {
    if (loop < 0) {
      return ++heat[function] >= threshold && want(function);
    }
    long key = key(function, loop);
    return loopHeat.merge(key, 1, Integer::sum) >= threshold && loops.add(key);
  }

  /** Whether something became hot for the first time that was not expected to. */
  synchronized boolean isFirst(CodeId id) {
    return unexpected.add(id);
  }

  /** Forgets that a function (loop -1) or a loop of it was found running, and was asked for. */
  synchronized void cool(int function, int loop) {
    if (loop >= 0) {
      loopHeat.remove(key(function, loop));
      loops.remove(key(function, loop));
    } else {
      heat[function] = 0;
      if (states[function] == WANTED) {
        states[function] = COLD;
      }
    }
  }

  /** How often a function (loop -1) or a loop of it was found running. */
  synchronized int heat(int function, int loop) {
    return loop < 0 ? heat[function] : loopHeat.getOrDefault(key(function, loop), 0);
  }

  /** Asks for a function; false if somebody did before. */
  synchronized boolean want(int function) {
    if (states[function] != COLD) {
      return false;
    }
    states[function] = WANTED;
    return true;
  }

  /** Begins what was asked for, and must settle it then; false if somebody did before. */
  synchronized boolean begin(int function) {
    boolean first = states[function] < BEGUN;
    if (first) {
      states[function] = BEGUN;
    }
    return first;
  }

  /** Ends what was begun. */
  synchronized void settle(int function) {
    states[function] = SETTLED;
    notifyAll();
  }

  /** Waits until a function that somebody began, or will begin, is settled, but no longer than that. */
  synchronized void awaitSettled(int function, long nanos) {
    long deadline = System.nanoTime() + nanos;
    boolean interrupted = false;
    for (long left = nanos; states[function] != SETTLED && left > 0; left = deadline - System.nanoTime()) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException later) {
        interrupted = true;
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized boolean isBegun(int function) {
    return states[function] == BEGUN;
  }

  synchronized boolean isSettled(int function) {
    return states[function] == SETTLED;
  }
}
