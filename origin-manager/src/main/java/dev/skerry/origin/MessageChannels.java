package dev.skerry.origin;

import dev.skerry.bindings.ConsoleSink;
import dev.skerry.bindings.Message;
import dev.skerry.bindings.PortHandle;
import dev.skerry.wasm.Trap;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The message ports of one document (HTML §9.4). Ends that it made or has on their way count against its own limit,
 * those that it was sent against another one, which its senders share fairly. A port that is closed, at either end, or
 * that no guest can have any more counts no longer; one with a listener stays until it is closed. Only the document's
 * event loop calls this object, but for {@link #usage}.
 */
final class MessageChannels {

  private static final Logger LOG = LoggerFactory.getLogger(MessageChannels.class);

  private final Environment document;
  private final PortEnd.Sender self;
  private final Limits limits;
  private final PortQuota own;
  private final ReceivedPorts received;
  private final Set<Held> held = ConcurrentHashMap.newKeySet();
  private final Set<PortEnd.Posted> underWay = ConcurrentHashMap.newKeySet();
  private final ReferenceQueue<Port> lost = new ReferenceQueue<>();

  /** An open port, as long as a guest can have it or somebody listens at it. Its running gives its room back. */
  private final class Held extends WeakReference<Port> implements Runnable {

    private final PortEnd end;
    private final Runnable room;

    private Held(Port port, Runnable room) {
      super(port, lost);
      end = port.end();
      this.room = room;
    }

    @Override
    public void run() {
      if (held.remove(this)) {
        room.run();
      }
    }
  }

  MessageChannels(Environment document) {
    this.document = document;
    self = new PortEnd.Sender(document.agent(), document.url().href());
    limits = document.agent().limits();
    own = new PortQuota(limits.get(Limit.PORTS));
    received = new ReceivedPorts(limits.get(Limit.RECEIVED_PORTS));
  }

  Environment document() {
    return document;
  }

  /** Who sends what this document posts. */
  PortEnd.Sender self() {
    return self;
  }

  /** What is used of the limits on ports at this moment. */
  Map<Limit, Long> usage() {
    return new EnumMap<>(Map.of(Limit.PORTS, own.used(), Limit.RECEIVED_PORTS, received.used()));
  }

  /** Two new ports, entangled with each other. */
  List<PortHandle> channel() {
    takeLost();
    require(2, "make a message channel");
    List<PortHandle> ports = new ArrayList<>();
    for (PortEnd end : PortEnd.pair()) {
      own.take();
      ports.add(hold(new Port(this, end, false), own::give));
    }
    return ports;
  }

  private void require(int ends, String action) {
    if (!own.hasRoom(ends)) {
      document.agent().exceeded(Limit.PORTS);
      throw Trap.host("cannot " + action + ": " + limits.exceeded(Limit.PORTS));
    }
  }

  private Port hold(Port port, Runnable room) {
    Held reference = new Held(port, room);
    held.add(reference);
    port.end().moveTo(reference);
    return port;
  }

  /** Closes what no guest can have any more. */
  private void takeLost() {
    for (Reference<? extends Port> port = lost.poll(); port != null; port = lost.poll()) {
      ((Held) port).end.lose();
    }
  }

  /**
   * Says whether a message may take these ports along: each is one of this document, and still has its end.
   *
   * @throws Trap if too many would be on their way
   */
  boolean mayTransfer(List<PortHandle> handles) {
    if (handles.isEmpty()) {
      return true;
    }
    takeLost();
    if (!handles.stream().allMatch(handle -> owns(handle) && ((Port) handle).end() != null)) {
      return false;
    }
    require((int) handles.stream().filter(handle -> ((Port) handle).isReceived()).count(), "transfer message ports");
    return true;
  }

  /** Takes the ends out of ports that may be transferred, for a message to carry (HTML §2.7.8, transfer steps). */
  List<PortEnd> detach(List<PortHandle> handles) {
    List<PortEnd> ends = new ArrayList<>();
    for (PortHandle handle : handles) {
      PortEnd end = ((Port) handle).detach();
      own.take();
      end.moveTo(own::give);
      ends.add(end);
    }
    return ends;
  }

  /** Makes ports of the ends that came with a message; where that is too many, one for each too much is closed. */
  List<Port> attach(List<PortEnd> ends, PortEnd.Sender sender) {
    takeLost();
    List<Port> ports = new ArrayList<>();
    for (PortEnd end : ends) {
      ports.add(hold(new Port(this, end, true), received.add(end, sender)));
      ReceivedPorts.Received surplus = received.surplus();
      if (surplus != null) {
        surplus.end().close();
        tell(surplus.sender());
      }
    }
    return ports;
  }

  /** Says to whoever looks at the sender that a port which it sent was closed. */
  private void tell(PortEnd.Sender sender) {
    LOG.debug("{} was sent too many ports by {}", document.origin(), sender.agent().origin());
    if (sender.agent().exceeded(Limit.RECEIVED_PORTS)) {
      document.page().console().add(sender.agent(), sender.url(), ConsoleSink.Level.WARN,
          "a message port that was sent to " + document.origin() + " was closed there, and so will be others: "
              + limits.exceeded(Limit.RECEIVED_PORTS));
    }
  }

  private boolean owns(PortHandle handle) {
    return handle instanceof Port port && port.owner() == this;
  }

  /** @throws Trap if the port is none of this document */
  Port own(PortHandle handle) {
    if (!owns(handle)) {
      throw Trap.host("the message port belongs to another document");
    }
    return (Port) handle;
  }

  /**
   * Posts to the other end of a port. A message that takes that other end along can reach nobody, and is dropped.
   *
   * @param ends those that the message takes along
   * @param release gives back what the message takes of its sender's quota, once
   */
  void post(Port port, byte[] data, List<PortEnd> ends, Runnable release) {
    PortEnd end = port.end();
    if (end == null || ends.stream().anyMatch(end::isEntangledWith)) {
      release.run();
      PortEnd.closeAll(ends);
    } else {
      end.post(new PortEnd.Posted(data, ends, self, release, underWay));
    }
  }

  /** Sets a port's listener; the messages that wait there come as tasks. */
  void listen(PortHandle handle, Consumer<Message> listener) {
    Port port = own(handle);
    if (port.end() != null) {
      port.listen(listener);
    }
  }

  void close(PortHandle handle) {
    Port port = own(handle);
    if (port.end() != null) {
      port.end().close();
    }
  }

  /** The document is gone: its ports are closed, and what it posted goes with it where it waits. */
  void release() {
    List.copyOf(held).forEach(port -> port.end.close());
    List.copyOf(underWay).forEach(PortEnd.Posted::withdraw);
  }
}
