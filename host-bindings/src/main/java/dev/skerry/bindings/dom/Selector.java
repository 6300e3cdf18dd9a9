package dev.skerry.bindings.dom;

import java.util.List;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.NodeIterator;

/**
 * A list of complex selectors (Selectors 4 §5), matched as {@code querySelector} does: against the whole tree, results
 * from the descendants of a scope alone. Matching takes no memory of its own and counts its work in {@link Steps}, so
 * that it can be interrupted whatever the selector and the tree are.
 */
public record Selector(List<Complex> alternatives) {

  /** How two compound selectors are joined. */
  enum Combinator { DESCENDANT, CHILD, NEXT_SIBLING, SUBSEQUENT_SIBLING }

  /** A simple selector. */
  @FunctionalInterface
  interface Simple {
    boolean matches(Element element, Steps steps);
  }

  /**
   * Compound selectors joined by combinators.
   *
   * @param compounds left to right; each a list of simple selectors
   * @param combinators one less; that at {@code i} joins compounds {@code i} and {@code i + 1}
   */
  record Complex(List<List<Simple>> compounds, List<Combinator> combinators) {

    boolean matches(Element element, int last, Steps steps) {
      steps.count();
      for (Simple simple : compounds.get(last)) {
        if (!simple.matches(element, steps)) {
          return false;
        }
      }
      return last == 0 || leftMatches(element, last - 1, steps);
    }

    private boolean leftMatches(Element element, int last, Steps steps) {
      Combinator combinator = combinators.get(last);
      boolean siblings = combinator == Combinator.NEXT_SIBLING || combinator == Combinator.SUBSEQUENT_SIBLING;
      boolean once = combinator == Combinator.CHILD || combinator == Combinator.NEXT_SIBLING;
      for (Element at = step(element, siblings); at != null; at = step(at, siblings)) {
        if (matches(at, last, steps)) {
          return true;
        }
        if (once) {
          return false;
        }
      }
      return false;
    }

    private static Element step(Element element, boolean sibling) {
      return sibling ? element.previousElementSibling() : Trees.parentElement(element);
    }
  }

  /** Takes the matching elements, and says whether more are wanted. */
  @FunctionalInterface
  public interface Sink {
    boolean accept(Element element);
  }

  boolean matches(Element element, Steps steps) {
    for (Complex complex : alternatives) {
      if (complex.matches(element, complex.compounds().size() - 1, steps)) {
        return true;
      }
    }
    return false;
  }

  /** Hands the matching descendants of the scope to the sink, in tree order, until it wants no more. */
  public void select(Element scope, Steps steps, Sink sink) {
    NodeIterator<Element> elements = new NodeIterator<>(scope, Element.class);
    elements.next();
    while (elements.hasNext()) {
      Element element = elements.next();
      if (matches(element, steps) && !sink.accept(element)) {
        return;
      }
    }
  }
}
