package dev.skerry.bindings;

import static dev.skerry.bindings.abi.BindingTable.row;

import dev.skerry.bindings.abi.BindingTable;
import dev.skerry.bindings.abi.Call;
import dev.skerry.bindings.dom.Budget;
import dev.skerry.bindings.dom.ElementList;
import dev.skerry.bindings.dom.ElementLists;
import dev.skerry.bindings.dom.Events;
import dev.skerry.bindings.dom.Names;
import dev.skerry.bindings.dom.Selector;
import dev.skerry.bindings.dom.SelectorError;
import dev.skerry.bindings.dom.SelectorParser;
import dev.skerry.bindings.dom.Steps;
import dev.skerry.bindings.dom.Trees;
import dev.skerry.wasm.Func;
import dev.skerry.wasm.Trap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.jsoup.nodes.Attributes;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;

/**
 * {@code web:dom}: one document, its nodes as externref handles, and its events. A handle is the jsoup node itself, so
 * the same node is the same reference. Only nodes of this document's tree, and of trees that this object detached or
 * made, are accepted: another document's nodes are not, even in the same store. One agent's thread uses it.
 */
public final class WebDom extends WebModule<WebDom> {

  static final BindingTable<WebDom> TABLE = BindingTable.of("web:dom", Capability.DOM,
      "The document, its nodes and their events (DOM 2 and 4).",
      row("document", "-> ref", "The document.", (dom, call) -> call.result(dom.document)),
      row("query", "ref root, string selector -> ref",
          "The first descendant in tree order that matches a CSS selector, or null (DOM 4.2.6).", WebDom::query),
      row("query_all", "ref root, string selector -> ref",
          "A static list of all descendants in tree order that match a CSS selector.", WebDom::queryAll),
      row("list_length", "ref list -> i32",
          "How many elements a list has.", (dom, call) -> call.result(dom.list(call).size())),
      row("list_item", "ref list, i32 index -> ref", "The element at that index, or null.", WebDom::listItem),
      row("create_element", "string name -> ref",
          "A new element with that local name, outside the tree.", WebDom::createElement),
      row("append_child", "ref parent, ref child ->",
          "Puts an element at the end of another, taking it from where it was (DOM 4.4).", WebDom::appendChild),
      row("remove", "ref node ->", "Takes an element out of its parent; it can be put back.", WebDom::remove),
      row("parent", "ref node -> ref",
          "The parent node, or null.", (dom, call) -> call.result(dom.node(call, 0).parentNode())),
      row("text", "ref node, buffer buf -> size",
          "The text of all descendants (DOM textContent).",
          (dom, call) -> call.answer(1, Trees.textContent(dom.node(call, 0)))),
      row("set_text", "ref node, text text ->", "Replaces all children by one text.", WebDom::setText),
      row("attribute", "ref element, string name, buffer buf -> size",
          "The value of an attribute; -1 when it is absent.", WebDom::attribute),
      row("set_attribute", "ref element, string name, text value ->", "Sets an attribute.", WebDom::setAttribute),
      row("remove_attribute", "ref element, string name ->",
          "Removes an attribute, if it is there.", WebDom::removeAttribute),
      row("tag_name", "ref element, buffer buf -> size",
          "The element's qualified name; #document for the document.",
          (dom, call) -> call.answer(1, dom.node(call, 0).nodeName())),
      row("add_event_listener", "ref target, string type, callback callback -> i32",
          "Calls the table's function with the data for each event of that type; the listener's id.",
          (dom, call) -> dom.addListener(call, call.tableCallback(3))),
      row("add_event_listener_ref", "ref target, string type, funcref callback, i32 data -> i32",
          "Calls the function with the data for each event of that type; the listener's id.",
          (dom, call) -> dom.addListener(call, call.refCallback(3))),
      row("remove_event_listener", "i32 id ->",
          "Removes a listener; an unknown id is ignored.", (dom, call) -> dom.events.remove(call.i32(0))),
      row("dispatch_event", "ref target, string type, flag bubbles ->",
          "Dispatches an event and returns when its listeners have run (DOM 2.9).", WebDom::dispatchEvent),
      row("click", "ref element ->",
          "Clicks an element: a click event, and for a link what follows unless a listener prevented it (HTML 6.5).",
          (dom, call) -> dom.click(call)),
      row("event_type", "buffer buf -> size",
          "The type of the event being dispatched; -1 outside one.", WebDom::eventType),
      row("event_target", "-> ref", "The target of the event being dispatched; null outside one.", WebDom::eventTarget),
      row("event_stop", "->",
          "Keeps the event being dispatched from further ancestors.", (dom, call) -> dom.stopEvent()),
      row("event_prevent", "->", "Keeps the host from what would follow the event, such as a link's navigation.",
          (dom, call) -> dom.preventEvent()));

