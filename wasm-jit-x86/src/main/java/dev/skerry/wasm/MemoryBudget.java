package dev.skerry.wasm;

/**
 * What an embedder lets modules and instances take of memory. Whoever takes bytes does so before the memory itself, and
 * gives back as many. Thread-safe; neither method waits.
 */
public interface MemoryBudget {

  /** Everything is granted, and nothing is counted. */
  MemoryBudget UNLIMITED = new MemoryBudget() {
    @Override
    public String take(long bytes) {
      return null;
    }

    @Override
    public void giveBack(long bytes) {
    }
  };

  /**
   * Takes so many bytes, or none of them.
   *
   * @param bytes not negative
   * @return null if they were granted, else the limit that forbids it, as in "the store's limit of 1024 bytes"
   */
  String take(long bytes);

  /** Gives back bytes that were taken. */
  void giveBack(long bytes);
}
