package dev.skerry.wasm.verify;

/** A function's machine code breaks a rule, or cannot be shown to keep it; it must not be run. */
public final class VerificationError extends Exception {

  private static final long serialVersionUID = 1;

  private final Rule rule;
  private final int offset;

  VerificationError(Rule rule, int function, int offset, String instruction, String reason, String state) {
    super("function " + function + ", machine code at " + offset
        + (instruction.isEmpty() ? "" : " (" + instruction + ")") + ": " + reason
        + "; the rule is that " + rule.text() + (state.isEmpty() ? "" : "; known there: " + state));
    this.rule = rule;
    this.offset = offset;
  }

  /** What ends a rough proof: no text, no stack, for an exact one follows that says what is wrong. */
  static final VerificationError ROUGH = new VerificationError();

  private VerificationError() {
    super("a rough proof that does not get on", null, false, false);
    rule = Rule.INSTRUCTIONS;
    offset = 0;
  }

  /** The rule that is broken. */
  public Rule rule() {
    return rule;
  }

  /** Byte offset in the function's code. */
  public int offset() {
    return offset;
  }
}
