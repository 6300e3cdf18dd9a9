package dev.skerry.wasm.format;

/**
 * Limits of a memory (in pages of 64 KiB) or a table (in elements), WASM core 2.3.11.
 *
 * @param min unsigned lower bound
 * @param max unsigned upper bound, or {@link #UNBOUNDED}; the bound 2^64 - 1, which only tables can have and none can
 *     reach, counts as the next lower
 */
public record Limits(long min, long max) {

  /** @throws IllegalArgumentException if the lower bound is above the upper one */
  public Limits {
    if (Long.compareUnsigned(min, max) > 0) {
      throw new IllegalArgumentException("a lower bound of " + Long.toUnsignedString(min)
          + " is above the upper one, " + Long.toUnsignedString(max));
    }
  }

  /** Stands for a missing upper bound. */
  public static final long UNBOUNDED = -1L;

  /** Limits with an upper bound, unsigned. */
  public static Limits bounded(long min, long max) {
    return new Limits(min, max == UNBOUNDED ? max - 1 : max);
  }

  /** Says whether an upper bound was declared. */
  public boolean bounded() {
    return max != UNBOUNDED;
  }
}
