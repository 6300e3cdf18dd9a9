package dev.skerry.bindings;

import java.util.List;

/**
 * A message as its receiver sees it (HTML §9.3.3).
 *
 * @param data the value, encoded as {@link ClonedValue} says; this receiver's own copy
 * @param origin the sender's origin, serialised; empty for a message of a port
 * @param source the sender's window; null for a message of a port
 * @param ports those that were transferred with it
 */
public record Message(byte[] data, String origin, WindowHandle source, List<PortHandle> ports) {

  public Message {
    ports = List.copyOf(ports);
  }
}
