package dev.skerry.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** IPv6 addresses that lead to an IPv4 one: mapped (RFC 4291 §2.5.5), NAT64 (RFC 6052 §2.1) and 6to4 (RFC 3056 §2). */
final class Ipv4InIpv6 {

  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};
  private static final byte[] NAT64 = {0, 0x64, (byte) 0xFF, (byte) 0x9B, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final byte[] SIX_TO_FOUR = {0x20, 0x02};

  private Ipv4InIpv6() {
  }

  static boolean isEmbedded(byte[] address) {
    return startsWith(address, MAPPED) || startsWith(address, NAT64) || startsWith(address, SIX_TO_FOUR);
  }

  /** The IPv4 address within one for which {@link #isEmbedded} holds. */
  static InetAddress extract(byte[] address) {
    int from = startsWith(address, SIX_TO_FOUR) ? SIX_TO_FOUR.length : MAPPED.length;
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(address, from, from + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static boolean startsWith(byte[] address, byte[] prefix) {
    return Arrays.equals(address, 0, prefix.length, prefix, 0, prefix.length);
  }
}
