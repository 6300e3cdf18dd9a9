package dev.skerry.origin.cli;

/** The exit codes of every command; {@code run} also passes on the guest's own. */
final class ExitCode {

  static final int OK = 0;
  /** The page, the test or the program failed. */
  static final int FAILED = 1;
  /** The command line makes no sense, or names something that is not there. */
  static final int USAGE = 2;
  /** What a shell reports for a program that ends by SIGPIPE, the signal for writing to a closed pipe. */
  static final int BROKEN_PIPE = 128 + 13;

  private ExitCode() {
  }
}
