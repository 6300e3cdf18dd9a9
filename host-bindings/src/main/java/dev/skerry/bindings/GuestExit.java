package dev.skerry.bindings;

/** The guest ended itself through {@code proc_exit}; passes through the engine unchanged. */
public final class GuestExit extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int code;

  public GuestExit(int code) {
    super("exit " + code, null, false, false);
    this.code = code;
  }

  /** The exit code as the guest gave it, unsigned 32 bits. */
  public int code() {
    return code;
  }
}
