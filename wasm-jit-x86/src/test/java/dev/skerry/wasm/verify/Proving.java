package dev.skerry.wasm.verify;

import dev.skerry.wasm.regalloc.CompiledFunction;

/** The two proofs that a verdict is made of, each alone. */
public final class Proving {

  private Proving() {
  }

  /** Whether a proof that knows little where ways meet is enough. */
  public static boolean isProvedRoughly(CompiledFunction code, Contract contract) {
    return Verifier.isProved(code, contract, true);
  }

  /** Whether a proof is that knows there what all ways know. */
  public static boolean isProvedExactly(CompiledFunction code, Contract contract) {
    return Verifier.isProved(code, contract, false);
  }
}
