package dev.skerry.fetch;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** An origin (HTML §7.1.1): a tuple of scheme, host and port, or opaque. Equality is "same origin". */
public final class Origin {

  private static final String NONCE = "opaque-";
  private static final AtomicLong NONCES = new AtomicLong();

  private final String scheme;
  /** Null for an opaque origin. */
  private final Host host;
  private final int port;
  /** Tells an opaque origin from all others where a string must; never shown to anyone. */
  private String nonce;

  /** A tuple origin; the port is -1 for the scheme's default. */
  Origin(String scheme, Host host, int port) {
    this.scheme = scheme;
    this.host = host;
    this.port = port;
  }

  /** A new opaque origin, equal to itself alone. */
  public static Origin opaque() {
    return new Origin("", null, SpecialScheme.NO_PORT);
  }

  public boolean isOpaque() {
    return host == null;
  }

  /** The scheme; empty for an opaque origin. */
  public String scheme() {
    return scheme;
  }

  /** The serialised host; empty for an opaque origin. */
  public String host() {
    return host == null ? "" : host.text();
  }

  /** The port, or -1 for the scheme's default. */
  public int port() {
    return port;
  }

  /** A name of this opaque origin that no other origin of this process has. */
  synchronized String nonce() {
    if (nonce == null) {
      nonce = NONCE + NONCES.incrementAndGet();
    }
    return nonce;
  }

  /** Whether a text is the {@link #nonce} of an opaque origin: no serialised origin or site begins like that. */
  static boolean isNonce(String text) {
    return text.startsWith(NONCE);
  }

  /** Same site (HTML §7.1.1): schemes are equal, and so are hosts or registrable domains. */
  public boolean isSameSite(Origin other) {
    if (isOpaque() || other.isOpaque()) {
      return this == other;
    }
    return scheme.equals(other.scheme) && isSchemelesslySameSite(other);
  }

  /** Schemelessly same site (HTML §7.1.1): as {@link #isSameSite}, whatever the schemes. */
  boolean isSchemelesslySameSite(Origin other) {
    if (isOpaque() || other.isOpaque()) {
      return this == other;
    }
    if (host.equals(other.host)) {
      return true;
    }
    String domain = PublicSuffixes.registrableDomain(host);
    return domain != null && domain.equals(PublicSuffixes.registrableDomain(other.host));
  }

  /** The site's serialisation (HTML §7.1.1, obtain a site): scheme and registrable domain, or {@code "null"}. */
  public String site() {
    if (isOpaque()) {
      return "null";
    }
    String domain = PublicSuffixes.registrableDomain(host);
    return scheme + "://" + (domain == null ? host.text() : domain);
  }

  /** Potentially trustworthy (Secure Contexts §3.1): https, and loopback addresses and localhost names. */
  public boolean isPotentiallyTrustworthy() {
    return !isOpaque() && (scheme.equals("https") || scheme.equals("wss") || host.isLoopback());
  }

  /** The serialisation: {@code "null"} for opaque origins. */
  @Override
  public String toString() {
    return isOpaque() ? "null" : scheme + "://" + host.text() + (port < 0 ? "" : ":" + port);
  }

  @Override
  public boolean equals(Object other) {
    return this == other || other instanceof Origin origin && !isOpaque() && !origin.isOpaque()
        && scheme.equals(origin.scheme) && host.equals(origin.host) && port == origin.port;
  }

  @Override
  public int hashCode() {
    return isOpaque() ? System.identityHashCode(this) : Objects.hash(scheme, host, port);
  }
}
