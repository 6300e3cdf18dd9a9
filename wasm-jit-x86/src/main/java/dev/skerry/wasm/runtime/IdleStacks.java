package dev.skerry.wasm.runtime;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Stores that keep a stack for their next call. Only so many in a process may: whoever takes one more makes those that
 * took theirs longest ago, and run nothing now, give it back. Thread-safe.
 */
final class IdleStacks {

  /** As many as idle slots of memory are kept. */
  private static final int MOST = 256;

  private static final Deque<WeakReference<StoreState>> KEEPERS = new ArrayDeque<>();

  private IdleStacks() {
  }

  /** Takes note of a store that has taken a stack. */
  static void add(StoreState store) {
    synchronized (KEEPERS) {
      KEEPERS.add(new WeakReference<>(store));
    }
    for (int tries = excess(); tries > 0; tries--) {
      WeakReference<StoreState> oldest = poll();
      StoreState keeper = oldest == null ? null : oldest.get();
      if (keeper != null && !keeper.isClosed() && !keeper.dropIdleStack()) {
        synchronized (KEEPERS) {
          KEEPERS.add(oldest);
        }
      }
    }
  }

  private static int excess() {
    synchronized (KEEPERS) {
      return KEEPERS.size() - MOST;
    }
  }

  private static WeakReference<StoreState> poll() {
    synchronized (KEEPERS) {
      return KEEPERS.poll();
    }
  }
}
