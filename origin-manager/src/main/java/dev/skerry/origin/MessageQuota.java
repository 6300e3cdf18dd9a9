package dev.skerry.origin;

import java.util.Map;

/**
 * The messages of one sender that no receiver has taken yet, counted against the sender: whoever floods a receiver is
 * stopped itself, and nobody else is.
 */
final class MessageQuota {

  private final Limits limits;
  private long messages;
  private long bytes;

  MessageQuota(Limits limits) {
    this.limits = limits;
  }

  /** Takes room for a message; the limit that forbids it, or null. */
  synchronized Limit take(int length) {
    if (messages + 1 > limits.get(Limit.SENT_MESSAGES)) {
      return Limit.SENT_MESSAGES;
    }
    if (bytes + length > limits.get(Limit.SENT_MESSAGE_BYTES)) {
      return Limit.SENT_MESSAGE_BYTES;
    }
    messages++;
    bytes += length;
    return null;
  }

  /** Messages and bytes that no receiver has taken yet. */
  synchronized Map<Limit, Long> usage() {
    return Map.of(Limit.SENT_MESSAGES, messages, Limit.SENT_MESSAGE_BYTES, bytes);
  }

  /** Gives the room of a message back that was delivered or dropped. */
  synchronized void give(int length) {
    messages--;
    bytes -= length;
  }
}
