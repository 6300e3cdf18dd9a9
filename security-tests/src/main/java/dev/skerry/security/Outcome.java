package dev.skerry.security;

/**
 * What came of one run of an attack.
 *
 * @param reached whether the attack reached its goal
 * @param observation what was seen, in one sentence
 */
public record Outcome(boolean reached, String observation) {

  /** The attack reached its goal. */
  public static Outcome reached(String observation) {
    return new Outcome(true, observation);
  }

  /** The attack was stopped. */
  public static Outcome stopped(String observation) {
    return new Outcome(false, observation);
  }
}
