package dev.skerry.bindings.dom;

/** What guests may add to one document: so many nodes, and so many characters of names, attributes and text. */
public final class Budget {

  /** Characters that guests may hold in one document: 32 Mi, twice that in bytes at most. */
  public static final long MAX_CHARACTERS = 32L << 20;

  private final int maxNodes;
  private int nodes;
  private long characters;

  public Budget(int maxNodes) {
    this.maxNodes = maxNodes;
  }

  /** Takes (or gives back, when negative) both; the sentence that says which limit is reached, or null. */
  public String take(int moreNodes, long moreCharacters) {
    if (moreNodes > 0 && nodes + (long) moreNodes > maxNodes) {
      return "the document's limit of " + maxNodes + " added nodes is reached";
    }
    if (moreCharacters > 0 && characters + moreCharacters > MAX_CHARACTERS) {
      return "the document's limit of " + MAX_CHARACTERS + " added characters is reached";
    }
    nodes = Math.max(0, nodes + moreNodes);
    characters = Math.max(0, characters + moreCharacters);
    return null;
  }
}
