package dev.skerry.wasm.runtime;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Stores that keep a stack for their next call. Beyond {@link #MOST} in a process, whoever takes one more makes others
 * give theirs back that run nothing now, and had no call that could be suspended for {@link #IDLE_NANOS}. So agents
 * that take turns all keep theirs, up to {@link #MOST_IN_USE}. Thread-safe.
 */
final class IdleStacks {

  /** As many as idle slots of memory are kept. */
  private static final int MOST = 256;
  /** Each takes up to three mappings, of which Linux gives a process some 65,000. */
  private static final int MOST_IN_USE = 4_096;
  static final long IDLE_NANOS = Duration.ofSeconds(1).toNanos();
  /** How many are asked for each that is new: more than one, so that those that stay idle become fewer. */
  private static final int ASKED = 3;

  private static final Deque<WeakReference<StoreState>> KEEPERS = new ArrayDeque<>();

  private IdleStacks() {
  }

  /** Takes note of a store that has taken a stack. */
  static void add(StoreState store) {
    synchronized (KEEPERS) {
      KEEPERS.add(new WeakReference<>(store));
    }
    int excess = excess();
    boolean crowded = excess > MOST_IN_USE - MOST;
    for (int tries = Math.min(excess, ASKED); tries > 0; tries--) {
      WeakReference<StoreState> oldest = poll();
      StoreState keeper = oldest == null ? null : oldest.get();
      if (keeper != null && !keeper.isClosed() && (!crowded && isBusy(keeper) || !keeper.dropIdleStack())) {
        synchronized (KEEPERS) {
          KEEPERS.add(oldest);
        }
      }
    }
  }

  private static boolean isBusy(StoreState keeper) {
    return System.nanoTime() - keeper.lastRunNanos() < IDLE_NANOS;
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
