package dev.skerry.bindings.dom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Selectors 4 over a small document, whose matches are named by id. */
class SelectorTest {

  private static final Document DOCUMENT = Jsoup.parse("""
      <body id=body>
        <div id=d1 class='box big' lang=en-US data-x='a b'>
          <p id=p1 title='Hello World'>one</p>
          <p id=p2 class=box>two <em id=e1></em></p>
          <span id=s1><em id=e2>x</em></span>
        </div>
        <div id=d2 lang=de><p id=p3></p></div>
        <ul id=u><li id=l1><li id=l2><li id=l3><li id=l4><li id=l5></ul>
        <i id='odd:id' class='1st'></i>""");

  private static String ids(String selector) throws SelectorError {
    List<String> ids = new ArrayList<>();
    SelectorParser.parse(selector).select(DOCUMENT, new Steps(() -> { }), element -> {
      if (!element.id().isEmpty()) {
        ids.add(element.id());
      }
      return true;
    });
    return String.join(" ", ids);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(delimiter = ';', value = {
      "p; p1 p2 p3", "P; p1 p2 p3", "#p2; p2", ".box; d1 p2", "div.box.big; d1", "p.box, #p3 , em; p2 e1 e2 p3",
      "div p; p1 p2 p3", "body > p; ''", "div > p; p1 p2 p3", "div>p+p; p2", "p ~ span; s1", "p+span; s1",
      "div em; e1 e2", "div > em; ''", "div > p > em; e1", "div div; ''", "body div p em; e1",
      "html body ul > li ~ li + li; l3 l4 l5", "[title]; p1", "[TITLE]; p1", "[title='Hello World']; p1",
      "[title=\"hello world\" i]; p1", "[title='hello world']; ''", "[title^=Hello]; p1", "[title$=World]; p1",
      "[title*='lo Wo']; p1", "[title*='LO'i]; p1", "[title^='']; ''", "[data-x~=b]; d1", "[data-x~='a b']; ''",
      "[data-x ~= a]; d1", "[lang|=en]; d1", "[lang|=e]; ''", "[ lang = de ]; d2", "[class=box]; p2",
      ":root > body; body", "p:empty; p3", "em:empty; e1", "p:first-child; p1 p3", "span:last-child; s1",
      "p:only-child; p3", "p:first-of-type; p1 p3", "p:last-of-type; p2 p3", "span:only-of-type; s1",
      "li:nth-child(odd); l1 l3 l5", "li:nth-child(2n); l2 l4", "li:nth-child( 2n + 1 ); l1 l3 l5",
      "li:nth-child(-n+2); l1 l2", "li:nth-child(3); l3", "li:nth-child(n+4); l4 l5", "li:nth-last-child(1); l5",
      "li:nth-last-child(even); l2 l4", "p:nth-of-type(2); p2", "span:nth-of-type(1); s1",
      "p:nth-last-of-type(2); p1", "li:nth-child(0); ''", "li:nth-child(-2); ''", "li:NTH-CHILD(2N+1); l1 l3 l5",
      ":is(span, #d2) > *; e2 p3", ":where(p):not(.box); p1 p3", "p:not(:first-child, .none); p2",
      "div:not(div > *); d1 d2", "#odd\\:id; odd:id", ".\\31 st; odd:id", "#\\6f dd\\3A id; odd:id",
      "  p#p1 ; p1", "div:is(.big):not(:is(.small)) p; p1 p2"})
  void matches(String selector, String expected) throws SelectorError {
    assertEquals(expected, ids(selector));
  }

  @ParameterizedTest(name = "[{index}] {0}")
  @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
      "``; ends too early at character 0", "p,; ends too early", "p >; ends too early", "> p; unexpected '>'",
      "p > > q; unexpected '>'", "p[; lacks a name", "p[a; has no attribute operator", "p[a=b; unclosed '['",
      "p[a='b]; unclosed string", "p[a!=b]; no attribute operator", "p[a=b x]; unclosed '['", ".; lacks a name",
      "#; lacks a name", "#1a; lacks a name", "p!; unexpected '!'", "p); unexpected ')'", ":hover; uses ':hover'",
      ":has(p); uses ':has()'", ":matches(a); uses ':matches()'", "p::; lacks a name", "p::before; lacks a name",
      ":not(; ends too early", ":not(p; unclosed '('", ":nth-child(x); An+B", ":nth-child(2n+); An+B",
      ":nth-child(99999999999); An+B", ":nth-child; uses ':nth-child'", "p\\; incomplete escape",
      "svg|a; unexpected '|'", "[\\/internal]; names no possible attribute"})
  void refuses(String selector, String reason) {
    SelectorError error = assertThrows(SelectorError.class, () -> SelectorParser.parse(selector));
    assertTrue(error.getMessage().startsWith("the selector '" + selector + "' "), error::getMessage);
    assertTrue(error.getMessage().contains(reason), error::getMessage);
  }

  @Test
  void aSelectorHasALimitOfLength() {
    SelectorError error = assertThrows(SelectorError.class, () -> SelectorParser.parse("a".repeat(1025)));
    assertTrue(error.getMessage().contains("is longer than 1024 characters"), error::getMessage);
    assertTrue(error.getMessage().length() < 200, error::getMessage);
  }

  @Test
  void theDeepestSelectorNeedsLittleStack() throws Exception {
    String nested = ":not(".repeat(170) + "p" + ")".repeat(170);
    assertEquals("p1 p2 p3", ids(nested));
    assertTrue(ids("*" + " *".repeat(511)).isEmpty());
  }

  @Test
  void aSelectorThatTakesForEverIsInterrupted() throws Exception {
    Element deep = new Element("a");
    Element bottom = deep;
    for (int i = 0; i < 500; i++) {
      bottom = bottom.appendElement("a");
    }
    Selector selector = SelectorParser.parse("b" + " a > a".repeat(40));
    int[] polls = {0};
    Steps steps = new Steps(() -> {
      if (++polls[0] == 100) {
        throw new IllegalStateException("interrupted");
      }
    });
    assertThrows(IllegalStateException.class, () -> selector.select(deep, steps, element -> true));
    assertEquals(100, polls[0]);
  }
}
