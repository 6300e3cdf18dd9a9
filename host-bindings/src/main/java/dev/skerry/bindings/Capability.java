package dev.skerry.bindings;

import java.util.EnumSet;
import java.util.Set;

/**
 * What guest code of a document may be granted. Most are of host modules: without it, a module that imports one does
 * not link.
 */
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
  EMBEDDER("calls what the embedder offers"),
  /** Without it, a module that has such a memory does not compile. A thread that counts in one is a fine clock. */
  SHARED_MEMORY("declares shared memories, and waits at their addresses");

  private static final Set<Capability> USUAL = Set.copyOf(EnumSet.complementOf(EnumSet.of(SHARED_MEMORY)));

  private final String sentence;

  Capability(String sentence) {
    this.sentence = sentence;
  }

  /** What documents have unless somebody says otherwise: all but {@link #SHARED_MEMORY}. */
  public static Set<Capability> usual() {
    return USUAL;
  }

  /** What a guest that has it does, such as {@code "writes messages to the console"}. */
  public String sentence() {
    return sentence;
  }
}