  /** How deep guests may make the tree, in levels. */
  public static final int MAX_DEPTH = 1024;

  /** The longest event type, in UTF-16 code units. */
  private static final int MAX_EVENT_TYPE = 256;

  private final Document document;
  private final Events events;
  private final Budget budget;
  private final ElementLists lists;
  private final DomHooks hooks;
  /** Roots of trees that belong here but are not in the document; any handle into such a tree keeps its root alive. */
  private final Set<Node> detached = Collections.newSetFromMap(new WeakHashMap<>());

  /** @param maxNodes how many nodes guests may add to the document */
  public WebDom(Document document, CallbackRunner callbacks, int maxNodes) {
    this(document, callbacks, maxNodes, new DomHooks() { });
  }

  /** @param hooks hear what guests do to the document */
  public WebDom(Document document, CallbackRunner callbacks, int maxNodes, DomHooks hooks) {
    super(TABLE, WebDom.class);
    this.document = document;
    this.events = new Events((callback, data, then) -> callbacks.run(callback, then, data));
    this.budget = new Budget(maxNodes);
    this.lists = new ElementLists(document);
    this.hooks = hooks;
  }

  /** Fires an event at the target and, when it bubbles, at its ancestors (DOM §2.9). */
  public void dispatch(Node target, String type, boolean bubbles) {
    events.dispatch(target, type, bubbles, event -> { });
  }

  /**
   * Clicks an element of this document (HTML §6.5.3).
   *
   * @return false when events nest too deep
   */
  public boolean click(Element element) {
    return events.dispatch(element, "click", true, event -> {
      if (!event.isPrevented()) {
        hooks.activated(element);
      }
    });
  }

  private void click(Call call) {
    if (!click(element(call))) {
      throw tooDeep(call);
    }
  }

  private static Trap tooDeep(Call call) {
    return call.trap("events nest deeper than " + Events.MAX_NESTING + " levels");
  }

  private void query(Call call) {
    Element[] first = {null};
    Element root = node(call, 0);
    selector(call).select(root, new Steps(call::poll), element -> {
      first[0] = element;
      return false;
    });
    call.result(first[0]);
  }

  private void queryAll(Call call) {
    List<Element> elements = new ArrayList<>();
    Element root = node(call, 0);
    selector(call).select(root, new Steps(call::poll), elements::add);
    call.result(lists.add(elements));
  }

  private static Selector selector(Call call) {
    try {
      return SelectorParser.parse(call.string(1));
    } catch (SelectorError error) {
      throw call.trap(error.getMessage());
    }
  }

  private List<Element> list(Call call) {
    ElementList list = call.handle(0, ElementList.class, "a list");
    if (list.document() != document) {
      throw call.trap("the list belongs to another document");
    }
    if (list.elements() == null) {
      throw call.trap("the list has expired, because newer ones hold too many elements");
    }
    return list.elements();
  }

  private void listItem(Call call) {
    List<Element> list = list(call);
    long index = call.u32(1);
    call.result(index < list.size() ? list.get((int) index) : null);
  }

  private void createElement(Call call) {
    String name = Names.inHtml(call.string(0));
    if (!Names.isElementName(name)) {
      throw call.trap("InvalidCharacterError: the string is no valid element name");
    }
    take(call, 1, name.length());
    Element element = document.createElement(name);
    detached.add(element);
    call.result(element);
  }

  private void appendChild(Call call) {
    Element parent = node(call, 0);
    Element child = node(call, 1);
    if (child instanceof Document) {
      throw call.trap("HierarchyRequestError: a document cannot be a child");
    }
    if (Trees.isInclusiveAncestor(child, parent)) {
      throw call.trap("HierarchyRequestError: the new child contains the parent");
    }
    Element root = document.firstElementChild();
    if (parent == document && root != null && root != child) {
      throw call.trap("HierarchyRequestError: a document has one element child only");
    }
    if (Trees.depth(parent) + 1 + Trees.height(child) > MAX_DEPTH) {
      throw call.trap("HierarchyRequestError: the tree would be deeper than " + MAX_DEPTH + " levels");
    }
    boolean wasHere = Trees.root(child) == document;
    parent.appendChild(child);
    detached.remove(child);
    if (wasHere) {
      hooks.removed(child);
    }
    if (Trees.root(parent) == document) {
      hooks.inserted(child);
    }
  }

