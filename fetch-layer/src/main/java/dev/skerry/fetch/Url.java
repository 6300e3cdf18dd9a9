package dev.skerry.fetch;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** A URL record (URL §4.1): immutable, always absolute, equal by serialisation. The one parser that decides origins. */
public final class Url {

  private final String scheme;
  private final String username;
  private final String password;
  private final Host host;
  private final int port;
  private final String path;
  private final boolean opaquePath;
  private final String query;
  private final String fragment;
  private final String href;
  /** Null until it is asked for, and always where it is opaque: such an origin is new at each call. */
  private Origin tupleOrigin;

  Url(UrlParser record) {
    scheme = record.scheme;
    username = record.username;
    password = record.password;
    host = record.host;
    port = record.port;
    path = record.path.toString();
    opaquePath = record.opaquePath;
    query = record.query;
    fragment = record.fragment;
    href = serialise();
  }

  /** Parses an absolute URL. */
  public static Url parse(String input) throws UrlParseException {
    return parse(input, null);
  }

  /** Parses against a base (URL §4.4, the basic URL parser); a null base is none. */
  public static Url parse(String input, Url base) throws UrlParseException {
    return parse(input, base, StandardCharsets.UTF_8);
  }

  /**
   * Parses for a document in that encoding, which the query of an address with a server goes out in.
   *
   * @param base null for none
   */
  public static Url parse(String input, Url base, Charset encoding) throws UrlParseException {
    try {
      return new Url(UrlParser.parse(input, base, encoding));
    } catch (InvalidUrl failure) {
      throw new UrlParseException("\"" + Excerpt.of(input) + "\" is not a URL: " + failure.getMessage());
    }
  }

  /** The scheme without its colon. */
  public String scheme() {
    return scheme;
  }

  /** The percent-encoded user name; empty where there is none. */
  public String username() {
    return username;
  }

  /** The percent-encoded password; empty where there is none. */
  public String password() {
    return password;
  }

  /** Whether it has a user name or a password. */
  public boolean includesCredentials() {
    return !username.isEmpty() || !password.isEmpty();
  }

  /** The serialised host, IPv6 addresses in brackets; an empty string where the URL has none. */
  public String host() {
    return host == null ? "" : host.text();
  }

  /** The host, or null where the URL has none: {@code data:x} has none, {@code file:///x} has an empty one. */
  Host hostRecord() {
    return host;
  }

  /** The port, or -1 for none or the scheme's default. */
  public int port() {
    return port;
  }

  /** The port to connect to: {@link #port()} or the scheme's default, -1 where there is no default. */
  public int effectivePort() {
    return port >= 0 ? port : SpecialScheme.defaultPort(scheme);
  }

  /** The serialised path. */
  public String path() {
    return path;
  }

  /** Whether the path is opaque, as in {@code data:text/plain,x}: such a URL is no base. */
  public boolean hasOpaquePath() {
    return opaquePath;
  }

  /** The query without its question mark. */
  public Optional<String> query() {
    return Optional.ofNullable(query);
  }

  /** The fragment without its number sign. */
  public Optional<String> fragment() {
    return Optional.ofNullable(fragment);
  }

  /**
   * This URL after its API's {@code protocol} setter (URL §6.1). Like the setters below it gives back an equal URL
   * where the standard ignores the value: none of them fails.
   */
  public Url withProtocol(String value) {
    return withPart(value + ":", UrlParser.State.SCHEME_START);
  }

  public Url withUsername(String value) {
    return cannotHaveCredentialsOrPort() ? this
        : edited(record -> record.username = PercentEncodeSet.USERINFO.encode(value));
  }

  public Url withPassword(String value) {
    return cannotHaveCredentialsOrPort() ? this
        : edited(record -> record.password = PercentEncodeSet.USERINFO.encode(value));
  }

  /** The {@code host} setter: host and port; where the value has no port, the port stays. */
  public Url withHost(String value) {
    return opaquePath ? this : withPart(value, UrlParser.State.HOST);
  }

