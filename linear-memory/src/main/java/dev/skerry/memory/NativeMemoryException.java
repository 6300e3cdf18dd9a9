package dev.skerry.memory;

/** The operating system refused something; the message names the call, its arguments and the reason. */
public final class NativeMemoryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public NativeMemoryException(String message) {
    super(message);
  }

  NativeMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
