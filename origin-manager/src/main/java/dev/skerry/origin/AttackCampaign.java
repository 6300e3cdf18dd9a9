package dev.skerry.origin;

import dev.skerry.wasm.EngineOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
   * @param shown false if this machine can show neither: it lacks what the attack or its control needs
   * @param observation what was seen behind the barrier
   * @param control what was seen without it
   * @param cost what the attack cost others before it was stopped, for those on what everybody shares
   */
  record Verdict(boolean stopped, boolean sharp, boolean shown, String observation, String control,
                 Optional<Cost> cost) {
  }

  /**
   * What an attack cost.
   *
   * @param untilStopped how long the attacker had what it wanted
   * @param neighbourP99 how late the tasks of a neighbour ran meanwhile, 99 of 100 of them
   * @param neighbourMax how late the latest ran
   */
  record Cost(Duration untilStopped, Duration neighbourP99, Duration neighbourMax) {
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
