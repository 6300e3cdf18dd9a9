package dev.skerry.origin;

/**
 * A frame of a page.
 *
 * @param depth 0 for the top
 * @param url of its document, or the one that was to be loaded
 * @param origin serialised; empty where no document was loaded
 * @param title of the document
 * @param state how far it came
 * @param scriptsNotRun JavaScript that was found and not run
 * @param error why it has no document; empty where it has one
 */
public record FrameReport(int depth, String url, String origin, String title, State state, int scriptsNotRun,
                          String error) {

  /** How far the load of a frame came. */
  public enum State { LOADING, LOADED, FAILED, ENDED }
}
