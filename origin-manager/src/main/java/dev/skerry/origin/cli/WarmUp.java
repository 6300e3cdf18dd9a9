package dev.skerry.origin.cli;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * What the launcher runs once, unseen, to learn which classes a start needs, for the class-data archive. Its argument
 * is a WASI program that ends by itself.
 */
public final class WarmUp {

  /** The longest that it may take: whatever hangs, hangs unseen. */
  private static final long MOST_MILLIS = 180_000;

  private static final String PAGE = "data:text/html,<!doctype html><p>warm</p>";

  /** Nobody listens there: the address is that of "discard", which nothing may be requested from. */
  private static final String NOWHERE = "http://localhost:9/";

  private WarmUp() {
  }

  public static void main(String[] args) {
    Main.ownProcess();
    Thread end = new Thread("end") {
      @Override
      public void run() {
        try {
          Thread.sleep(MOST_MILLIS);
        } catch (InterruptedException interrupted) {
          return;
        }
        Runtime.getRuntime().halt(ExitCode.FAILED);
      }
    };
    end.setDaemon(true);
    end.start();
    String program = args[0];
    command("run", program);
    command("run", "--timeout", "10", "--dir", ".", program);
    command("run", program + ".missing");
    command("--help");
    command("doctor", "--json");
    command("open", "--dump-dom", PAGE);
    command("open", PAGE, PAGE);
    command("open", NOWHERE);
    command("demo");
    System.exit(ExitCode.OK);
  }

  private static void command(String... args) {
    Main.run(args, new Streams(InputStream.nullInputStream(), OutputStream.nullOutputStream(),
        OutputStream.nullOutputStream(), ""));
  }
}
