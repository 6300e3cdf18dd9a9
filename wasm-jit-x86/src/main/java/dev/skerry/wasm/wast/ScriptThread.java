package dev.skerry.wasm.wast;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** A thread of a script, from its start on; its runner is closed when it has ended. */
final class ScriptThread {

  private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(30);

  /** What the thread does. */
  interface Body {
    void run() throws IOException;
  }

  private final WastRunner runner;
  private final Thread thread;
  private volatile IOException failure;

  ScriptThread(Body body, WastRunner runner) {
    this.runner = runner;
    thread = new Thread(() -> {
      try (runner) {
        body.run();
      } catch (IOException e) {
        failure = e;
      }
    }, "script");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Waits until the thread has ended; false, and then the thread is ended, if that takes too long.
   *
   * @throws IOException what ended it
   */
  boolean join() throws IOException {
    waitFor();
    if (thread.isAlive()) {
      end();
      return false;
    }
    if (failure != null) {
      throw failure;
    }
    return true;
  }

  private void waitFor() {
    try {
      thread.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Interrupts what it runs and waits for its end. */
  void end() {
    runner.interrupt();
    waitFor();
  }

  /** Whose counts are to be read after the end. */
  WastRunner runner() {
    return runner;
  }
}
