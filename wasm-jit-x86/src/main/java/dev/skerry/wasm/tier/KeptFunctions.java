package dev.skerry.wasm.tier;

import dev.skerry.wasm.runtime.ModuleCode;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Map;
import java.util.Queue;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Functions of one engine that are compiled for the next run, because they were called in this one: one after the
 * other in the background when nothing else is asked for, and what is left then when the cache is closed. Each is
 * compiled once, and so many wait at most. Thread-safe.
 */
final class KeptFunctions {

  /** Their heat: they wait for all else. */
  private static final int HEAT = -1;

  /** What waits at most: some times what a run of a large program adds. */
  static final int MOST = 1 << 14;

  /** Guarded by itself, as is what was ever added. */
  private final Queue<Kept> waiting = new ArrayDeque<>();
  private final Map<ModuleCode, BitSet> added = new WeakHashMap<>();
  /** Whether the background goes on by itself. */
  private final AtomicBoolean running = new AtomicBoolean();
  private final Work work;
  private volatile boolean used;

  /** Compiles a function unless somebody did. */
  interface Work {

    void compile(ModuleCode module, int function);
  }

  private record Kept(WeakReference<ModuleCode> module, int function) {
  }

  KeptFunctions(Work work) {
    this.work = work;
  }

  /** Does nothing if the function was added before, or too many wait. */
  void add(ModuleCode module, int function) {
    synchronized (waiting) {
      BitSet functions = added.computeIfAbsent(module, first -> new BitSet());
      if (functions.get(function) || waiting.size() == MOST) {
        return;
      }
      functions.set(function);
      used = true;
      waiting.add(new Kept(new WeakReference<>(module), function));
    }
    if (running.compareAndSet(false, true)) {
      CompileQueue.add(HEAT, this::inBackground);
    }
  }

  private void inBackground() {
    if (compileNext()) {
      CompileQueue.add(HEAT, this::inBackground);
      return;
    }
    running.set(false);
    if (isAnyWaiting() && running.compareAndSet(false, true)) {
      CompileQueue.add(HEAT, this::inBackground);
    }
  }

  private boolean isAnyWaiting() {
    synchronized (waiting) {
      return !waiting.isEmpty();
    }
  }

  /** Compiles the next function; false if there is none. */
  private boolean compileNext() {
    Kept next;
    synchronized (waiting) {
      next = waiting.poll();
    }
    if (next == null) {
      return false;
    }
    ModuleCode module = next.module.get();
    if (module != null) {
      work.compile(module, next.function);
    }
    return true;
  }

  /**
   * Compiles what waits on the calling thread, beside the background, and waits for that; gives up what is left after
   * that time. If there never was anything to keep, this does nothing.
   */
  void finish(Duration longest) throws InterruptedException {
    if (!used) {
      return;
    }
    long deadline = System.nanoTime() + longest.toNanos();
    long left = longest.toNanos();
    while (left > 0 && compileNext()) {
      left = deadline - System.nanoTime();
    }
    synchronized (waiting) {
      waiting.clear();
    }
    CompileQueue.awaitIdle(Duration.ofNanos(Math.max(0, left)));
  }
}
