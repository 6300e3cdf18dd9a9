package dev.skerry.origin.cli;

/** Ends a command: one sentence for the person who gave it, which names the thing and the mend, and the exit code. */
final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  CommandFailure(int exitCode, String sentence) {
    this(exitCode, sentence, null);
  }

  CommandFailure(int exitCode, String sentence, Throwable cause) {
    super(sentence, cause);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
