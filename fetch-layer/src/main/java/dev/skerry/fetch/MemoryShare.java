package dev.skerry.fetch;

/** What one body has taken of a budget; all of it is given back once. Thread-safe. */
final class MemoryShare implements AutoCloseable {

  private final MemoryBudget budget;
  private long taken;
  private boolean closed;

  MemoryShare(MemoryBudget budget) {
    this.budget = budget;
  }

  /** Takes so many bytes more; false where there is no room for them. */
  synchronized boolean take(long bytes) {
    if (closed || !budget.take(bytes)) {
      return false;
    }
    taken += bytes;
    return true;
  }

  /** Idempotent. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      budget.release(taken);
    }
  }
}
