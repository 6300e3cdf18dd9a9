package dev.skerry.origin;

/**
 * What the documents of a page have taken of one of its limits: those of the top document's origin may take all of it,
 * and all others together as much again, so that nothing in a frame can use up what the page needs. Those others can
 * starve each other: shares for each would be no limit, for whoever has a domain has any number of origins. What is not
 * for those to know who can see when it is used up is counted in whole blocks. Thread-safe.
 */
final class PageShares {

  private final long most;
  private final long block;
  private long ofTheTop;
  private long ofOthers;

  /** @param blocks of how many equal blocks the limit is, where those are counted */
  PageShares(long most, long blocks) {
    this.most = most;
    block = Math.max(1, most / blocks);
  }

  /** So much as whole blocks. */
  long inBlocks(long amount) {
    return (amount + block - 1) / block * block;
  }

  /** Takes an amount, or nothing where that is more than is left. */
  synchronized boolean take(boolean top, long amount) {
    boolean fits = amount <= left(top);
    if (fits) {
      add(top, amount);
    }
    return fits;
  }

  /** Takes what is there already, even if it is too much; whether it was not. */
  synchronized boolean add(boolean top, long amount) {
    if (top) {
      ofTheTop += amount;
    } else {
      ofOthers += amount;
    }
    return left(top) >= 0;
  }

  synchronized long left(boolean top) {
    return most - (top ? ofTheTop : ofOthers);
  }

  /** The larger of both shares. */
  synchronized long used() {
    return Math.max(ofTheTop, ofOthers);
  }
}
