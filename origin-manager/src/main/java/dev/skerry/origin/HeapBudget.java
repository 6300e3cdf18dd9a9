package dev.skerry.origin;

import dev.skerry.wasm.MemoryBudget;
import java.util.function.Consumer;

/**
 * Java's heap that modules, instances and bodies on their way may take: of all pages of a host together, and of one
 * page within that. Thread-safe.
 */
final class HeapBudget implements MemoryBudget {

  /** Null for that of the host. */
  private final HeapBudget outer;
  private final Limits limits;
  private final Consumer<Limit> listener;
  private final Limit limit;
  private long taken;

  private HeapBudget(HeapBudget outer, Limits limits, Consumer<Limit> listener, Limit limit) {
    this.outer = outer;
    this.limits = limits;
    this.listener = listener;
    this.limit = limit;
  }

  static HeapBudget ofHost(Limits limits) {
    return new HeapBudget(null, limits, limit -> { }, Limit.HOST_MODULES);
  }

  /** @param listener hears which of the two limits is reached, each time, on any thread */
  HeapBudget ofPage(Consumer<Limit> listener) {
    return new HeapBudget(this, limits, listener, Limit.PAGE_MODULES);
  }

  /** The same heap, for bodies of responses while they arrive. */
  dev.skerry.fetch.MemoryBudget ofBodies() {
    return new dev.skerry.fetch.MemoryBudget() {
      @Override
      public boolean take(long bytes) {
        return HeapBudget.this.take(bytes) == null;
      }

      @Override
      public void release(long bytes) {
        giveBack(bytes);
      }
    };
  }

  @Override
  public String take(long bytes) {
    Limit forbidden = tryTake(bytes);
    if (forbidden == null) {
      return null;
    }
    listener.accept(forbidden);
    return "the limit " + forbidden + " of " + forbidden.format(limits.get(forbidden)) + " (" + forbidden.sentence()
        + ")";
  }

  /** The limit that forbids it, or null. */
  private synchronized Limit tryTake(long bytes) {
    if (bytes > limits.get(limit) - taken) {
      return limit;
    }
    Limit forbidden = outer == null ? null : outer.tryTake(bytes);
    if (forbidden == null) {
      taken += bytes;
    }
    return forbidden;
  }

  @Override
  public synchronized void giveBack(long bytes) {
    taken -= bytes;
    if (outer != null) {
      outer.giveBack(bytes);
    }
  }
}
