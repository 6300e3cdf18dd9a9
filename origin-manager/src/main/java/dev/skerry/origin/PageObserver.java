package dev.skerry.origin;

import dev.skerry.wasm.CompileReport;

/**
 * Hears what happens in the pages of a host while it happens. Called on the host's own threads: be quick, and don't
 * wait for the page. What an observer throws, errors too, is logged and ignored.
 */
public interface PageObserver {

  /** A guest wrote to the console. */
  default void console(ConsoleMessage message) {
  }

  /** A request has ended, in whatever way. */
  default void request(RequestReport request) {
  }

  /** A document's content security policy was violated. */
  default void violation(ViolationReport violation) {
  }

  /** Something did not load or run. */
  default void problem(Problem problem) {
  }

  /**
   * Guests or documents wanted more than a limit; told once for each limit of each agent, and of each page.
   *
   * @param origin of the agent; empty where it is the page that wanted more
   * @param sentence what the limit is, as a part of a sentence
   */
  default void limitReached(String origin, Limit limit, String sentence) {
  }

  /** An agent was ended before its page was closed. */
  default void agentEnded(String origin, Verdict verdict) {
  }

  /** A document has come into a frame and begins to load. */
  default void navigated(FrameReport frame) {
  }

  /** Whether {@link #task} and {@link #compiled} are to be told; asked once for each page, and for the host. */
  default boolean wantsTasks() {
    return false;
  }

  /** A task has run, or a part of one. */
  default void task(TaskReport task) {
  }

  /** A function of a guest of some page of the host has machine code now; most is made beside all tasks. */
  default void compiled(CompileReport code) {
  }
}
