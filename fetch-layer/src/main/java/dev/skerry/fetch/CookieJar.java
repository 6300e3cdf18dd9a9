package dev.skerry.fetch;

import dev.skerry.fetch.SetCookie.SameSite;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The cookie store (RFC 6265bis §5.7 and §5.8) with partitioned cookies (CHIPS); unpartitioned third-party cookies are
 * neither stored nor sent. Thread-safe, bounded, in memory.
 */
final class CookieJar {

  private static final int MAX_PER_SITE = 180;
  private static final int MAX_TOTAL = 3000;

  private final InstantSource clock;
  /** By registrable domain, or by host where there is none. */
  private final Map<String, List<Cookie>> sites = new HashMap<>();
  private long counter;
  private int total;

  CookieJar(InstantSource clock) {
    this.clock = clock;
  }

  /** Whether no cookie was ever set: then nobody needs to know of sites. */
  synchronized boolean isEmpty() {
    return sites.isEmpty();
  }

  /** The {@code Cookie} header of a request in that context; empty for none. */
  synchronized Optional<String> header(CookieContext context) {
    Instant now = clock.instant();
    List<Cookie> cookies = sites.getOrDefault(siteOf(context.url().hostRecord()), List.of()).stream()
        .filter(cookie -> !cookie.isExpired(now) && cookie.isFor(context))
        .sorted(Comparator.comparing((Cookie cookie) -> -cookie.path().length()).thenComparing(Cookie::created))
        .toList();
    return cookies.isEmpty() ? Optional.empty() : Optional.of(cookies.stream()
        .map(cookie -> cookie.name().isEmpty() ? cookie.value() : cookie.name() + "=" + cookie.value())
        .collect(Collectors.joining("; ")));
  }

  /** Takes the value of a {@code Set-Cookie} header from a response in that context, or ignores it. */
  synchronized void set(String header, CookieContext context) {
    SetCookie wanted = SetCookie.parse(header, clock.instant()).orElse(null);
    if (wanted == null || !mayBeSet(wanted, context)) {
      return;
    }
    Host host = context.url().hostRecord();
    boolean hostOnly = wanted.domain().isEmpty() || isPublicSuffix(host, wanted.domain());
    String path = wanted.path() == null ? Cookie.defaultPath(context.url()) : wanted.path();
    Cookie cookie = new Cookie(wanted.name(), wanted.value(), hostOnly ? host.text() : wanted.domain(), hostOnly, path,
        wanted.secure(), wanted.httpOnly(), wanted.sameSite(), wanted.partitioned() ? context.partition() : null,
        wanted.expiry(), ++counter);
    List<Cookie> site = sites.computeIfAbsent(siteOf(host), key -> new ArrayList<>());
    if (hasAllowedName(cookie, wanted.path()) && (context.isSecure() || !shadowsSecureCookie(cookie, site))) {
      store(cookie, site);
    }
  }

  /** The checks that need no store (§5.7, steps on domain, Secure, SameSite and Partitioned). */
  private static boolean mayBeSet(SetCookie wanted, CookieContext context) {
    Host host = context.url().hostRecord();
    String domain = wanted.domain();
    boolean domainAllowed = domain.isEmpty() || Cookie.domainMatches(host, domain)
        && (domain.equals(host.text()) || !isPublicSuffix(host, domain));
    boolean secureAllowed = !wanted.secure() || context.isSecure();
    boolean sameSiteAllowed = wanted.sameSite() == SameSite.NONE ? wanted.secure()
        : context.sameSite() || context.topLevelNavigation();
    boolean partitionAllowed = wanted.partitioned() ? wanted.secure() : !context.thirdParty();
    return domainAllowed && secureAllowed && sameSiteAllowed && partitionAllowed;
  }

  /** Whether a domain that matches the host is a public suffix; a host that is an address has none. */
  private static boolean isPublicSuffix(Host host, String domain) {
    return host.kind() == Host.Kind.DOMAIN
        && PublicSuffixes.registrableDomain(new Host(Host.Kind.DOMAIN, domain)) == null;
  }

  /** Cookie name prefixes (§4.1.3, §5.7). */
  private static boolean hasAllowedName(Cookie cookie, String pathAttribute) {
    String name = (cookie.name().isEmpty() ? cookie.value() : cookie.name()).toLowerCase(Locale.ROOT);
    boolean hostPrefix = name.startsWith("__host-");
    if (cookie.name().isEmpty()) {
      return !hostPrefix && !name.startsWith("__secure-");
    }
    if (hostPrefix) {
      return cookie.secure() && cookie.hostOnly() && "/".equals(pathAttribute);
    }
    return !name.startsWith("__secure-") || cookie.secure();
  }

  /** Leave secure cookies alone: an insecure connection must not overlay one. */
  private boolean shadowsSecureCookie(Cookie cookie, List<Cookie> site) {
    Instant now = clock.instant();
    return site.stream().anyMatch(other -> other.secure() && !other.isExpired(now)
        && other.name().equals(cookie.name()) && Cookie.pathMatches(cookie.path(), other.path())
        && (isWithin(cookie.domain(), other.domain()) || isWithin(other.domain(), cookie.domain())));
  }

  private static boolean isWithin(String domain, String parent) {
    return domain.equals(parent) || domain.endsWith("." + parent);
  }

  private void store(Cookie cookie, List<Cookie> site) {
    Instant now = clock.instant();
    total -= site.size();
    Cookie stored = cookie;
    for (Cookie old : site) {
      if (old.isSameAs(cookie)) {
        stored = new Cookie(cookie.name(), cookie.value(), cookie.domain(), cookie.hostOnly(), cookie.path(),
            cookie.secure(), cookie.httpOnly(), cookie.sameSite(), cookie.partition(), cookie.expiry(), old.created());
      }
    }
    site.removeIf(old -> old.isSameAs(cookie) || old.isExpired(now));
    if (!stored.isExpired(now)) {
      site.add(stored);
    }
    while (site.size() > MAX_PER_SITE) {
      site.remove(firstToGo(site));
    }
    total += site.size();
    while (total > MAX_TOTAL) {
      List<Cookie> largest = sites.values().stream().max(Comparator.comparing(List::size)).orElseThrow();
      largest.remove(firstToGo(largest));
      total--;
    }
  }

  /** Cookies that are not secure go before those that are, then the oldest (§5.7). */
  private static Cookie firstToGo(List<Cookie> site) {
    return site.stream().min(Comparator.comparing(Cookie::secure).thenComparing(Cookie::created)).orElseThrow();
  }

  private static String siteOf(Host host) {
    String registrable = PublicSuffixes.registrableDomain(host);
    return registrable == null ? host.text() : registrable;
  }
}
