package dev.skerry.security;

import java.time.Duration;
import java.util.Locale;

/**
 * What an attack on a shared resource cost.
 *
 * @param untilStopped how long the attacker had it
 * @param neighbourP99 how late a neighbour's tasks ran meanwhile: 99 of 100 were not later
 * @param neighbourMax how late the latest of them ran
 */
public record Strain(Duration untilStopped, Duration neighbourP99, Duration neighbourMax) {

  @Override
  public String toString() {
    return "stopped after " + millis(untilStopped) + ", a neighbour's tasks ran up to " + millis(neighbourP99)
        + " late (p99; at most " + millis(neighbourMax) + ")";
  }

  private static String millis(Duration time) {
    return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
  }
}
