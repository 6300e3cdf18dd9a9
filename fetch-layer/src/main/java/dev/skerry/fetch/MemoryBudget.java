package dev.skerry.fetch;

/**
 * What the bodies of responses in flight may take of a host's memory: whoever collects a body whole takes its bytes
 * chunk by chunk before it keeps them, and gives them back when the body is handed over or given up. Bodies that are
 * read as streams are counted by their readers. Called on any thread; must not wait.
 */
public interface MemoryBudget {

  /** Always has room. */
  MemoryBudget UNLIMITED = new MemoryBudget() {
    @Override
    public boolean take(long bytes) {
      return true;
    }

    @Override
    public void release(long bytes) {
      // Nothing was counted.
    }
  };

  /** Takes so many bytes more; false where there is no room for them, and then nothing is taken. */
  boolean take(long bytes);

  /** Gives back what was taken. */
  void release(long bytes);
}
