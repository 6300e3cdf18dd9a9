package dev.skerry.origin;

import dev.skerry.bindings.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One end of a channel (HTML §9.4). It belongs to one document at a time, or to a message on its way; messages wait at
 * it until somebody listens there, and move with it. Wherever it is, its room there is given back when it leaves or is
 * closed, once. Everything in it is guarded by the channel, which both ends share; nothing foreign runs with that held.
 */
final class PortEnd {

  private static final Runnable NO_ROOM = () -> { };

  private final Object channel;
  /** Null until a message came. */
  private Set<Posted> waiting;
  private PortEnd other;
  /** Null while the end is on its way, or nobody listens. */
  private Port listening;
  /** Nobody takes messages from here any more. */
  private boolean closed;
  private Runnable room = NO_ROOM;

  /** What is known of the document that sends. */
  record Sender(WindowAgent agent, String url) {
  }

  /** A message on its way between ports, with the ends that it takes along. */
  static final class Posted {

    private final byte[] data;
    private final List<PortEnd> ends;
    private final Sender sender;
    private final Runnable release;
    private final Set<Posted> underWay;
    private PortEnd at;

    /**
     * A message that is counted as under way until it has arrived or was dropped.
     *
     * @param release gives back what it takes of its sender's quota, once
     * @param underWay those of its sender, for any thread
     */
    Posted(byte[] data, List<PortEnd> ends, Sender sender, Runnable release, Set<Posted> underWay) {
      this.data = data;
      this.ends = ends;
      this.sender = sender;
      this.release = release;
      this.underWay = underWay;
      underWay.add(this);
    }

    private void settle() {
      underWay.remove(this);
      release.run();
    }

    private void drop() {
      settle();
      closeAll(ends);
    }

    /** Drops the message unless it has come to its receiver. */
    void withdraw() {
      boolean waits;
      synchronized (at.channel) {
        waits = at.waiting != null && at.waiting.remove(this);
      }
      if (waits) {
        drop();
      }
    }
  }

  private PortEnd(Object channel) {
    this.channel = channel;
  }

  /** Both ends of a new channel. */
  static List<PortEnd> pair() {
    Object channel = new Object();
    PortEnd first = new PortEnd(channel);
    PortEnd second = new PortEnd(channel);
    first.other = second;
    second.other = first;
    return List.of(first, second);
  }

  boolean isEntangledWith(PortEnd end) {
    return other == end;
  }

  /**
   * Moves the end elsewhere: nobody listens at it any more.
   *
   * @param next gives back the room that it takes there
   */
  void moveTo(Runnable next) {
    Runnable left;
    synchronized (channel) {
      listening = null;
      left = closed ? next : room;
      if (!closed) {
        room = next;
      }
    }
    left.run();
  }

  /** Takes both ends of the channel out of use, and drops what waits at either. */
  void close() {
    closeAll(List.of(this));
  }

  /** Messages that wait may take ends along at which messages wait, as deep as guests like: no recursion here. */
  static void closeAll(List<PortEnd> ends) {
    Deque<PortEnd> left = new ArrayDeque<>(ends);
    while (!left.isEmpty()) {
      PortEnd end = left.pop();
      left.addAll(end.closeOne());
      left.addAll(end.other.closeOne());
    }
  }

  /** Takes this end out of use; returned are the ends that messages take along which waited here. */
  private List<PortEnd> closeOne() {
    Set<Posted> dropped;
    Runnable left;
    synchronized (channel) {
      closed = true;
      listening = null;
      left = room;
      room = NO_ROOM;
      dropped = waiting;
      waiting = null;
    }
    left.run();
    List<PortEnd> ends = new ArrayList<>();
    if (dropped != null) {
      for (Posted posted : dropped) {
        posted.settle();
        ends.addAll(posted.ends);
      }
    }
    return ends;
  }

  /** Nobody can listen here any more: what was posted from here before still comes to the other end. */
  void lose() {
    boolean last;
    synchronized (channel) {
      closed = true;
      last = other.waiting == null || other.waiting.isEmpty();
    }
    if (last) {
      close();
    } else {
      closeAll(closeOne());
    }
  }

  /** Sends a message to the other end; it is dropped where nobody takes it any more. */
  void post(Posted posted) {
    boolean dropped;
    posted.at = other;
    synchronized (channel) {
      dropped = other.closed;
      if (!dropped) {
        if (other.waiting == null) {
          other.waiting = new LinkedHashSet<>();
        }
        other.waiting.add(posted);
        other.wake(1);
      }
    }
    if (dropped) {
      posted.drop();
    }
  }

  /** Messages go to that port from now on, those first that wait. */
  void listen(Port port) {
    synchronized (channel) {
      if (listening == null && !closed) {
        listening = port;
        wake(waiting == null ? 0 : waiting.size());
      }
    }
  }

  /** Queues a task for each of so many messages; called with the channel held. */
  private void wake(int messages) {
    Port port = listening;
    if (port != null) {
      Environment receiver = port.owner().document();
      for (int i = 0; i < messages; i++) {
        receiver.agent().post(new Task("port message", receiver.page().activity().begin(), () -> deliver(port),
            () -> { }));
      }
    }
  }

  private void deliver(Port port) {
    Posted posted = null;
    boolean last = false;
    synchronized (channel) {
      if (listening == port && waiting != null && !waiting.isEmpty()) {
        Iterator<Posted> next = waiting.iterator();
        posted = next.next();
        next.remove();
        last = waiting.isEmpty() && other.closed;
      }
    }
    if (posted != null) {
      posted.settle();
      port.owner().document().agent().log().messageReceived();
      List<Port> ports = port.owner().attach(posted.ends, posted.sender);
      if (last) {
        close();
      }
      port.hear(new Message(posted.data, "", null, List.copyOf(ports)));
    }
  }
}
