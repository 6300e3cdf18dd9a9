package dev.skerry.wasm.ir;

/** A function that the compiler leaves to tier 0; the message says why. Never the guest's error. */
public final class CompilationRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why: what a run of a correct compiler may refuse, and what is a defect in it. */
  public enum Reason {
    /** The function is larger than a limit of the compiler. */
    LIMIT,
    /** The function uses an instruction that is not compiled. */
    UNSUPPORTED,
    /** The compiler contradicts itself. */
    INTERNAL
  }

  private final Reason reason;

  public CompilationRefused(Reason reason, String message) {
    super(message, null, false, reason == Reason.INTERNAL);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
