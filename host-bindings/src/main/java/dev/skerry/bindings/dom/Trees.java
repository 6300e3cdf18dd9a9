package dev.skerry.bindings.dom;

import org.jsoup.nodes.DataNode;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.NodeIterator;
import org.jsoup.nodes.TextNode;

/** Questions about trees in the words of DOM §4.2, over jsoup's nodes; none of them recurses. */
public final class Trees {

  private Trees() {
  }

  /** The parent element; null for a document's root element, whose parent is no element (DOM §4.4). */
  public static Element parentElement(Node node) {
    Node parent = node.parentNode();
    return parent instanceof Element element && !(parent instanceof Document) ? element : null;
  }

  /** The topmost inclusive ancestor. */
  public static Node root(Node node) {
    Node at = node;
    while (at.parentNode() != null) {
      at = at.parentNode();
    }
    return at;
  }

  public static boolean isInclusiveAncestor(Node ancestor, Node node) {
    for (Node at = node; at != null; at = at.parentNode()) {
      if (at == ancestor) {
        return true;
      }
    }
    return false;
  }

  /** How many ancestors a node has. */
  public static int depth(Node node) {
    int depth = 0;
    for (Node at = node.parentNode(); at != null; at = at.parentNode()) {
      depth++;
    }
    return depth;
  }

  /** How many levels a tree has under its root. */
  public static int height(Node root) {
    int[] height = {0};
    root.traverse((node, depth) -> height[0] = Math.max(height[0], depth));
    return height[0];
  }

  /** The descendant text content (DOM §4.11): all text below the node in tree order, scripts and styles included. */
  public static String textContent(Element element) {
    StringBuilder text = new StringBuilder();
    NodeIterator.from(element).forEachRemaining(node -> text.append(data(node)));
    return text.toString();
  }

  /** The data of a text node; an empty string for anything else. */
  public static String data(Node node) {
    if (node instanceof DataNode script) {
      return script.getWholeData();
    }
    return node instanceof TextNode text ? text.getWholeText() : "";
  }
}
