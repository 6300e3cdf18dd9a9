package dev.skerry.origin;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The open ports that a document was sent, by sender. Where there is one too many, the last one of the sender that has
 * most there goes: whoever floods a document loses its own ports, and each sender of n keeps an n-th of the room
 * whatever others do. Senders that have ended count as one, so that nobody gets more by ending and coming back. The
 * document's event loop adds; any thread takes away.
 */
final class ReceivedPorts {

  private final long most;
  private final Map<WindowAgent, Group> groups = new IdentityHashMap<>();
  private final Group ended = new Group();
  private long count;
  private long next;

  /** The ports of one sender by the order in which they came. */
  private static final class Group {

    private final NavigableMap<Long, Received> ports = new TreeMap<>();
  }

  /** A port that came; its running says that it is gone. */
  final class Received implements Runnable {

    private final PortEnd end;
    private final PortEnd.Sender sender;
    private final long number;
    private Group group;

    private Received(PortEnd end, PortEnd.Sender sender, long number, Group group) {
      this.end = end;
      this.sender = sender;
      this.number = number;
      this.group = group;
    }

    PortEnd end() {
      return end;
    }

    PortEnd.Sender sender() {
      return sender;
    }

    @Override
    public void run() {
      synchronized (ReceivedPorts.this) {
        if (group.ports.remove(number) != null) {
          count--;
          if (group.ports.isEmpty()) {
            groups.remove(sender.agent(), group);
          }
        }
      }
    }
  }

  ReceivedPorts(long most) {
    this.most = most;
  }

  synchronized long used() {
    return count;
  }

  synchronized Received add(PortEnd end, PortEnd.Sender sender) {
    Group group = groups.computeIfAbsent(sender.agent(), any -> new Group());
    Received received = new Received(end, sender, next++, group);
    group.ports.put(received.number, received);
    count++;
    return received;
  }

  /** The port that must be closed because there are too many; null if there are not. */
  synchronized Received surplus() {
    if (count <= most) {
      return null;
    }
    groups.entrySet().removeIf(entry -> entry.getKey().hasEnded() && mergeEnded(entry.getValue()));
    Group largest = ended;
    for (Group group : groups.values()) {
      int more = Integer.compare(group.ports.size(), largest.ports.size());
      if (more > 0 || more == 0 && group.ports.lastKey() > largest.ports.lastKey()) {
        largest = group;
      }
    }
    return largest.ports.lastEntry().getValue();
  }

  private boolean mergeEnded(Group group) {
    group.ports.values().forEach(received -> received.group = ended);
    ended.ports.putAll(group.ports);
    return true;
  }
}
