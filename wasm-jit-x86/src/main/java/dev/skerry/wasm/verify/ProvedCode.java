package dev.skerry.wasm.verify;

import dev.skerry.wasm.regalloc.CompiledFunction;

/**
 * A function's machine code together with what it was proved against: the only thing that is ever published. No other
 * class can make one, so nothing goes round the proof.
 */
public final class ProvedCode {

  private final CompiledFunction code;
  private final Contract contract;
  private final long nanos;
  private final boolean proved;

  ProvedCode(CompiledFunction code, Contract contract, long nanos, boolean proved) {
    this.code = code;
    this.contract = contract;
    this.nanos = nanos;
    this.proved = proved;
  }

  /**
   * Proves code and gives leave to publish it.
   *
   * @throws VerificationError if it breaks a rule
   */
  public static ProvedCode of(CompiledFunction code, Contract contract) throws VerificationError {
    long start = System.nanoTime();
    Verifier.verify(code, contract);
    return new ProvedCode(code, contract, System.nanoTime() - start, true);
  }

  /** Makes, for the first proof of a process, what that would make: the tables of instructions, and a verifier. */
  public static void prepare() {
    Verifier.prepare();
  }

  /** Takes fresh code on the compiler's word, for an embedder that switched the proof off; never code from disk. */
  public static ProvedCode onTrust(CompiledFunction code, Contract contract) {
    return new ProvedCode(code, contract, 0, false);
  }

  /** The same code, against the same contract of another module, as was proved before: only a {@link Proof} knows. */
  static ProvedCode again(CompiledFunction code, Contract contract) {
    return new ProvedCode(code, contract, 0, true);
  }

  /** Whether it was proved in this process, and not taken on trust. */
  boolean isProved() {
    return proved;
  }

  public CompiledFunction code() {
    return code;
  }

  public Contract contract() {
    return contract;
  }

  /** How long the proof took; 0 where there was none, for it was proved before or taken on trust. */
  public long nanos() {
    return nanos;
  }
}
