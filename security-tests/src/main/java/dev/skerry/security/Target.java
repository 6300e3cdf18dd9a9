package dev.skerry.security;

/** The part of Skerry that an attack is aimed at: it says under which settings the attack has something to show. */
public enum Target {
  /** Code that runs: each tier, strategy and way to trap is another barrier. */
  ENGINE,
  /** What the processor does with code before it knows better: the strategy is the barrier itself. */
  PROCESSOR,
  /** A page with its frames, agents and bindings. */
  PAGE,
  /** What is between a URL and its bytes; no guest code runs. */
  NETWORK
}
