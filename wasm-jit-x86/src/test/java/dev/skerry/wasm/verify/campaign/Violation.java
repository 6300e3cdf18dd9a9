package dev.skerry.wasm.verify.campaign;

/** What the oracle saw happen against the rules. */
final class Violation extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** What was broken. */
  enum Kind {
    INSTRUCTION, FETCH, MEMORY, STACK, JUMP, CALL, CONTEXT, VALUE, TABLES, POLL, DIVISION, ALIGNMENT
  }

  private final Kind kind;

  Violation(Kind kind, String message) {
    super(kind + ": " + message, null, false, false);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}
