package dev.skerry.fetch;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds the addresses of a host: fixed entries first, then loopback for {@code localhost} names, then the address that
 * the host itself is, and DNS for what is left. Immutable.
 */
final class AddressResolver {

  private static final byte[] IPV4_LOOPBACK = {127, 0, 0, 1};
  private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  /** From {@code host:port} to its address. */
  private final Map<String, InetAddress> fixed = new HashMap<>();

  private final Dns dns;

  /** @param entries {@code HOST:PORT:ADDRESS} each, the address without or with brackets */
  AddressResolver(List<String> entries, Dns dns) {
    this.dns = dns;
    for (String entry : entries) {
      addFixed(entry);
    }
  }

  private void addFixed(String entry) {
    int hostEnd = entry.startsWith("[") ? entry.indexOf(']') + 1 : entry.indexOf(':');
    int portEnd = entry.indexOf(':', hostEnd + 1);
    try {
      Host host = HostParser.parse(entry.substring(0, hostEnd), false);
      int port = Integer.parseInt(entry.substring(hostEnd + 1, portEnd));
      String address = entry.substring(portEnd + 1);
      Host parsed = HostParser.parse(address.indexOf(':') >= 0 && !address.startsWith("[") ? "[" + address + "]"
          : address, false);
      if (parsed.address() == null || port < 0 || port > 65_535 || hostEnd <= 0 || portEnd < 0) {
        throw malformed(entry);
      }
      fixed.put(key(host.text(), port), parsed.address());
    } catch (InvalidUrl | NumberFormatException | StringIndexOutOfBoundsException e) {
      throw malformed(entry);
    }
  }

  private static IllegalArgumentException malformed(String entry) {
    return new IllegalArgumentException("\"" + Excerpt.of(entry)
        + "\" is not HOST:PORT:ADDRESS, such as example.com:443:127.0.0.1");
  }

  private static String key(String host, int port) {
    return host.toLowerCase(Locale.ROOT) + ":" + port;
  }

  /** The addresses to try, in order, of a host that needs no DNS; empty for one that does. */
  List<InetSocketAddress> known(Host host, int port) {
    InetAddress entry = fixed.get(key(host.text(), port));
    if (entry != null) {
      return List.of(new InetSocketAddress(entry, port));
    }
    if (host.isLocalhostName()) {
      return List.of(loopback(host, IPV4_LOOPBACK, port), loopback(host, IPV6_LOOPBACK, port));
    }
    return host.address() == null ? List.of() : List.of(new InetSocketAddress(host.address(), port));
  }

  private static InetSocketAddress loopback(Host host, byte[] address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(host.text(), address), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of " + address.length + " bytes is no address", e);
    }
  }

  /** Asks DNS, which blocks. */
  List<InetSocketAddress> lookUp(Host host, int port) throws UnknownHostException {
    return dns.lookUp(host.text()).stream().map(address -> new InetSocketAddress(address, port)).toList();
  }
}
