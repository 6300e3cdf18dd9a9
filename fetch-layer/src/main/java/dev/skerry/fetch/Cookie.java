package dev.skerry.fetch;

import dev.skerry.fetch.SetCookie.SameSite;
import java.time.Instant;

/**
 * A stored cookie (RFC 6265bis §5.7).
 *
 * @param domain the host where it is host-only, else the domain whose hosts get it
 * @param partition the partition that alone sees it; null for an unpartitioned cookie
 * @param expiry null for the end of the session
 * @param created tells the order of cookies of equal path; an update keeps it
 */
record Cookie(String name, String value, String domain, boolean hostOnly, String path, boolean secure,
              boolean httpOnly, SameSite sameSite, String partition, Instant expiry, long created) {

  boolean isExpired(Instant now) {
    return expiry != null && !expiry.isAfter(now);
  }

  /** Whether both are one cookie: storing one replaces the other. */
  boolean isSameAs(Cookie other) {
    return name.equals(other.name) && domain.equals(other.domain) && hostOnly == other.hostOnly
        && path.equals(other.path) && (partition == null ? other.partition == null
        : partition.equals(other.partition));
  }

  /** Whether a request in that context carries this cookie (§5.8.3). */
  boolean isFor(CookieContext context) {
    Host host = context.url().hostRecord();
    boolean domainFits = hostOnly ? domain.equals(host.text()) : domainMatches(host, domain);
    boolean partitionFits = partition == null ? !context.thirdParty() : partition.equals(context.partition());
    return domainFits && partitionFits && pathMatches(context.url().path(), path)
        && (!secure || context.isSecure()) && sameSiteFits(context);
  }

  private boolean sameSiteFits(CookieContext context) {
    return sameSite == SameSite.NONE || context.sameSite()
        || sameSite != SameSite.STRICT && context.topLevelNavigation();
  }

  /** Domain matching (§5.1.3). */
  static boolean domainMatches(Host host, String domain) {
    return host.text().equals(domain) || host.kind() == Host.Kind.DOMAIN && host.text().endsWith("." + domain);
  }

  /** Path matching (§5.1.4). */
  static boolean pathMatches(String requestPath, String cookiePath) {
    return requestPath.startsWith(cookiePath) && (requestPath.length() == cookiePath.length()
        || cookiePath.endsWith("/") || requestPath.charAt(cookiePath.length()) == '/');
  }

  /** The default path of cookies of that URL (§5.1.4). */
  static String defaultPath(Url url) {
    int last = url.path().lastIndexOf('/');
    return last <= 0 ? "/" : url.path().substring(0, last);
  }
}
