package dev.skerry.bindings.dom;

import java.util.List;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** The elements that a selector matched at one moment, as a static {@code NodeList} (DOM §4.2.6). */
public final class ElementList {

  private final Document document;
  private List<Element> elements;

  ElementList(Document document) {
    this.document = document;
  }

  public Document document() {
    return document;
  }

  /** The elements; null once the list has expired. */
  public List<Element> elements() {
    return elements;
  }

  void hold(List<Element> newElements) {
    elements = newElements;
  }
}
