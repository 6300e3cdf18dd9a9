package dev.skerry.origin;

/**
 * A task of an event loop (HTML §8.1.7). Exactly one of {@link #run} and {@link #drop} is called.
 *
 * @param name what the task does, for reports
 * @param token ended when the task has run or was dropped
 * @param body the steps
 * @param dropped called instead when the agent ended first
 */
record Task(String name, Activity.Token token, Runnable body, Runnable dropped) {

  void drop() {
    try {
      dropped.run();
    } finally {
      token.end();
    }
  }
}
