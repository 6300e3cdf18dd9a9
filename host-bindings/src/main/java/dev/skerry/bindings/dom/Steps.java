package dev.skerry.bindings.dom;

/** Counts work, and polls for an interrupt every so often. */
public final class Steps {

  /** A step takes well under a microsecond, so this many stay within the millisecond that an interrupt may take. */
  private static final int BETWEEN_POLLS = 1024;

  private final Runnable poll;
  private int left = BETWEEN_POLLS;

  public Steps(Runnable poll) {
    this.poll = poll;
  }

  void count() {
    if (--left == 0) {
      left = BETWEEN_POLLS;
      poll.run();
    }
  }
}
