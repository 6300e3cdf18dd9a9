package dev.skerry.bindings.dom;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * The lists that guests of one document hold. A guest never gives a handle back, so memory is bounded by age: when
 * there are more than {@link #MAX_LISTS}, or together they hold more than {@link #MAX_ELEMENTS}, the oldest expire, and
 * their handles stand for new lists in time. The newest list never expires.
 */
public final class ElementLists {

  public static final int MAX_LISTS = 4096;
  public static final int MAX_ELEMENTS = 1 << 20;

  private final Document document;
  private final Deque<ElementList> held = new ArrayDeque<>();
  private final Deque<ElementList> expired = new ArrayDeque<>();
  private long elements;

  public ElementLists(Document document) {
    this.document = document;
  }

  public ElementList add(List<Element> found) {
    elements += found.size();
    while (!held.isEmpty() && (elements > MAX_ELEMENTS || held.size() == MAX_LISTS)) {
      ElementList oldest = held.poll();
      elements -= oldest.elements().size();
      oldest.hold(null);
      expired.add(oldest);
    }
    boolean reuse = held.size() + expired.size() >= MAX_LISTS;
    ElementList list = reuse ? expired.poll() : new ElementList(document);
    list.hold(found);
    held.add(list);
    return list;
  }
}
