package dev.skerry.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.skerry.bindings.dom.ElementLists;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes, text and attributes through the guest's eyes. */
class WebDomTest {

  private static final String D = "web:dom.";
  private static final int MAX_NODES = 50;

  private final Document document = Jsoup.parse("<title>T</title><body><p id=one class='a b'>x<b>bold</b> y</p><p>two");
  private final WebDom dom = new WebDom(document, Guest.RUNNER, MAX_NODES);
  private Guest guest;

  @BeforeEach
  void start() throws Exception {
    guest = Guest.of(dom);
  }

  @AfterEach
  void stop() {
    guest.close();
  }

  private Object query(Object root, String selector) {
    return guest.ref(D + "query", root, 0, guest.put(0, selector));
  }

  private Element create(String name) {
    return (Element) guest.ref(D + "create_element", 0, guest.put(0, name));
  }

  private void append(Object parent, Object child) {
    guest.results(D + "append_child", parent, child);
  }

  private void setText(Object element, String text) {
    guest.results(D + "set_text", element, 0, guest.put(0, text));
  }

  private String text(Object node) {
    return guest.get(0, guest.call(D + "text", node, 0, 1000));
  }

  private void setAttribute(Object element, String name, String value) {
    guest.results(D + "set_attribute", element, 0, guest.put(0, name), 500, guest.put(500, value));
  }

  private String attribute(Object element, String name) {
    int size = guest.call(D + "attribute", element, 0, guest.put(0, name), 500, 500);
    return size < 0 ? null : guest.get(500, size);
  }

  @Test
  void theSameNodeIsTheSameReference() {
    assertSame(document, guest.ref(D + "document"));
    Element paragraph = (Element) query(document, "#one");
    assertSame(document.getElementById("one"), paragraph);
    assertEquals(guest.store.refOf(paragraph), guest.store.refOf(query(document, "p.a")));
    assertSame(document.body(), guest.ref(D + "parent", paragraph));
    assertSame(document, guest.ref(D + "parent", document.firstElementChild()));
    assertNull(guest.ref(D + "parent", document));
  }

  @Test
  void queriesFindDescendantsOnlyInTreeOrder() {
    Element paragraph = document.getElementById("one");
    assertNull(query(paragraph, "p"), "the scope itself is no result");
    assertSame(document.selectFirst("b"), query(paragraph, "body b"), "but what is above it counts for matching");
    Object list = guest.ref(D + "query_all", document, 0, guest.put(0, "p, title, b"));
    assertEquals(4, guest.call(D + "list_length", list));
    assertSame(document.selectFirst("title"), guest.ref(D + "list_item", list, 0));
    assertSame(document.selectFirst("b"), guest.ref(D + "list_item", list, 2));
    assertNull(guest.ref(D + "list_item", list, 4));
    assertNull(guest.ref(D + "list_item", list, -1));
  }

  @Test
  void aListStaysAsItWas() {
    Object list = guest.ref(D + "query_all", document, 0, guest.put(0, "p"));
    guest.results(D + "remove", document.getElementById("one"));
    assertEquals(2, guest.call(D + "list_length", list));
  }

  @Test
  void aBadSelectorIsATrapThatNamesIt() {
    guest.traps("the selector 'p[' lacks a name at character 2", D + "query", document, 0, guest.put(0, "p["));
  }

  @Test
  void oldListsExpireWhenNewOnesHoldTooManyElements() throws Exception {
    int paragraphs = ElementLists.MAX_ELEMENTS / 100;
    Document large = Jsoup.parse("<p>".repeat(paragraphs));
    try (Guest other = Guest.of(new WebDom(large, Guest.RUNNER, MAX_NODES))) {
      other.put(0, "p");
      Object first = other.ref(D + "query_all", large, 0, 1);
      Object last = null;
      for (int i = 0; i < 100; i++) {
        last = other.ref(D + "query_all", large, 0, 1);
      }
      assertEquals(paragraphs, other.call(D + "list_length", last));
      other.traps("the list has expired", D + "list_length", first);
    }
  }

