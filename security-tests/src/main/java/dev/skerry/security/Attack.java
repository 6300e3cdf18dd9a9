package dev.skerry.security;

/**
 * A small program that tries to break an invariant. With its barrier {@link Barrier#UP} it must be stopped. With the
 * barrier {@link Barrier#DOWN}, which only the attack's own harness can bring about, the same program must reach its
 * goal: so a stopped attack means that the barrier holds, not that the attack is blunt.
 */
public interface Attack {

  /** What the attack is. */
  Card card();

  /** Runs the attack once; an exception is a fault of the harness, neither a success nor a stop. */
  Outcome run(Setting setting) throws Exception;
}
