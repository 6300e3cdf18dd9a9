package dev.skerry.fetch;

/** An embedder policy value (HTML §7.1.4): what a document's subresources and frames must say to be embedded. */
public enum EmbedderPolicy {
  UNSAFE_NONE, REQUIRE_CORP, CREDENTIALLESS;

  /** Compatible with cross-origin isolation (HTML §7.1.4). */
  public boolean isCompatibleWithIsolation() {
    return this != UNSAFE_NONE;
  }
}
