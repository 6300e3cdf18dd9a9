package dev.skerry.bindings.dom;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * The lists that guests of one document hold. A handle is never given back, so memory is bounded by age: when the lists
 * together hold more than {@link #MAX_ELEMENTS}, the oldest expire, the newest never.
 */
public final class ElementLists {

  public static final int MAX_ELEMENTS = 1 << 20;

  /** What a list weighs beside its elements, so that empty ones are bounded too. */
  private static final int LIST_WEIGHT = 16;

  private final Document document;
  private final Deque<ElementList> lists = new ArrayDeque<>();
  private long weight;

  public ElementLists(Document document) {
    this.document = document;
  }

  public ElementList add(List<Element> elements) {
    ElementList list = new ElementList(document, elements);
    weight += weight(list);
    while (weight > MAX_ELEMENTS && !lists.isEmpty()) {
      ElementList oldest = lists.poll();
      weight -= weight(oldest);
      oldest.expire();
    }
    lists.add(list);
    return list;
  }

  private static long weight(ElementList list) {
    return list.elements().size() + (long) LIST_WEIGHT;
  }
}
