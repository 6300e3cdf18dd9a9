package dev.skerry.wasm;

/** A module could not be instantiated: an import is missing or has another type, or a limit of the store is reached. */
public final class LinkError extends Exception {

  private static final long serialVersionUID = 1L;

  public LinkError(String message) {
    super(message);
  }
}
