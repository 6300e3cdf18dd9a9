package dev.skerry.bindings.dom;

import dev.skerry.bindings.dom.Selector.Combinator;
import dev.skerry.bindings.dom.Selector.Complex;
import dev.skerry.bindings.dom.Selector.Simple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jsoup.nodes.Element;

/**
 * Reads selectors (Selectors 4 §17 over CSS Syntax 3 §4.3): type, universal, id, class, attribute selectors with every
 * operator and the case flags, the tree-structural pseudo-classes, {@code :is}, {@code :where} and {@code :not}, all
 * combinators and lists.
 */
public final class SelectorParser {

  /** The longest selector, in UTF-16 code units; it bounds how deep parser and matcher nest too. */
  public static final int MAX_LENGTH = 1024;

  /** Pseudo-classes without arguments. */
  private static final Map<String, Simple> PSEUDO_CLASSES = Map.of(
      "root", (element, steps) -> Trees.parentElement(element) == null && element.parentNode() != null,
      "empty", (element, steps) -> element.childNodes().stream()
          .allMatch(node -> !(node instanceof Element) && Trees.data(node).isEmpty()),
      "first-child", nth(0, 1, false, false),
      "last-child", nth(0, 1, true, false),
      "only-child", both(nth(0, 1, false, false), nth(0, 1, true, false)),
      "first-of-type", nth(0, 1, false, true),
      "last-of-type", nth(0, 1, true, true),
      "only-of-type", both(nth(0, 1, false, true), nth(0, 1, true, true)));

  private final String text;
  private int at;

  private SelectorParser(String text) {
    this.text = text;
  }

  /** Reads a selector list. */
  public static Selector parse(String text) throws SelectorError {
    SelectorParser parser = new SelectorParser(text);
    if (text.length() > MAX_LENGTH) {
      throw parser.error("is longer than " + MAX_LENGTH + " characters");
    }
    Selector selector = parser.list();
    if (parser.at < text.length()) {
      throw parser.error("has an unexpected '" + parser.peek() + "'");
    }
    return selector;
  }

  private Selector list() throws SelectorError {
    List<Complex> alternatives = new ArrayList<>();
    do {
      alternatives.add(complex());
    } while (accept(','));
    return new Selector(List.copyOf(alternatives));
  }

  private Complex complex() throws SelectorError {
    List<List<Simple>> compounds = new ArrayList<>();
    List<Combinator> combinators = new ArrayList<>();
    space();
    compounds.add(compound());
    while (true) {
      boolean spaced = space();
      Combinator combinator = switch (peek()) {
        case '>' -> Combinator.CHILD;
        case '+' -> Combinator.NEXT_SIBLING;
        case '~' -> Combinator.SUBSEQUENT_SIBLING;
        default -> spaced ? Combinator.DESCENDANT : null;
      };
      if (combinator == null || atEndOfComplex()) {
        return new Complex(List.copyOf(compounds), List.copyOf(combinators));
      }
      if (combinator != Combinator.DESCENDANT) {
        at++;
        space();
      }
      combinators.add(combinator);
      compounds.add(compound());
    }
  }

  private boolean atEndOfComplex() {
    return at == text.length() || peek() == ',' || peek() == ')';
  }

  private List<Simple> compound() throws SelectorError {
    List<Simple> simples = new ArrayList<>();
    int start = at;
    if (accept('*')) {
      simples.add((element, steps) -> true);
    } else if (startsIdentifier()) {
      String name = identifier().toLowerCase(Locale.ROOT);
      simples.add((element, steps) -> element.normalName().equals(name));
    }
    while (true) {
      switch (peek()) {
        case '#' -> simples.add(id());
        case '.' -> simples.add(className());
        case '[' -> simples.add(attribute());
        case ':' -> simples.add(pseudoClass());
        default -> {
          if (at == start) {
            throw error(at == text.length() ? "ends too early" : "has an unexpected '" + peek() + "'");
          }
          return List.copyOf(simples);
        }
      }
    }
  }

  private Simple id() throws SelectorError {
    at++;
    String id = identifier();
    return (element, steps) -> element.attributes().getIgnoreCase("id").equals(id);
  }

  private Simple className() throws SelectorError {
    at++;
    String name = identifier();
    return (element, steps) -> hasWord(element.attributes().getIgnoreCase("class"), name, false);
  }

  private Simple attribute() throws SelectorError {
    at++;
    space();
    String name = identifier();
    if (!Names.isAttributeName(name)) {
      throw error("names no possible attribute");
    }
    space();
    if (accept(']')) {
      return (element, steps) -> element.attributes().hasKeyIgnoreCase(name);
    }
    char operator = accept('=') ? '=' : peek();
    if (operator != '=') {
      at++;
      if ("~|^$*".indexOf(operator) < 0 || !accept('=')) {
        throw error("has no attribute operator");
      }
    }
    space();
    String value = peek() == '"' || peek() == '\'' ? string() : identifier();
    space();
    boolean ignoreCase = accept('i') || accept('I');
    if (!ignoreCase && !accept('s')) {
      accept('S');
    }
    space();
    if (!accept(']')) {
      throw error("has an unclosed '['");
    }
    return (element, steps) -> element.attributes().hasKeyIgnoreCase(name)
        && compare(element.attributes().getIgnoreCase(name), operator, value, ignoreCase);
  }

