package dev.skerry.origin.cli;

import dev.skerry.origin.TerminalText;
import java.io.IOException;
import java.util.Arrays;

/** The entry of the command line: whatever happens becomes an exit code and at most a few plain lines. */
public final class Main {

  private static final String HEAP_FULL = "Java's heap is full: give it more with SKERRY_JAVA_OPTS=-Xmx2g.";

  private static volatile boolean ownsProcess;

  private Main() {
  }

  public static void main(String[] args) {
    ownProcess();
    System.exit(run(args, Streams.ofProcess()));
  }

  /** This process is the command line from now on. */
  static void ownProcess() {
    ownsProcess = true;
  }

  /** Whether this process is the command line, and not a program that embeds skerry. */
  static boolean ownsProcess() {
    return ownsProcess;
  }

  /** Runs one command; nothing is thrown. What it prints arrives, or it has failed. */
  static int run(String[] args, Streams streams) {
    int exitCode = runAndPrint(args, streams);
    IOException lost = streams.lost();
    if (lost == null || exitCode != ExitCode.OK) {
      return exitCode;
    }
    if (ProgramOutput.isClosed(lost)) {
      return ExitCode.BROKEN_PIPE;
    }
    return report(lost, "standard output cannot be written: " + Reason.of(lost) + ".", ExitCode.FAILED, false, streams);
  }

  private static int runAndPrint(String[] args, Streams streams) {
    boolean debug = System.getenv("SKERRY_DEBUG") != null;
    String[] command = args;
    if (args.length > 0 && args[0].equals("--debug")) {
      debug = true;
      command = Arrays.copyOfRange(args, 1, args.length);
    }
    try {
      return dispatch(command, streams);
    } catch (CommandFailure failure) {
      return report(failure, failure.getMessage(), failure.exitCode(), debug, streams);
    } catch (Throwable error) {
      if (isOutOfMemory(error)) {
        return report(error, HEAP_FULL, ExitCode.FAILED, debug, streams);
      }
      return report(error, "internal error, please report it with the output of skerry --debug: " + error,
          ExitCode.FAILED, debug, streams);
    } finally {
      streams.flush();
    }
  }

  /** Also where closing what is open failed for the same reason, which then is the cause of another error. */
  private static boolean isOutOfMemory(Throwable error) {
    Throwable cause = error;
    while (cause != null && !(cause instanceof OutOfMemoryError)) {
      cause = cause.getCause();
    }
    return cause != null;
  }

  private static int dispatch(String[] args, Streams streams) throws Exception {
    // A program without options of ours needs no parser: the way that must be quick.
    if (args.length > 1 && args[0].equals("run") && !args[1].startsWith("-")) {
      return new RunCommand(streams).plain(args).call();
    }
    return Commands.execute(args, streams);
  }

  private static int report(Throwable error, String sentence, int exitCode, boolean debug, Streams streams) {
    // What was printed before comes before.
    streams.flush();
    streams.errText().println("skerry: " + TerminalText.escape(sentence));
    if (debug) {
      error.printStackTrace(streams.errText());
    }
    return exitCode;
  }
}