  /** The {@code hostname} setter: host alone. */
  public Url withHostname(String value) {
    return opaquePath ? this : withPart(value, UrlParser.State.HOSTNAME);
  }

  /** The {@code port} setter; an empty value removes the port. */
  public Url withPort(String value) {
    if (cannotHaveCredentialsOrPort()) {
      return this;
    }
    return value.isEmpty() ? edited(record -> record.port = SpecialScheme.NO_PORT)
        : withPart(value, UrlParser.State.PORT);
  }

  public Url withPathname(String value) {
    return opaquePath ? this : edited(record -> {
      record.path.setLength(0);
      record.parsePart(value, UrlParser.State.PATH_START);
    });
  }

  /** The {@code search} setter, with or without the question mark; an empty value removes the query. */
  public Url withSearch(String value) {
    return edited(record -> {
      record.query = null;
      if (!value.isEmpty()) {
        record.parsePart(value.startsWith("?") ? value.substring(1) : value, UrlParser.State.QUERY);
      }
    });
  }

  /** The {@code hash} setter, with or without the number sign; an empty value removes the fragment. */
  public Url withHash(String value) {
    return edited(record -> {
      record.fragment = null;
      if (!value.isEmpty()) {
        record.parsePart(value.startsWith("#") ? value.substring(1) : value, UrlParser.State.FRAGMENT);
      }
    });
  }

  private Url withPart(String value, UrlParser.State start) {
    return edited(record -> record.parsePart(value, start));
  }

  private Url edited(Consumer<UrlParser> change) {
    UrlParser record = UrlParser.copyOf(this);
    change.accept(record);
    return new Url(record);
  }

  /** Cannot have a username/password/port (URL §4.2). */
  private boolean cannotHaveCredentialsOrPort() {
    return host == null || host.equals(Host.EMPTY) || scheme.equals("file");
  }

  public Url withoutFragment() {
    return fragment == null ? this : withFragment(null);
  }

  /** This URL with that percent-encoded fragment, or with none where it is null. */
  Url withFragment(String newFragment) {
    return edited(record -> record.fragment = newFragment);
  }

  /** Whether the scheme is {@code http} or {@code https} (Fetch §2.1). */
  public boolean isHttp() {
    return scheme.equals("http") || scheme.equals("https");
  }

  /** The origin (URL §4.7); a new opaque one at each call where the scheme has none. */
  public Origin origin() {
    Origin known = tupleOrigin;
    return known != null ? known : switch (scheme) {
      case "ftp", "http", "https", "ws", "wss" -> tupleOrigin = new Origin(scheme, host, port);
      case "blob" -> blobOrigin();
      default -> Origin.opaque();
    };
  }

  private Origin blobOrigin() {
    try {
      Url pathUrl = parse(path);
      return pathUrl.isHttp() ? pathUrl.origin() : Origin.opaque();
    } catch (UrlParseException e) {
      return Origin.opaque();
    }
  }

  /** The serialisation (URL §4.5). */
  public String href() {
    return href;
  }

  private String serialise() {
    StringBuilder output = new StringBuilder(scheme.length() + host().length() + path.length() + 32);
    output.append(scheme).append(':');
    if (host != null) {
      output.append("//");
      if (includesCredentials()) {
        output.append(username);
        if (!password.isEmpty()) {
          output.append(':').append(password);
        }
        output.append('@');
      }
      output.append(host.text());
      if (port >= 0) {
        output.append(':').append(port);
      }
    } else if (!opaquePath && path.startsWith("//")) {
      output.append("/.");
    }
    output.append(path);
    if (query != null) {
      output.append('?').append(query);
    }
    if (fragment != null) {
      output.append('#').append(fragment);
    }
    return output.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Url url && href.equals(url.href);
  }

  @Override
  public int hashCode() {
    return href.hashCode();
  }

  @Override
  public String toString() {
    return href;
  }
}
