package dev.skerry.origin;

import java.io.IOException;

/** The nodes that the documents of one page may still have when they are parsed. Any thread takes. */
final class NodeBudget {

  /** All nodes, in blocks; that of the default limit has some 8,000. */
  private static final long BLOCKS = 1 << 7;

  private final PageLimits limits;
  private final PageShares nodes;

  NodeBudget(PageLimits limits) {
    this.limits = limits;
    nodes = new PageShares(limits.get(Limit.DOM_NODES), BLOCKS);
  }

  /** Nodes that were parsed so far, of the top document's origin or of all others, whichever are more. */
  long used() {
    return nodes.used();
  }

  /** @param top whether it is for documents of the top document's origin */
  long left(boolean top) {
    return nodes.left(top);
  }

  /** Takes the nodes of a document, or none of them. */
  void take(boolean top, long count) throws IOException {
    if (!nodes.take(top, top ? count : nodes.inBlocks(count))) {
      throw exceeded();
    }
  }

  /** The error of a document that has more nodes than are left. */
  IOException exceeded() {
    return new IOException(limits.exceeded(Limit.DOM_NODES));
  }
}
