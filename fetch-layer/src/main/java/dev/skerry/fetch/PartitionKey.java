package dev.skerry.fetch;

/**
 * Where in a page a request is made, as far as state may depend on it: what one key stores or opens (cookies,
 * connections, cached responses and code) no other key sees. Opaque origins count as themselves.
 *
 * @param topLevelSite the site of the top-level document
 * @param frameOrigin the origin of the document that makes the request
 * @param crossSiteAncestor whether a document between the two, or that document, is of another site than the top
 */
public record PartitionKey(String topLevelSite, String frameOrigin, boolean crossSiteAncestor) {

  // Written out, as a record's own ones take milliseconds of a start.

  @Override
  public boolean equals(Object other) {
    return other instanceof PartitionKey key && topLevelSite.equals(key.topLevelSite)
        && frameOrigin.equals(key.frameOrigin) && crossSiteAncestor == key.crossSiteAncestor;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * topLevelSite.hashCode() + frameOrigin.hashCode()) + Boolean.hashCode(crossSiteAncestor);
  }

  /**
   * The key of a document.
   *
   * @param crossSiteAncestor whether any document between it and the top is of another site than the top
   */
  public static PartitionKey of(Origin topLevel, Origin frame, boolean crossSiteAncestor) {
    return new PartitionKey(topLevel.isOpaque() ? topLevel.nonce() : topLevel.site(),
        frame.isOpaque() ? frame.nonce() : frame.toString(), crossSiteAncestor || !frame.isSameSite(topLevel));
  }

  /** Whether it ends with the process, because it names an opaque origin. */
  public boolean isTransient() {
    return Origin.isNonce(topLevelSite) || Origin.isNonce(frameOrigin);
  }

  /** The key of a top-level document of that origin. */
  public static PartitionKey topLevel(Origin origin) {
    return of(origin, origin, false);
  }
}
