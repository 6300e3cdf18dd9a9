package dev.skerry.origin;

import dev.skerry.bindings.Message;
import dev.skerry.bindings.PortHandle;
import dev.skerry.wasm.Trap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The message ports of one document (HTML §9.4). An end of a channel belongs to one document at a time, or to a message
 * on its way; messages wait at their end until somebody listens there, and move with it. Only the document's event loop
 * uses this object; what two documents share is guarded by the channel.
 */
final class MessageChannels {

  private final Environment document;
  private final Set<Port> ports = new LinkedHashSet<>();
  private int made;

  /** One end of a channel; everything in it is guarded by the channel, which both ends share. */
  static final class End {

    private final Object channel;
    private final Queue<Posted> waiting = new ArrayDeque<>();
    private End other;
    /** Null while the end is on its way, or nobody listens. */
    private Port listening;
    private boolean closed;

    private End(Object channel) {
      this.channel = channel;
    }

    /** Takes both ends of the channel out of use, and drops what waits at either. */
    void close() {
      closeAll(List.of(this));
    }

    /** Messages that wait may take ends along at which messages wait, as deep as guests like: no recursion here. */
    private static void closeAll(List<End> ends) {
      Deque<End> left = new ArrayDeque<>(ends);
      while (!left.isEmpty()) {
        for (Posted dropped : left.pop().empty()) {
          dropped.release.run();
          left.addAll(dropped.ends);
        }
      }
    }

    /** Takes both ends out of use; what waited at either is returned. */
    private List<Posted> empty() {
      List<Posted> dropped = new ArrayList<>();
      synchronized (channel) {
        for (End end : new End[] {this, other}) {
          end.closed = true;
          end.listening = null;
          dropped.addAll(end.waiting);
          end.waiting.clear();
        }
      }
      return dropped;
    }
  }

  /** A message that waits at an end, with the ends that it takes along. */
  private record Posted(byte[] data, List<End> ends, Runnable release) {

    void drop() {
      release.run();
      End.closeAll(ends);
    }
  }

  /** What a document holds of an end. */
  private static final class Port implements PortHandle {

    private final MessageChannels owner;
    /** Null once the end was transferred. */
    private End end;
    private Consumer<Message> listener;

    Port(MessageChannels owner, End end) {
      this.owner = owner;
      this.end = end;
    }

    /** Tells guests nothing, should a host function of an embedder print it. */
    @Override
    public String toString() {
      return "port";
    }
  }

  MessageChannels(Environment document) {
    this.document = document;
  }

  /** Two new ports, entangled with each other. */
  List<PortHandle> channel() {
    Object channel = new Object();
    End first = new End(channel);
    End second = new End(channel);
    first.other = second;
    second.other = first;
    return List.of(add(first), add(second));
  }

  private Port add(End end) {
    Limits limits = document.agent().limits();
    if (++made > limits.get(Limit.PORTS)) {
      document.agent().exceeded(Limit.PORTS);
      throw Trap.host("cannot make a message port: " + limits.exceeded(Limit.PORTS));
    }
    Port port = new Port(this, end);
    ports.add(port);
    return port;
  }

  /**
   * Takes the ends out of these ports, for a message to carry (HTML §2.7.8, transfer steps).
   *
   * @return null, and nothing was taken, when one of them is no longer here
   */
  List<End> detach(List<PortHandle> handles) {
    if (handles.isEmpty()) {
      return List.of();
    }
    if (!handles.stream().allMatch(handle -> owns(handle) && ((Port) handle).end != null)) {
      return null;
    }
    List<End> ends = new ArrayList<>();
    for (PortHandle handle : handles) {
      Port port = (Port) handle;
      ends.add(port.end);
      synchronized (port.end.channel) {
        port.end.listening = null;
      }
      port.end = null;
      port.listener = null;
      ports.remove(port);
    }
    return ends;
  }

  /** Makes ports of the ends that came with a message. */
  List<PortHandle> attach(List<End> ends) {
    return ends.isEmpty() ? List.of() : ends.stream().map(end -> (PortHandle) add(end)).toList();
  }

  private boolean owns(PortHandle handle) {
    return handle instanceof Port port && port.owner == this;
  }

  private Port own(PortHandle handle) {
    if (!owns(handle)) {
      throw Trap.host("the message port belongs to another document");
    }
    return (Port) handle;
  }

  /**
   * Posts to the other end. A message that takes that other end along can reach nobody, and is dropped.
   *
   * @param release gives back what the message takes of its sender's quota, once
   * @return false when a port to transfer is detached, or is the one that is posted to
   */
  boolean post(PortHandle handle, byte[] data, List<PortHandle> handles, Runnable release) {
    Port port = own(handle);
    List<End> ends = handles.contains(handle) ? null : detach(handles);
    if (ends == null) {
      release.run();
      return false;
    }
    Posted posted = new Posted(data, ends, release);
    if (port.end == null || ends.contains(port.end.other)) {
      posted.drop();
      return true;
    }
    boolean dropped;
    synchronized (port.end.channel) {
      dropped = port.end.closed;
      if (!dropped) {
        port.end.other.waiting.add(posted);
        wake(port.end.other, 1);
      }
    }
    if (dropped) {
      posted.drop();
    }
    return true;
  }

  /** Queues a task for each of so many messages; called with the channel held. */
  private static void wake(End end, int messages) {
    Port port = end.listening;
    if (port != null) {
      Environment receiver = port.owner.document;
      for (int i = 0; i < messages; i++) {
        receiver.agent().post(new Task("port message", receiver.page().activity().begin(), () -> deliver(port, end),
            () -> { }));
      }
    }
  }

  private static void deliver(Port port, End end) {
    Posted posted;
    synchronized (end.channel) {
      posted = end.listening == port ? end.waiting.poll() : null;
    }
    if (posted != null) {
      posted.release.run();
      port.owner.document.agent().log().messageReceived();
      port.listener.accept(new Message(posted.data, "", null, port.owner.attach(posted.ends)));
    }
  }

  /** Sets a port's listener; the messages that wait there come as tasks. */
  void listen(PortHandle handle, Consumer<Message> listener) {
    Port port = own(handle);
    if (port.end == null) {
      return;
    }
    port.listener = listener;
    synchronized (port.end.channel) {
      boolean begins = port.end.listening == null && !port.end.closed;
      if (begins) {
        port.end.listening = port;
        wake(port.end, port.end.waiting.size());
      }
    }
  }

  void close(PortHandle handle) {
    Port port = own(handle);
    if (port.end != null) {
      port.end.close();
      ports.remove(port);
    }
  }

  /** The document is gone: its ports are closed. */
  void release() {
    List.copyOf(ports).forEach(this::close);
  }
}
