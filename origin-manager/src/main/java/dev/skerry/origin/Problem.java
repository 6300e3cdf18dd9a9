package dev.skerry.origin;

/**
 * Something that did not load or run.
 *
 * @param kind what failed
 * @param document the URL of the document where it happened
 * @param fatal whether it makes the page count as failed: modules of the top document do, frames don't
 * @param message one sentence
 */
public record Problem(Kind kind, String document, boolean fatal, String message) {

  /** What failed. */
  public enum Kind { MODULE, IMPORT_MAP, FRAME, NAVIGATION, SCRIPT, AGENT }
}
