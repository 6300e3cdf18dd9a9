package dev.skerry.bindings.dom;

import dev.skerry.wasm.Func;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Node;

/**
 * Event listeners and dispatch (DOM §2.7 to §2.9), without capturing. Nodes are compared by identity, as jsoup does.
 * A listener's errors are the caller's business; the state here stays consistent when one is thrown through.
 */
public final class Events {

  /** How many listeners one document has at most. */
  public static final int MAX_LISTENERS = 10_000;

  /** How deep events that listeners dispatch may nest. */
  public static final int MAX_NESTING = 32;

  /** Calls a listener's function with its user data. */
  @FunctionalInterface
  public interface Caller {
    void call(Func callback, long data);
  }

  /** An event being dispatched. */
  public static final class Event {
    private final Node target;
    private final String type;
    private boolean stopped;
    private boolean prevented;

    Event(Node target, String type) {
      this.target = target;
      this.type = type;
    }

    public Node target() {
      return target;
    }

    public String type() {
      return type;
    }

    /** Keeps the event from the ancestors that it has not reached yet (DOM, stopPropagation). */
    public void stop() {
      stopped = true;
    }

    /** Keeps the host from what it would do afterwards (DOM, preventDefault). */
    public void prevent() {
      prevented = true;
    }
  }

  /** An event was dispatched by too many listeners inside each other. */
  public static final class TooDeep extends RuntimeException {

    private static final long serialVersionUID = 1;

    TooDeep() {
      super("events nest deeper than " + MAX_NESTING + " levels", null, false, false);
    }
  }

  private record Listener(int id, Node target, String type, Func callback, long data) {
  }

  private final Caller caller;
  private final Map<Integer, Listener> byId = new HashMap<>();
  private final Map<Node, List<Listener>> byTarget = new HashMap<>();
  private final Deque<Event> current = new ArrayDeque<>();
  private int lastId;

  public Events(Caller caller) {
    this.caller = caller;
  }

  /** Adds a listener; its id, never 0, or 0 when there are {@link #MAX_LISTENERS} already. */
  public int add(Node target, String type, Func callback, long data) {
    if (byId.size() == MAX_LISTENERS) {
      return 0;
    }
    do {
      lastId = lastId == Integer.MAX_VALUE ? 1 : lastId + 1;
    } while (byId.containsKey(lastId));
    Listener listener = new Listener(lastId, target, type, callback, data);
    byId.put(lastId, listener);
    byTarget.computeIfAbsent(target, node -> new ArrayList<>()).add(listener);
    return lastId;
  }

  /** Removes a listener, also from a dispatch that is under way; an unknown id is ignored. */
  public void remove(int id) {
    Listener listener = byId.remove(id);
    if (listener != null) {
      List<Listener> siblings = byTarget.get(listener.target);
      siblings.remove(listener);
      if (siblings.isEmpty()) {
        byTarget.remove(listener.target);
      }
    }
  }

  /** The innermost event being dispatched, or null. */
  public Event current() {
    return current.peek();
  }

  /**
   * Dispatches an event along the path that the tree has now.
   *
   * @return false when a listener prevented what the host would do afterwards
   * @throws TooDeep when it would nest deeper than {@link #MAX_NESTING}
   */
  public boolean dispatch(Node target, String type, boolean bubbles) {
    if (current.size() == MAX_NESTING) {
      throw new TooDeep();
    }
    List<Node> path = new ArrayList<>();
    for (Node node = target; node != null; node = bubbles ? node.parentNode() : null) {
      path.add(node);
    }
    Event event = new Event(target, type);
    current.push(event);
    try {
      for (Node node : path) {
        if (event.stopped) {
          break;
        }
        invoke(node, type);
      }
    } finally {
      current.pop();
    }
    return !event.prevented;
  }

  /** Calls the node's listeners as they are now; one removed meanwhile is not called (DOM §2.9, inner invoke). */
  private void invoke(Node node, String type) {
    for (Listener listener : List.copyOf(byTarget.getOrDefault(node, List.of()))) {
      if (listener.type.equals(type) && byId.get(listener.id) == listener) {
        caller.call(listener.callback, listener.data);
      }
    }
  }
}