  private static boolean compare(String actual, char operator, String value, boolean ignoreCase) {
    int length = value.length();
    return switch (operator) {
      case '=' -> actual.length() == length && actual.regionMatches(ignoreCase, 0, value, 0, length);
      case '~' -> hasWord(actual, value, ignoreCase);
      case '|' -> actual.regionMatches(ignoreCase, 0, value, 0, length)
          && (actual.length() == length || actual.charAt(length) == '-');
      case '^' -> length > 0 && actual.regionMatches(ignoreCase, 0, value, 0, length);
      case '$' -> length > 0 && actual.regionMatches(ignoreCase, actual.length() - length, value, 0, length);
      default -> length > 0 && (ignoreCase
          ? actual.toLowerCase(Locale.ROOT).contains(value.toLowerCase(Locale.ROOT)) : actual.contains(value));
    };
  }

  private static boolean hasWord(String list, String word, boolean ignoreCase) {
    int length = word.length();
    if (length == 0 || word.chars().anyMatch(SelectorParser::isSpace)) {
      return false;
    }
    for (int i = 0; i + length <= list.length(); i++) {
      if ((i == 0 || isSpace(list.charAt(i - 1))) && list.regionMatches(ignoreCase, i, word, 0, length)
          && (i + length == list.length() || isSpace(list.charAt(i + length)))) {
        return true;
      }
    }
    return false;
  }

  private Simple pseudoClass() throws SelectorError {
    at++;
    int start = at;
    String name = identifier().toLowerCase(Locale.ROOT);
    if (!accept('(')) {
      Simple simple = PSEUDO_CLASSES.get(name);
      if (simple == null) {
        at = start;
        throw error("uses ':" + name + "', which this host does not offer,");
      }
      return simple;
    }
    Simple simple = switch (name) {
      case "is", "where" -> list()::matches;
      case "not" -> not(list());
      case "nth-child" -> nth(false, false);
      case "nth-last-child" -> nth(true, false);
      case "nth-of-type" -> nth(false, true);
      case "nth-last-of-type" -> nth(true, true);
      default -> {
        at = start;
        throw error("uses ':" + name + "()', which this host does not offer,");
      }
    };
    space();
    if (!accept(')')) {
      throw error("has an unclosed '('");
    }
    return simple;
  }

  private static Simple not(Selector selector) {
    return (element, steps) -> !selector.matches(element, steps);
  }

  private static Simple both(Simple first, Simple second) {
    return (element, steps) -> first.matches(element, steps) && second.matches(element, steps);
  }

  /** Reads {@code An+B} (CSS Syntax 3 §6). */
  private Simple nth(boolean fromEnd, boolean ofType) throws SelectorError {
    int close = text.indexOf(')', at);
    String formula = text.substring(at, close < 0 ? text.length() : close).strip().toLowerCase(Locale.ROOT);
    var match = NthFormula.read(formula);
    if (match == null) {
      throw error("has no valid An+B formula");
    }
    at = close < 0 ? text.length() : close;
    return nth(match.step(), match.offset(), fromEnd, ofType);
  }

  private static Simple nth(int step, int offset, boolean fromEnd, boolean ofType) {
    return (element, steps) -> {
      int index = 1;
      Element sibling = element;
      while ((sibling = fromEnd ? sibling.nextElementSibling() : sibling.previousElementSibling()) != null) {
        steps.count();
        if (!ofType || sibling.tag().equals(element.tag())) {
          index++;
        }
      }
      long distance = (long) index - offset;
      return step == 0 ? distance == 0 : distance % step == 0 && distance / step >= 0;
    };
  }

  private boolean startsIdentifier() {
    char c = peek();
    return isNameStart(c) || c == '\\' || c == '-' && at + 1 < text.length()
        && (isNameStart(text.charAt(at + 1)) || text.charAt(at + 1) == '-' || text.charAt(at + 1) == '\\');
  }

  private String identifier() throws SelectorError {
    if (!startsIdentifier()) {
      throw error("lacks a name");
    }
    StringBuilder name = new StringBuilder();
    while (at < text.length()) {
      char c = peek();
      if (c == '\\') {
        escape(name);
      } else if (isNameStart(c) || c == '-' || c >= '0' && c <= '9') {
        name.append(c);
        at++;
      } else {
        break;
      }
    }
    return name.toString();
  }

  private String string() throws SelectorError {
    char quote = text.charAt(at++);
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = peek();
      if (c == '\\') {
        escape(value);
      } else if (c == '\n') {
        break;
      } else {
        at++;
        if (c == quote) {
          return value.toString();
        }
        value.append(c);
      }
    }
    throw error("has an unclosed string");
  }

  /** Reads an escaped code point (CSS Syntax 3 §4.3.7). */
  private void escape(StringBuilder out) throws SelectorError {
    at++;
    if (at == text.length() || peek() == '\n') {
      throw error("has an incomplete escape");
    }
    int start = at;
    int code = 0;
    while (at < text.length() && at < start + 6 && Character.digit(peek(), 16) >= 0 && peek() < 0x80) {
      code = code * 16 + Character.digit(text.charAt(at++), 16);
    }
    if (at == start) {
      int literal = text.codePointAt(at);
      at += Character.charCount(literal);
      out.appendCodePoint(literal);
      return;
    }
    if (at < text.length() && isSpace(peek())) {
      at++;
    }
    boolean valid = code != 0 && code <= Character.MAX_CODE_POINT && (code < 0xd800 || code > 0xdfff);
    out.appendCodePoint(valid ? code : 0xfffd);
  }

  private boolean space() {
    int start = at;
    while (at < text.length() && isSpace(peek())) {
      at++;
    }
    return at > start;
  }

  private boolean accept(char c) {
    if (peek() != c || at == text.length()) {
      return false;
    }
    at++;
    return true;
  }

  /** The next character; NUL, which no selector contains unescaped, at the end. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private SelectorError error(String reason) {
    return new SelectorError(text, at, reason);
  }

  private static boolean isNameStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80;
  }

  private static boolean isSpace(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
  }
}
