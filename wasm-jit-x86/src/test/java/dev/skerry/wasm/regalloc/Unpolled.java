package dev.skerry.wasm.regalloc;

import java.util.Set;

/** Machine code that nothing can interrupt, for benchmarks. */
public final class Unpolled {

  private Unpolled() {
  }

  /** As {@link Emission#compile(Lir, Set)}, but for the polls. */
  public static CompiledFunction compile(Lir lir, Set<Refinement> refinements) {
    return Emission.compileWithoutPolls(lir, refinements);
  }
}
