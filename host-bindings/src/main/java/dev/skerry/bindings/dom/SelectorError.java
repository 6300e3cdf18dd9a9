package dev.skerry.bindings.dom;

/** A selector is malformed, or uses what this host does not offer. */
public final class SelectorError extends Exception {

  private static final long serialVersionUID = 1L;

  private static final int SHOWN = 80;

  SelectorError(String selector, int position, String reason) {
    super("the selector '" + (selector.length() <= SHOWN ? selector : selector.substring(0, SHOWN) + "...") + "' "
        + reason + " at character " + position, null, false, false);
  }
}
