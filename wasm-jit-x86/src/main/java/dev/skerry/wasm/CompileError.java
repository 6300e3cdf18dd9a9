package dev.skerry.wasm;

/** A module was refused: it is malformed, invalid, or larger than a limit allows. */
public final class CompileError extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why a module was refused. */
  public enum Kind { MALFORMED, INVALID, LIMIT, UNSUPPORTED }

  private final Kind kind;
  private final String reason;
  private final long offset;

  /**
   * @param reason in the words of the specification's test suite where it has some
   * @param offset byte offset in the module where the error was found
   */
  public CompileError(Kind kind, String reason, long offset) {
    super(reason + " (at byte " + offset + " of the module)");
    this.kind = kind;
    this.reason = reason;
    this.offset = offset;
  }

  public Kind kind() {
    return kind;
  }

  public String reason() {
    return reason;
  }

  public long offset() {
    return offset;
  }
}
