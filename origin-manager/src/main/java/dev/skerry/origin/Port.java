package dev.skerry.origin;

import dev.skerry.bindings.Message;
import dev.skerry.bindings.PortHandle;
import java.util.function.Consumer;

/** What a document holds of an end of a channel; only its event loop touches it. */
final class Port implements PortHandle {

  private final MessageChannels owner;
  private final boolean received;
  /** Null once the end was transferred. */
  private PortEnd end;
  private Consumer<Message> listener;

  Port(MessageChannels owner, PortEnd end, boolean received) {
    this.owner = owner;
    this.end = end;
    this.received = received;
  }

  MessageChannels owner() {
    return owner;
  }

  PortEnd end() {
    return end;
  }

  /** Says whether it came with a message. */
  boolean isReceived() {
    return received;
  }

  void listen(Consumer<Message> to) {
    listener = to;
    end.listen(this);
  }

  void hear(Message message) {
    listener.accept(message);
  }

  /** Takes the end out of the port (HTML §9.4.4, transfer steps). */
  PortEnd detach() {
    PortEnd detached = end;
    end = null;
    listener = null;
    return detached;
  }

  /** Tells guests nothing, should a host function of an embedder print it. */
  @Override
  public String toString() {
    return "port";
  }
}
