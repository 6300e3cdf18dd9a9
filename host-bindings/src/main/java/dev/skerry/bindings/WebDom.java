package dev.skerry.bindings;

import dev.skerry.bindings.abi.Binding;
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
public final class WebDom implements HostModule {

  /** How deep guests may make the tree, in levels. */
  public static final int MAX_DEPTH = 1024;

  /** The longest event type, in UTF-16 code units. */
  private static final int MAX_EVENT_TYPE = 256;

  private final Document document;
  private final Events events;
  private final Budget budget;
  private final ElementLists lists;
  /** Roots of trees that belong here but are not in the document; any handle into such a tree keeps its root alive. */
  private final Set<Node> detached = Collections.newSetFromMap(new WeakHashMap<>());

  /** @param maxNodes how many nodes guests may add to the document */
  public WebDom(Document document, CallbackRunner callbacks, int maxNodes) {
    this.document = document;
    this.events = new Events((callback, data, then) -> callbacks.run(callback, then, data));
    this.budget = new Budget(maxNodes);
    this.lists = new ElementLists(document);
  }

  @Override
  public String name() {
    return "web:dom";
  }

  @Override
  public List<Binding> functions() {
    return List.of(
        Binding.of("document", "-> externref", "The document.", call -> call.result(document)),
        Binding.of("query", "externref root, i32 sel, i32 len -> externref",
            "The first descendant in tree order that matches a CSS selector, or null (DOM §4.2.6).", this::query),
        Binding.of("query_all", "externref root, i32 sel, i32 len -> externref",
            "A static list of all descendants in tree order that match a CSS selector.", this::queryAll),
        Binding.of("list_length", "externref list -> i32", "How many elements a list has.",
            call -> call.result(list(call).size())),
        Binding.of("list_item", "externref list, i32 index -> externref", "The element at that index, or null.",
            this::listItem),
        Binding.of("create_element", "i32 name, i32 len -> externref",
            "A new element with that local name, outside the tree.", this::createElement),
        Binding.of("append_child", "externref parent, externref child ->",
            "Puts an element at the end of another, taking it from where it was (DOM §4.4).", this::appendChild),
        Binding.of("remove", "externref node ->", "Takes an element out of its parent; it can be put back.",
            this::remove),
        Binding.of("parent", "externref node -> externref", "The parent node, or null.",
            call -> call.result(node(call, 0).parentNode())),
        Binding.of("text", "externref node, i32 buf, i32 cap -> i32", "The text of all descendants (DOM textContent).",
            call -> call.answer(1, Trees.textContent(node(call, 0)))),
        Binding.of("set_text", "externref node, i32 text, i32 len ->", "Replaces all children by one text.",
            this::setText),
        Binding.of("attribute", "externref element, i32 name, i32 len, i32 buf, i32 cap -> i32",
            "The value of an attribute; -1 when it is absent.", this::attribute),
        Binding.of("set_attribute", "externref element, i32 name, i32 len, i32 value, i32 value_len ->",
            "Sets an attribute.", this::setAttribute),
        Binding.of("remove_attribute", "externref element, i32 name, i32 len ->",
            "Removes an attribute, if it is there.", this::removeAttribute),
        Binding.of("tag_name", "externref element, i32 buf, i32 cap -> i32",
            "The element's qualified name; #document for the document.",
            call -> call.answer(1, node(call, 0).nodeName())),
        Binding.of("add_event_listener", "externref target, i32 type, i32 len, i32 callback, i32 data -> i32",
            "Calls the table's function with the data for each event of that type; the listener's id.",
            call -> addListener(call, call.tableCallback(3))),
        Binding.of("add_event_listener_ref", "externref target, i32 type, i32 len, funcref callback, i32 data -> i32",
            "Calls the function with the data for each event of that type; the listener's id.",
            call -> addListener(call, call.refCallback(3))),
        Binding.of("remove_event_listener", "i32 id ->", "Removes a listener; an unknown id is ignored.",
            call -> events.remove(call.i32(0))),
        Binding.of("dispatch_event", "externref target, i32 type, i32 len, i32 bubbles ->",
            "Dispatches an event and returns when its listeners have run (DOM §2.9).", this::dispatchEvent),
        Binding.of("event_type", "i32 buf, i32 cap -> i32",
            "The type of the event being dispatched; -1 outside one.",
            call -> call.answer(0, events.current() == null ? null : events.current().type())),
        Binding.of("event_target", "-> externref", "The target of the event being dispatched; null outside one.",
            call -> call.result(events.current() == null ? null : events.current().target())),
        Binding.of("event_stop", "->", "Keeps the event being dispatched from further ancestors.",
            call -> stopEvent()));
  }

  /** Fires an event at the target and, when it bubbles, at its ancestors (DOM §2.9). */
  public void dispatch(Node target, String type, boolean bubbles) {
    events.dispatch(target, type, bubbles, event -> { });
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
    parent.appendChild(child);
    detached.remove(child);
  }

  private void remove(Call call) {
    Element element = node(call, 0);
    if (element instanceof Document) {
      throw call.trap("the document cannot be removed");
    }
    if (element.parentNode() != null) {
      element.remove();
      detached.add(element);
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
    element.children().forEach(detached::add);
    if (text.isEmpty()) {
      element.empty();
    } else {
      element.text(text);
    }
  }

  private void attribute(Call call) {
    Attributes attributes = element(call).attributes();
    String name = call.string(1);
    boolean present = Names.isAttributeName(name) && attributes.hasKeyIgnoreCase(name);
    call.answer(3, present ? attributes.getIgnoreCase(name) : null);
  }

  private void setAttribute(Call call) {
    Attributes attributes = element(call).attributes();
    String name = Names.inHtml(call.string(1));
    String value = call.string(3);
    if (!Names.isAttributeName(name)) {
      throw call.trap("InvalidCharacterError: the string is no valid attribute name");
    }
    take(call, 0, name.length() + value.length() - size(attributes, name));
    attributes.removeIgnoreCase(name);
    attributes.put(name, value);
  }

  private void removeAttribute(Call call) {
    Attributes attributes = element(call).attributes();
    String name = call.string(1);
    if (Names.isAttributeName(name)) {
      take(call, 0, -size(attributes, name));
      attributes.removeIgnoreCase(name);
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
      throw call.trap("events nest deeper than " + Events.MAX_NESTING + " levels");
    }
  }

  private static String type(Call call) {
    String type = call.string(1);
    if (type.length() > MAX_EVENT_TYPE) {
      throw call.trap("the event type is longer than " + MAX_EVENT_TYPE + " characters");
    }
    return type;
  }

  private void stopEvent() {
    if (events.current() != null) {
      events.current().stop();
    }
  }

  private void take(Call call, int nodes, long characters) {
    String refusal = budget.take(nodes, characters);
    if (refusal != null) {
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
