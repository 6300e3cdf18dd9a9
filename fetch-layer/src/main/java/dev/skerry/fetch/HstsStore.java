package dev.skerry.fetch;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Known HSTS hosts (RFC 6797), learned from top-level documents alone, so that no third party can write its visitors'
 * names into them. Addresses and localhost names never become one. Thread-safe, bounded, in memory.
 */
final class HstsStore {

  private static final int MAX_HOSTS = 10_000;
  private static final long MAX_AGE_SECONDS = Duration.ofDays(730).toSeconds();

  private final InstantSource clock;
  /** The oldest entry first. */
  private final Map<String, Policy> hosts = new LinkedHashMap<>();

  HstsStore(InstantSource clock) {
    this.clock = clock;
  }

  private record Policy(Instant expiry, boolean includeSubDomains) {
  }

  /** The {@code https} form of a URL whose host is known (§8.2, §8.3); empty where it stays as it is. */
  synchronized Optional<Url> upgrade(Url url) {
    if (!url.scheme().equals("http") || !isDomain(url)) {
      return Optional.empty();
    }
    String domain = withoutDot(url.host());
    boolean known = matches(domain, false);
    for (int dot = domain.indexOf('.'); dot >= 0 && !known; dot = domain.indexOf('.', dot + 1)) {
      known = matches(domain.substring(dot + 1), true);
    }
    return known ? Optional.of(url.withProtocol("https")) : Optional.empty();
  }

  private boolean matches(String domain, boolean asSuperdomain) {
    Policy policy = hosts.get(domain);
    return policy != null && policy.expiry.isAfter(clock.instant()) && (!asSuperdomain || policy.includeSubDomains);
  }

  /** Processes the {@code Strict-Transport-Security} header of a response from that URL (§8.1). */
  synchronized void note(Url url, String header) {
    if (!url.scheme().equals("https") || !isDomain(url)) {
      return;
    }
    Set<String> seen = new HashSet<>();
    long maxAge = -1;
    boolean includeSubDomains = false;
    for (String directive : header.split(";", -1)) {
      int equals = directive.indexOf('=');
      String name = directive.substring(0, equals < 0 ? directive.length() : equals).strip().toLowerCase(Locale.ROOT);
      String value = equals < 0 ? "" : unquoted(directive.substring(equals + 1).strip());
      if (!name.isEmpty() && !seen.add(name)) {
        return;
      }
      if (name.equals("max-age")) {
        if (!value.matches("[0-9]{1,18}")) {
          return;
        }
        maxAge = Math.min(Long.parseLong(value), MAX_AGE_SECONDS);
      }
      includeSubDomains |= name.equals("includesubdomains");
    }
    if (maxAge >= 0) {
      set(withoutDot(url.host()), maxAge, includeSubDomains);
    }
  }

  private void set(String domain, long maxAge, boolean includeSubDomains) {
    hosts.remove(domain);
    if (maxAge > 0) {
      hosts.put(domain, new Policy(clock.instant().plusSeconds(maxAge), includeSubDomains));
    }
    if (hosts.size() > MAX_HOSTS) {
      hosts.remove(hosts.keySet().iterator().next());
    }
  }

  private static boolean isDomain(Url url) {
    Host host = url.hostRecord();
    return host.kind() == Host.Kind.DOMAIN && !host.isLocalhostName();
  }

  private static String withoutDot(String domain) {
    return domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