  private void remove(Call call) {
    Element element = node(call, 0);
    if (element instanceof Document) {
      throw call.trap("the document cannot be removed");
    }
    if (element.parentNode() != null) {
      boolean wasHere = Trees.root(element) == document;
      element.remove();
      detached.add(element);
      if (wasHere) {
        hooks.removed(element);
      }
    }
  }

  private void setText(Call call) {
    Element element = element(call);
    String text = call.string(1);
    int nodes = 0;
    long characters = 0;
    for (Node child : element.childNodes()) {
      if (!(child instanceof Element)) {
        nodes++;
        characters += Trees.data(child).length();
      }
    }
    take(call, (text.isEmpty() ? 0 : 1) - nodes, text.length() - characters);
    List<Element> children = List.copyOf(element.children());
    if (text.isEmpty()) {
      element.empty();
    } else {
      element.text(text);
    }
    detached.addAll(children);
    if (Trees.root(element) == document) {
      children.forEach(hooks::removed);
    }
  }

  private void attribute(Call call) {
    Attributes attributes = element(call).attributes();
    String name = call.string(1);
    boolean present = Names.isAttributeName(name) && attributes.hasKeyIgnoreCase(name);
    call.answer(3, present ? attributes.getIgnoreCase(name) : null);
  }

  private void setAttribute(Call call) {
    Element element = element(call);
    Attributes attributes = element.attributes();
    String name = Names.inHtml(call.string(1));
    String value = call.string(3);
    if (!Names.isAttributeName(name)) {
      throw call.trap("InvalidCharacterError: the string is no valid attribute name");
    }
    take(call, 0, name.length() + value.length() - size(attributes, name));
    attributes.removeIgnoreCase(name);
    attributes.put(name, value);
    hooks.changed(element, name);
  }

  private void removeAttribute(Call call) {
    Element element = element(call);
    Attributes attributes = element.attributes();
    String name = call.string(1);
    if (Names.isAttributeName(name)) {
      take(call, 0, -size(attributes, name));
      attributes.removeIgnoreCase(name);
      hooks.changed(element, name);
    }
  }

  private static long size(Attributes attributes, String name) {
    return attributes.hasKeyIgnoreCase(name) ? name.length() + attributes.getIgnoreCase(name).length() : 0;
  }

  private void addListener(Call call, Func callback) {
    Element target = node(call, 0);
    int id = events.add(target, type(call), callback, call.u32(4));
    if (id == 0) {
      throw call.trap("the document has " + Events.MAX_LISTENERS + " listeners already");
    }
    call.result(id);
  }

  private void dispatchEvent(Call call) {
    if (!events.dispatch(node(call, 0), type(call), call.i32(3) != 0, event -> { })) {
      throw tooDeep(call);
    }
  }

  private static String type(Call call) {
    String type = call.string(1);
    if (type.length() > MAX_EVENT_TYPE) {
      throw call.trap("the event type is longer than " + MAX_EVENT_TYPE + " characters");
    }
    return type;
  }

  private void eventType(Call call) {
    call.answer(0, events.current() == null ? null : events.current().type());
  }

  private void eventTarget(Call call) {
    call.result(events.current() == null ? null : events.current().target());
  }

  private void stopEvent() {
    if (events.current() != null) {
      events.current().stop();
    }
  }

  private void preventEvent() {
    if (events.current() != null) {
      events.current().prevent();
    }
  }

  private void take(Call call, int nodes, long characters) {
    String refusal = budget.take(nodes, characters);
    if (refusal != null) {
      hooks.full();
      throw call.trap("QuotaExceededError: " + refusal);
    }
  }

  /** The element or document behind a handle, which must belong here. */
  private Element node(Call call, int slot) {
    Element node = call.handle(slot, Element.class, "a node");
    Node root = Trees.root(node);
    if (root != document && !detached.contains(root)) {
      throw call.trap("WrongDocumentError: the node belongs to another document");
    }
    return node;
  }

  private Element element(Call call) {
    Element element = node(call, 0);
    if (element instanceof Document) {
      throw call.trap("the document was passed where an element is needed");
    }
    return element;
  }
}
