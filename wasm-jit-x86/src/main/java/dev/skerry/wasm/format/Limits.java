package dev.skerry.wasm.format;

/**
 * Limits of a memory (in pages of 64 KiB) or a table (in elements), WASM core 2.3.11.
 *
 * @param min unsigned lower bound
 * @param max unsigned upper bound, or {@link #UNBOUNDED}
 */
public record Limits(long min, long max) {

  /** Stands for a missing upper bound. */
  public static final long UNBOUNDED = -1L;

  /** Says whether an upper bound was declared. */
  public boolean bounded() {
    return max != UNBOUNDED;
  }
}
