package dev.skerry.fetch;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Says that nobody wants a response any more (DOM §3.2). Thread-safe; aborts once and for all. */
public final class AbortSignal {

  private final Set<Runnable> actions = new LinkedHashSet<>();
  private boolean aborted;

  /** Runs the action when this is aborted, at once where it has been. */
  public void onAbort(Runnable action) {
    synchronized (this) {
      if (!aborted) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  /** Forgets an action: a signal that outlives many requests holds none of them. */
  public synchronized void remove(Runnable action) {
    actions.remove(action);
  }

  public synchronized boolean isAborted() {
    return aborted;
  }

  /** Signals abort. Idempotent. */
  public void abort() {
    List<Runnable> all;
    synchronized (this) {
      aborted = true;
      all = List.copyOf(actions);
      actions.clear();
    }
    all.forEach(Runnable::run);
  }
}
