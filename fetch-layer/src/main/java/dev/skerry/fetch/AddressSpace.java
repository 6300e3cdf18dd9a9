package dev.skerry.fetch;

import java.net.InetAddress;
import java.util.Locale;

/** IP address spaces (Local Network Access §2.1), the most private first. */
public enum AddressSpace {
  LOOPBACK, LOCAL, PUBLIC;

  /** Shared address space of providers (RFC 6598), which no site on the Internet has: 100.64.0.0/10. */
  private static final int SHARED_FIRST = 100;
  private static final int UNIQUE_LOCAL_MASK = 0xFE;
  private static final int UNIQUE_LOCAL = 0xFC;

  /** The space of an address; an IPv4 address inside an IPv6 one counts as itself. */
  public static AddressSpace of(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 16 && Ipv4InIpv6.isEmbedded(bytes)) {
      return of(Ipv4InIpv6.extract(bytes));
    }
    if (address.isLoopbackAddress() || address.isAnyLocalAddress() || bytes.length == 4 && bytes[0] == 0) {
      return LOOPBACK;
    }
    boolean local = address.isSiteLocalAddress() || address.isLinkLocalAddress()
        || bytes.length == 16 && (bytes[0] & UNIQUE_LOCAL_MASK) == UNIQUE_LOCAL
        || bytes.length == 4 && bytes[0] == SHARED_FIRST && (bytes[1] & 0xC0) == 0x40;
    return local ? LOCAL : PUBLIC;
  }

  /** The space's name in the standard's words. */
  public String token() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether this space is less public (§2.1) than the other one. */
  public boolean isMorePrivateThan(AddressSpace other) {
    return compareTo(other) < 0;
  }
}
