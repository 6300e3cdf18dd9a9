package dev.skerry.origin;

import java.io.IOException;

/** The nodes that the documents of one page may still have when they are parsed. Any thread takes. */
final class NodeBudget {

  private final PageLimits limits;
  private long left;

  NodeBudget(PageLimits limits) {
    this.limits = limits;
    left = limits.get(Limit.DOM_NODES);
  }

  /** Nodes that were parsed so far. */
  synchronized long used() {
    return limits.get(Limit.DOM_NODES) - left;
  }

  synchronized long left() {
    return left;
  }

  /** Takes the nodes of a document, or none of them. */
  synchronized void take(long nodes) throws IOException {
    if (nodes > left) {
      throw exceeded();
    }
    left -= nodes;
  }

  /** The error of a document that has more nodes than are left. */
  IOException exceeded() {
    return new IOException(limits.exceeded(Limit.DOM_NODES));
  }
}
