package dev.skerry.origin;

import dev.skerry.wasm.MemoryBudget;

/**
 * Java's heap that modules, instances and bodies on their way may take: of all pages of a host together, and of one
 * page within that. Thread-safe.
 */
final class HeapBudget implements MemoryBudget {

  private final MemoryBudget outer;
  private final Limits limits;
  private final Limit limit;
  private long taken;

  private HeapBudget(MemoryBudget outer, Limits limits, Limit limit) {
    this.outer = outer;
    this.limits = limits;
    this.limit = limit;
  }

  static HeapBudget ofHost(Limits limits) {
    return new HeapBudget(UNLIMITED, limits, Limit.HOST_MODULES);
  }

  HeapBudget ofPage() {
    return new HeapBudget(this, limits, Limit.PAGE_MODULES);
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
  public synchronized String take(long bytes) {
    if (bytes > limits.get(limit) - taken) {
      return "the limit " + limit + " of " + limit.format(limits.get(limit)) + " (" + limit.sentence() + ")";
    }
    String refused = outer.take(bytes);
    if (refused == null) {
      taken += bytes;
    }
    return refused;
  }

  @Override
  public synchronized void giveBack(long bytes) {
    taken -= bytes;
    outer.giveBack(bytes);
  }
}
