package dev.skerry.fetch;

import java.util.List;
import java.util.Locale;

/**
 * An HTTP proxy, which requests to {@code http} go through whole (RFC 9112 §3.2.2), and requests to {@code https} by a
 * tunnel that it cannot look into (RFC 9110 §9.3.6). A proxy is never asked for this machine or a link-local address.
 * The proxy resolves names: where it connects to cannot be checked.
 *
 * @param host a name or an address, IPv6 in brackets
 * @param bypass hosts to connect to directly: {@code example.com} for that one, {@code .example.com} or
 *     {@code *.example.com} for all below it, {@code *} for all
 */
public record ProxyServer(String host, int port, List<String> bypass) {

  /** @throws IllegalArgumentException if the port is none */
  public ProxyServer {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("the proxy " + Excerpt.of(host) + " has no port " + port);
    }
    bypass = bypass.stream().map(rule -> rule.toLowerCase(Locale.ROOT)).toList();
  }

  /** Whether requests to that host go through the proxy. */
  boolean carries(Host target) {
    return !target.isLoopback() && (target.address() == null || !target.address().isLinkLocalAddress())
        && bypass.stream().noneMatch(rule -> matches(rule, target.text()));
  }

  private static boolean matches(String rule, String host) {
    if (rule.startsWith("*")) {
      return host.endsWith(rule.substring(1));
    }
    return rule.startsWith(".") ? host.endsWith(rule) : host.equals(rule);
  }
}
