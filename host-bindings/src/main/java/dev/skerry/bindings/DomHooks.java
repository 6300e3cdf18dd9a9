package dev.skerry.bindings;

import org.jsoup.nodes.Element;

/** Hears what guests do to a document, right after it was done; each has nothing to do unless somebody says so. */
public interface DomHooks {

  /** A tree was put into the document. */
  default void inserted(Element root) {
  }

  /** A tree was taken out of the document. */
  default void removed(Element root) {
  }

  /** An attribute of an element was set or removed. */
  default void changed(Element element, String attribute) {
  }

  /** A guest wanted more nodes or characters in the document than it may add. */
  default void full() {
  }

  /** An element was clicked, and no listener prevented what follows (HTML §6.5.3, activation behavior). */
  default void activated(Element element) {
  }
}
