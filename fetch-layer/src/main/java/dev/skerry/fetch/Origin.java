package dev.skerry.fetch;

/** An origin (HTML §7.1.1): a tuple of scheme, host and port, or opaque. Equality is "same origin". */
public final class Origin {

  /** A new opaque origin, equal to itself alone. */
  public static Origin opaque() {
    throw new UnsupportedOperationException();
  }

  public boolean isOpaque() {
    throw new UnsupportedOperationException();
  }

  public String scheme() {
    throw new UnsupportedOperationException();
  }

  public String host() {
    throw new UnsupportedOperationException();
  }

  /** The port, or -1 for the scheme's default. */
  public int port() {
    throw new UnsupportedOperationException();
  }

  /** Same site (HTML §7.1.1): schemes are equal, and so are hosts or registrable domains. */
  public boolean isSameSite(Origin other) {
    throw new UnsupportedOperationException();
  }

  /** Potentially trustworthy (Secure Contexts §3.1): https, and loopback addresses and localhost names. */
  public boolean isPotentiallyTrustworthy() {
    throw new UnsupportedOperationException();
  }

  /** The serialisation: {@code "null"} for opaque origins. */
  @Override
  public String toString() {
    throw new UnsupportedOperationException();
  }
}
