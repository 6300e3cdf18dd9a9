package dev.skerry.origin;

/** A document or a module could not be loaded, linked or run; the message is one sentence that names it. */
public final class LoadError extends Exception {

  private static final long serialVersionUID = 1L;

  public LoadError(String message) {
    super(message);
  }

  public LoadError(String message, Throwable cause) {
    super(message, cause);
  }
}
