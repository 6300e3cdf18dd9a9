package dev.skerry.bindings.dom;

import dev.skerry.bindings.Sequence;
import dev.skerry.wasm.Func;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
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
    /** @param then runs once when the next listener's turn has come */
    void call(Func callback, long data, Runnable then);
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

    public boolean isPrevented() {
      return prevented;
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
   * Dispatches an event along the path that the tree has now: one listener after the other, each when the one before it
   * has had its turn, which may be later than this returns.
   *
   * @param after takes the event when all listeners have had theirs
   * @return false when it would nest deeper than {@link #MAX_NESTING}
   */
  public boolean dispatch(Node target, String type, boolean bubbles, Consumer<Event> after) {
    if (current.size() == MAX_NESTING) {
      return false;
    }
    List<Node> path = new ArrayList<>();
    for (Node node = target; node != null; node = bubbles ? node.parentNode() : null) {
      path.add(node);
    }
    Event event = new Event(target, type);
    current.push(event);
    Sequence.run(new Invocations(event, path), (listener, then) -> invoke(event, listener, then), () -> {
      current.remove(event);
      after.accept(event);
    });
    return true;
  }

  private void invoke(Event event, Listener listener, Runnable then) {
    boolean called = false;
    try {
      caller.call(listener.callback, listener.data, then);
      called = true;
    } finally {
      if (!called) {
        current.remove(event);
      }
    }
  }

  /** The listeners of each node as they are when it is reached; one removed meanwhile is left out (DOM §2.9). */
  private final class Invocations implements Iterator<Listener> {

    private final Event event;
    private final Iterator<Node> path;
    private Iterator<Listener> siblings = Collections.emptyIterator();
    private Listener next;

    Invocations(Event event, List<Node> path) {
      this.event = event;
      this.path = path.iterator();
    }

    @Override
    public boolean hasNext() {
      next = null;
      while (next == null && (siblings.hasNext() || path.hasNext() && !event.stopped)) {
        if (siblings.hasNext()) {
          Listener listener = siblings.next();
          next = listener.type.equals(event.type) && byId.get(listener.id) == listener ? listener : null;
        } else {
          siblings = List.copyOf(byTarget.getOrDefault(path.next(), List.of())).iterator();
        }
      }
      return next != null;
    }

    @Override
    public Listener next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      return next;
    }
  }
}
