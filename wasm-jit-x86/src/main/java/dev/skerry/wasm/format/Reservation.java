package dev.skerry.wasm.format;

import dev.skerry.wasm.MemoryBudget;

/** What one module has taken of a budget: given back once, all together, and never more than was taken. Thread-safe. */
public final class Reservation implements AutoCloseable {

  private final MemoryBudget budget;
  private long bytes;
  private boolean closed;

  public Reservation(MemoryBudget budget) {
    this.budget = budget;
  }

  /** Takes so many bytes; null, or the limit that forbids it. */
  public synchronized String take(long count) {
    if (closed) {
      return "the end of the module";
    }
    String refused = budget.take(count);
    if (refused == null) {
      bytes += count;
    }
    return refused;
  }

  public synchronized void giveBack(long count) {
    if (!closed) {
      bytes -= count;
      budget.giveBack(count);
    }
  }

  /** Bytes taken at this moment. */
  public synchronized long bytes() {
    return bytes;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      budget.giveBack(bytes);
      bytes = 0;
    }
  }
}
