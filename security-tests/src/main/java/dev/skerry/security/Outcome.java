package dev.skerry.security;

import java.util.Optional;

/**
 * What came of one run of an attack.
 *
 * @param reached whether the attack reached its goal
 * @param shown whether this machine shows anything; without that, a stop means nothing
 * @param observation what was seen, in one sentence
 * @param strain what the attack cost those beside it, where that was measured
 */
public record Outcome(boolean reached, boolean shown, String observation, Optional<Strain> strain) {

  Outcome(boolean reached, String observation) {
    this(reached, true, observation, Optional.empty());
  }

  /** The attack reached its goal. */
  public static Outcome reached(String observation) {
    return new Outcome(true, observation);
  }

  /** The attack was stopped. */
  public static Outcome stopped(String observation) {
    return new Outcome(false, observation);
  }

  /** The attack cannot be made on this machine, and why. */
  static Outcome unshown(String observation) {
    return new Outcome(false, false, observation, Optional.empty());
  }

  Outcome with(Strain measured) {
    return new Outcome(reached, shown, observation, Optional.of(measured));
  }
}
