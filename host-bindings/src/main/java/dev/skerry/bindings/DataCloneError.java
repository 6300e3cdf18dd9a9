package dev.skerry.bindings;

/** A value cannot be cloned for a message (Web IDL §2.8.1); the exception's message says why, and where. */
final class DataCloneError extends Exception {

  private static final long serialVersionUID = 1L;

  DataCloneError(String message) {
    super(message, null, false, false);
  }
}
