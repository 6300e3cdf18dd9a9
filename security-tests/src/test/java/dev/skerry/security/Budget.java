package dev.skerry.security;

import java.util.concurrent.TimeUnit;

/**
 * How long a random test goes on: a number of cases in the default build, or, with {@code -Dskerry.fuzz.seconds}, that
 * much time.
 */
record Budget(int cases, long deadline) {

  private static final long SECONDS = Long.getLong("skerry.fuzz.seconds", 0);

  /** @param cases those of the default build */
  static Budget of(int cases) {
    return new Budget(cases, System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS));
  }

  /** @param done cases so far */
  boolean allows(int done) {
    return SECONDS == 0 ? done < cases : System.nanoTime() - deadline < 0;
  }
}
