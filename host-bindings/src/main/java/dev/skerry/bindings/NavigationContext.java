package dev.skerry.bindings;

/** What one document may do about where it is: its location and its session history (HTML §7.2.4, §7.2.5). */
public interface NavigationContext {

  /** The document's URL. */
  String location();

  /**
   * Navigates the document's own frame.
   *
   * @param url relative to the document
   * @param replace whether the new document takes the place of this one in the session history
   * @return false when it is no URL that can be navigated to
   */
  boolean navigate(String url, boolean replace);

  /** Fetches the document again, in its place in the session history. */
  void reload();

  /** Traverses the page's session history by that many steps; beyond its ends nothing happens. */
  void traverse(int steps);

  /** How many entries the page's session history has. */
  int historyLength();

  /**
   * Gives the document another URL and a state, without loading anything (HTML §7.2.5, shared history push/replace
   * state steps).
   *
   * @param state a value that was checked, encoded
   * @param url relative to the document; empty for the present one
   * @param replace whether that becomes the present entry of the session history, not a new one
   * @return false when the document may not have that URL
   */
  boolean update(byte[] state, String url, boolean replace);

  /** The state of the document's present entry, encoded; null where it has none. */
  byte[] state();
}