  @Test
  void howeverManyListsAreMadeTheStoreRefersToSoMany() {
    guest.put(0, "p");
    Set<Object> lists = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 3 * ElementLists.MAX_LISTS; i++) {
      Object list = guest.ref(D + "query_all", document, 0, 1);
      assertEquals(2, guest.call(D + "list_length", list));
      lists.add(list);
    }
    assertEquals(ElementLists.MAX_LISTS, lists.size());
  }

  @Test
  void aNewElementCanBePutInMovedTakenOutAndPutBack() {
    Element element = create("SECTION");
    assertEquals("section", element.normalName());
    assertNull(guest.ref(D + "parent", element));
    append(document.body(), element);
    assertSame(element, document.body().lastElementChild());
    append(document.getElementById("one"), element);
    assertSame(document.getElementById("one"), element.parent());
    guest.results(D + "remove", element);
    assertNull(element.parent());
    guest.results(D + "remove", element);
    append(document.body(), element);
    assertSame(document.body(), guest.ref(D + "parent", element));
  }

  @Test
  void theTreeStaysATree() {
    Element outer = create("div");
    Element inner = create("div");
    append(outer, inner);
    guest.traps("HierarchyRequestError: the new child contains the parent", D + "append_child", inner, outer);
    guest.traps("HierarchyRequestError: the new child contains the parent", D + "append_child", outer, outer);
    guest.traps("HierarchyRequestError: a document cannot be a child", D + "append_child", outer, document);
    guest.traps("HierarchyRequestError: a document has one element child only", D + "append_child", document, outer);
    guest.traps("the document cannot be removed", D + "remove", document);
  }

  @Test
  void theTreeHasALimitOfDepthHoweverItGrows() throws Exception {
    WebDom roomy = new WebDom(document, Guest.RUNNER, 10_000);
    try (Guest other = Guest.of(roomy)) {
      int length = other.put(0, "div");
      Object top = other.ref(D + "create_element", 0, length);
      for (int i = 0; i < WebDom.MAX_DEPTH; i++) {
        Object next = other.ref(D + "create_element", 0, length);
        other.results(D + "append_child", next, top);
        top = next;
      }
      Object last = top;
      Object above = other.ref(D + "create_element", 0, length);
      other.traps("deeper than 1024 levels", D + "append_child", above, last);
      other.traps("deeper than 1024 levels", D + "append_child", document.body(), last);
    }
  }

  @Test
  void textIsThatOfAllDescendants() {
    assertEquals("xbold y", text(document.getElementById("one")));
    setText(document.getElementById("one"), "<i>new</i> & more");
    assertEquals("<i>new</i> & more", text(document.getElementById("one")));
    assertEquals("&lt;i&gt;new&lt;/i&gt; &amp; more", document.getElementById("one").html());
    setText(document.getElementById("one"), "");
    assertEquals(0, document.getElementById("one").childNodeSize());
    guest.traps("the document was passed where an element is needed", D + "set_text", document, 0, 0);
  }

  @Test
  void aTextThatDoesNotFitIsNotWritten() {
    guest.put(0, "####");
    assertEquals(7, guest.call(D + "text", document.getElementById("one"), 0, 6));
    assertEquals("####", guest.get(0, 4));
    assertEquals(7, guest.call(D + "text", document.getElementById("one"), 0, 0));
  }

  @Test
  void scriptAndStyleHoldTheirTextRaw() {
    for (String name : new String[] {"script", "style"}) {
      Element element = create(name);
      setText(element, "a < b && c");
      append(document.head(), element);
      assertEquals("a < b && c", text(element));
      assertEquals("<" + name + ">a < b && c</" + name + ">", element.outerHtml());
    }
  }

  @Test
  void attributesAreSetReadAndRemoved() {
    Element paragraph = document.getElementById("one");
    assertEquals("a b", attribute(paragraph, "CLASS"));
    assertNull(attribute(paragraph, "title"));
    setAttribute(paragraph, "Title", "t\"<");
    assertEquals("t\"<", attribute(paragraph, "title"));
    assertEquals("t\"<", paragraph.attr("title"));
    setAttribute(paragraph, "title", "");
    assertEquals("", attribute(paragraph, "title"));
    guest.results(D + "remove_attribute", paragraph, 0, guest.put(0, "title"));
    guest.results(D + "remove_attribute", paragraph, 0, guest.put(0, "title"));
    assertNull(attribute(paragraph, "title"));
    assertNull(attribute(paragraph, "abs:class"), "jsoup's own keys mean nothing here");
    assertNull(attribute(paragraph, "/baseUri"));
  }

  @Test
  void namesThatNoMarkupCouldWriteAreRefused() {
    for (String name : new String[] {"", "1a", "a b", "a>", "a/b", "a\0", "x".repeat(300)}) {
      guest.traps("InvalidCharacterError", D + "create_element", 0, guest.put(0, name));
    }
    for (String name : new String[] {"", "a b", "a=b", "/internal", "\"", "x".repeat(300)}) {
      guest.traps("InvalidCharacterError", D + "set_attribute", document.body(), 0, guest.put(0, name), 0, 0);
    }
    assertEquals("my-element", create("my-element").tagName());
  }

  @Test
  void tagNames() {
    assertEquals(5, guest.call(D + "tag_name", document.selectFirst("title"), 0, 10));
    assertEquals("title", guest.get(0, 5));
    assertEquals("#document", guest.get(0, guest.call(D + "tag_name", document, 0, 10)));
  }

  @Test
  void guestsCanAddSoManyNodesAndNoMore() {
    Element last = null;
    for (int i = 0; i < MAX_NODES; i++) {
      last = create("i");
    }
    guest.traps("QuotaExceededError: the document's limit of 50 added nodes", D + "create_element", 0, 1);
    Element full = last;
    guest.traps("QuotaExceededError", D + "set_text", full, 0, 1);
    setText(full, "");
  }

  @Test
  void replacingATextOverAndOverAddsNothing() {
    Element element = create("p");
    for (int i = 0; i < 10 * MAX_NODES; i++) {
      setText(element, "tick " + i);
    }
    assertEquals("tick 499", text(element));
  }

  @Test
  void textHasALimitToo() {
    guest.memory().grow(256);
    int size = (16 << 20) - 10;
    for (int i = 0; i < 2; i++) {
      guest.results(D + "set_text", create("p"), 1000, size);
    }
    guest.traps("QuotaExceededError: the document's limit of 33554432 added characters", D + "set_text",
        create("p"), 1000, size);
    guest.traps("QuotaExceededError", D + "set_attribute", document.body(), 0, guest.put(0, "a"), 1000, size);
  }

  @Test
  void handlesOfOtherKindsAreRefused() {
    guest.traps("root is null where a node is needed", D + "query", null, 0, 0);
    guest.traps("node is a handle of another kind where a node is needed", D + "parent", "a string");
    guest.traps("list is a handle of another kind where a list is needed", D + "list_length", document);
    Object list = guest.ref(D + "query_all", document, 0, guest.put(0, "p"));
    guest.traps("node is a handle of another kind", D + "remove", list);
    guest.traps("parent is null", D + "append_child", null, document.body());
  }

  @Test
  void nodesOfAnotherDocumentInTheSameStoreAreRefused() throws Exception {
    Document foreign = Jsoup.parse("<p id=theirs>");
    Guest other = guest.beside(new WebDom(foreign, Guest.RUNNER, MAX_NODES));
    Object theirs = foreign.getElementById("theirs");
    Object theirNew = other.ref(D + "create_element", 0, other.put(0, "p"));
    Object theirList = other.ref(D + "query_all", foreign, 0, other.put(0, "p"));
    String refused = "WrongDocumentError: the node belongs to another document";
    guest.traps(refused, D + "append_child", document.body(), theirs);
    guest.traps(refused, D + "append_child", theirs, document.body());
    guest.traps(refused, D + "append_child", document.body(), theirNew);
    guest.traps(refused, D + "text", theirs, 0, 0);
    guest.traps(refused, D + "query", foreign, 0, 0);
    guest.traps(refused, D + "add_event_listener", theirs, 0, 0, Guest.CALLBACK, 0);
    guest.traps("the list belongs to another document", D + "list_length", theirList);
    other.results(D + "remove", theirs);
    guest.traps(refused, D + "parent", theirs);
    assertNotSame(document, foreign.getElementById("theirs"));
  }

  @Test
  void whatSetTextPushesOutStillBelongsHere() {
    Element bold = (Element) query(document, "b");
    setText(document.getElementById("one"), "gone");
    append(document.body(), bold);
    assertEquals("bold", text(bold));
  }
}
