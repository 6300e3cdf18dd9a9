package dev.skerry.fetch;

/**
 * What a request knows of the element that makes it (Fetch §2.2.5).
 *
 * @param nonce its cryptographic nonce metadata; empty for none
 * @param parserInserted its parser metadata: whether a document's parser made the element
 */
public record ElementMetadata(String nonce, boolean parserInserted) {

  /** No element: an API call. */
  public static final ElementMetadata NONE = new ElementMetadata("", false);
}
