package dev.skerry.wasm.tier;

import dev.skerry.wasm.runtime.ModuleCode;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Functions of one engine that are compiled for the next run, because they were called in this one: one after the
 * other in the background when nothing else is asked for, and what is left then when the cache is closed. Thread-safe.
 */
final class KeptFunctions {

  /** Their heat: they wait for all else. */
  private static final int HEAT = -1;

  private final ConcurrentLinkedQueue<Kept> waiting = new ConcurrentLinkedQueue<>();
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

  void add(ModuleCode module, int function) {
    used = true;
    waiting.add(new Kept(new WeakReference<>(module), function));
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
    if (!waiting.isEmpty() && running.compareAndSet(false, true)) {
      CompileQueue.add(HEAT, this::inBackground);
    }
  }

  /** Compiles the next function; false if there is none. */
  private boolean compileNext() {
    Kept next = waiting.poll();
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
    waiting.clear();
    CompileQueue.awaitIdle(Duration.ofNanos(Math.max(0, left)));
  }
}
