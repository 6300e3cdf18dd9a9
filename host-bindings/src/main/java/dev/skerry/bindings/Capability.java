package dev.skerry.bindings;

/** What guest code of a document may be granted; without it, a module that imports the host module does not link. */
public enum Capability {

  CONSOLE("writes messages to the console"),
  DOM("reads and changes its own document"),
  TIMERS("runs tasks later"),
  CLOCK("reads the coarsened clock"),
  NAVIGATION("navigates its own frame, and moves in the session history"),
  MESSAGING("exchanges messages with other frames, and navigates those below it"),
  NETWORK("makes requests under the rules of the web"),
  STORAGE("keeps data for its origin and top-level site"),
  RANDOM("gets random bytes and computes digests"),
  SYSTEM("calls WASI preview 1; in a page without files, arguments and environment"),
  /** Whatever an embedder's own module can do; who offers the module grants it. */
  EMBEDDER("calls what the embedder offers");

  private final String sentence;

  Capability(String sentence) {
    this.sentence = sentence;
  }

  /** What a guest that has it does, such as {@code "writes messages to the console"}. */
  public String sentence() {
    return sentence;
  }
}
