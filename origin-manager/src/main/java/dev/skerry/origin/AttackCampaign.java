package dev.skerry.origin;

import dev.skerry.wasm.EngineOptions;
import java.util.List;

/** Attacks on Skerry that the command line can run; found through {@link java.util.ServiceLoader}. */
public interface AttackCampaign {

  /**
   * An attack.
   *
   * @param name by which it is called
   * @param goal what the attacker wants
   * @param barrier what has to stop it
   * @param invariant the promise that it would break, after its number
   * @param classes the historic classes of attacks that it belongs to, each after its number
   */
  record Entry(String name, String goal, String barrier, String invariant, List<String> classes) {
  }

  /**
   * What came of an attack.
   *
   * @param stopped whether its barrier stopped it
   * @param sharp whether it reached its goal where its own harness took that barrier away: an attack that does not
   *     shows nothing when it is stopped
   * @param observation what was seen behind the barrier
   * @param control what was seen without it
   */
  record Verdict(boolean stopped, boolean sharp, String observation, String control) {
  }

  /** Every attack, in the order in which they are run. */
  List<Entry> entries();

  /**
   * Runs an attack, with its barrier and without.
   *
   * @param engine how guest code runs
   * @throws IllegalArgumentException if there is no attack of that name
   * @throws Exception if the attack could not be made: neither a success nor a stop
   */
  Verdict run(String name, EngineOptions engine) throws Exception;
}
