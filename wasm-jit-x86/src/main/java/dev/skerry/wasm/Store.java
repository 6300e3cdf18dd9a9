package dev.skerry.wasm;

/**
 * A store (WASM core 4.2.3): owns every instance, memory, table, global and reference made in it. One thread at a time
 * runs code in it; {@link #interrupt} and {@link #close} may come from any thread.
 */
public final class Store implements AutoCloseable {

  public Engine engine() {
    throw new UnsupportedOperationException();
  }

  /** Bytes of linear memory in use by this store at this moment. */
  public long memoryBytes() {
    throw new UnsupportedOperationException();
  }

  /** Instances made in this store. */
  public int instances() {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes whatever runs in this store, and whatever starts before {@link #clearInterrupt}, trap with
   * {@link Trap.Kind#INTERRUPTED} within a millisecond. Any thread may call it.
   */
  public void interrupt() {
    throw new UnsupportedOperationException();
  }

  /**
   * What a host function calls at least every millisecond or MiB of work, so that it can be interrupted as guest code
   * can: throws a {@link Trap} of kind {@link Trap.Kind#INTERRUPTED} while an interrupt is pending, else does nothing.
   */
  public void poll() {
    throw new UnsupportedOperationException();
  }

  /** Allows code to run again. */
  public void clearInterrupt() {
    throw new UnsupportedOperationException();
  }

  /** The reference for a host object: the same for the same object; 0 for null. */
  public int refOf(Object object) {
    throw new UnsupportedOperationException();
  }

  /** The host object behind an {@code externref}; null for 0. */
  public Object externOf(int ref) {
    throw new UnsupportedOperationException();
  }

  /** The function behind a {@code funcref}; null for 0. */
  public Func funcOf(int ref) {
    throw new UnsupportedOperationException();
  }

  /** Interrupts what runs, waits for it to leave, and frees all native memory. Idempotent. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
