package dev.skerry.origin.cli;

import dev.skerry.fetch.FetchClient;

/**
 * Makes, while the command line is read, what the network needs and what takes long to make: on a second processor that
 * costs no time. The host is built when that is done, so that no class is made by two threads that wait for each other.
 */
final class HeadStart {

  /** There is nothing to wait for. */
  static final HeadStart NONE = new HeadStart(null);

  private final Thread thread;

  private HeadStart(Thread thread) {
    this.thread = thread;
  }

  /** Begins on a thread of its own, if one of the arguments is an address in the network. */
  static HeadStart begin(String... args) {
    for (String argument : args) {
      if (argument.startsWith("http")) {
        HeadStart start = new HeadStart(new Worker());
        start.thread.start();
        return start;
      }
    }
    return NONE;
  }

  /** Waits until all is there. */
  void await() {
    try {
      if (thread != null) {
        thread.join();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** No lambda: the first one of a process takes time, of which the command line has its own. */
  private static final class Worker extends Thread {

    Worker() {
      super("skerry-start");
      setDaemon(true);
    }

    @Override
    public void run() {
      FetchClient.prepare();
    }
  }
}
