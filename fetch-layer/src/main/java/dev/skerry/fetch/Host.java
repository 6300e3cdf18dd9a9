package dev.skerry.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A host (URL §3.1) in its serialised form; IPv6 addresses keep their brackets.
 *
 * @param kind what the parser found it to be; equal text of two kinds is two hosts
 */
record Host(Kind kind, String text) {

  static final Host EMPTY = new Host(Kind.EMPTY, "");

  /** The kinds of host. */
  enum Kind { DOMAIN, IPV4, IPV6, OPAQUE, EMPTY }

  // Written out: linking a record's own equals and hashCode takes some 10 ms of every start.
  @Override
  public boolean equals(Object other) {
    return other instanceof Host that && kind == that.kind && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return 31 * kind.ordinal() + text.hashCode();
  }

  /** Whether this is {@code localhost}, a name below it, or a loopback address; DNS is not asked. */
  boolean isLoopback() {
    return switch (kind) {
      case DOMAIN -> isLocalhostName();
      case IPV4 -> text.startsWith("127.");
      case IPV6 -> text.equals("[::1]");
      case OPAQUE, EMPTY -> false;
    };
  }

  /** Whether this is {@code localhost} or a name below it, with or without the root's dot (RFC 6761 §6.3). */
  boolean isLocalhostName() {
    String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    return kind == Kind.DOMAIN && (name.equals("localhost") || name.endsWith(".localhost"));
  }

  /** The address that an IPv4 or IPv6 host names; null for every other kind. */
  InetAddress address() {
    try {
      return switch (kind) {
        case IPV4 -> InetAddress.getByName(text);
        case IPV6 -> InetAddress.getByName(text.substring(1, text.length() - 1));
        case DOMAIN, OPAQUE, EMPTY -> null;
      };
    } catch (UnknownHostException e) {
      throw new IllegalStateException("the parser let a broken address through: " + text, e);
    }
  }
}
