package dev.skerry.fetch;

import java.util.Optional;

/** A URL record (URL §4.1): immutable, always absolute, equal by serialisation. The one parser that decides origins. */
public final class Url {

  /** Parses an absolute URL. */
  public static Url parse(String input) throws UrlParseException {
    throw new UnsupportedOperationException();
  }

  /** Parses against a base (URL §4.4, the basic URL parser). */
  public static Url parse(String input, Url base) throws UrlParseException {
    throw new UnsupportedOperationException();
  }

  /** The scheme without its colon. */
  public String scheme() {
    throw new UnsupportedOperationException();
  }

  /** The serialised host, IPv6 addresses in brackets; an empty string where the URL has none. */
  public String host() {
    throw new UnsupportedOperationException();
  }

  /** The port, or -1 for none or the scheme's default. */
  public int port() {
    throw new UnsupportedOperationException();
  }

  /** The port to connect to: {@link #port()} or the scheme's default, -1 where there is no default. */
  public int effectivePort() {
    throw new UnsupportedOperationException();
  }

  /** The serialised path. */
  public String path() {
    throw new UnsupportedOperationException();
  }

  /** The query without its question mark. */
  public Optional<String> query() {
    throw new UnsupportedOperationException();
  }

  /** The fragment without its number sign. */
  public Optional<String> fragment() {
    throw new UnsupportedOperationException();
  }

  public Url withoutFragment() {
    throw new UnsupportedOperationException();
  }

  /** The origin (URL §4.7); a new opaque one at each call where the scheme has none. */
  public Origin origin() {
    throw new UnsupportedOperationException();
  }

  /** The serialisation (URL §4.5). */
  public String href() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String toString() {
    return href();
  }
}
